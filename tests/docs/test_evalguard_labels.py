"""The four samples of docs/howto/evalguard-labels.md, each by its own tool against a real server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute

from promptwire.api.evalguard.app import ROUTERS
from promptwire.compat import evalguard
from support.server import API_KEY, PRESETS, ServerProcess

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "howto" / "evalguard-labels.md").read_text(encoding="utf-8")
SAMPLES = dict(re.findall(r"<!-- sample: (\w+) -->\n```\w+\n(.*?)```", PAGE, re.DOTALL))
TOOLS = {
    "curl": ("curl", "sample.sh", ["sh"]),
    "python": (sys.executable, "sample.py", [sys.executable]),
    "javascript": ("node", "sample.mjs", ["node"]),
    "go": ("go", "sample.go", ["go", "run"]),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    server = ServerProcess(tmp_path_factory.mktemp("evalguard"), **PRESETS).wait_ready()
    yield server
    assert server.stop() == 0


@pytest.fixture
def http(server: ServerProcess) -> Iterator[httpx.Client]:
    with server.client(API_KEY) as http:
        yield http


@pytest.fixture
def version_id(http: httpx.Client) -> str:
    """The first start's example prompt, with a label that the samples take away."""
    found: str = http.get("/v1/prompts/greeting?version=1").json()["version"]["id"]
    http.post(f"/api/v1/prompts/{found}/labels", json={"add": ["candidate"], "remove": ["production"]})
    return found


def labels(http: httpx.Client, version_id: str) -> list[str]:
    found: list[str] = http.get(f"/api/v1/prompts/{version_id}/labels").json()["data"]["labels"]
    return found


def run(
    name: str, server: ServerProcess, version_id: str, folder: Path, *, key: str = API_KEY
) -> subprocess.CompletedProcess[str]:
    tool, file, command = TOOLS[name]
    if not shutil.which(tool):
        pytest.skip(f"{tool} is not on this machine, so the {name} sample was not run")
    (folder / file).write_text(SAMPLES[name], encoding="utf-8")
    settings = {
        "PROMPTWIRE_URL": server.url,
        "EVALGUARD_API_KEY": key,
        "PROMPT_VERSION_ID": version_id,
        "GO111MODULE": "off",
        "GOTOOLCHAIN": "local",
    }
    return subprocess.run(
        [*command, file], cwd=folder, env=os.environ | settings, capture_output=True, text=True, check=False
    )


def test_there_is_a_sample_for_each_tool() -> None:
    assert set(SAMPLES) == set(TOOLS)


@pytest.mark.parametrize("name", TOOLS)
def test_the_sample_moves_the_labels(
    name: str, server: ServerProcess, http: httpx.Client, version_id: str, tmp_path: Path
) -> None:
    assert labels(http, version_id) == ["candidate"]
    ran = run(name, server, version_id, tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "production" in ran.stdout
    assert labels(http, version_id) == ["production"]


@pytest.fixture(scope="module")
def editor(server: ServerProcess) -> str:
    """Protect `production` for administrators; gives the token of an editor."""
    root = {"email": PRESETS["PROMPTWIRE_ADMIN_EMAIL"], "password": PRESETS["PROMPTWIRE_ADMIN_PASSWORD"]}
    with server.client() as anybody:
        with server.client(anybody.post("/v1/auth/login", json=root).json()["token"]) as admin:
            [team] = admin.get("/v1/me/teams").json()["teams"]
            path = f"/api/v1/projects/{team['id']}/protected-labels/production"
            assert admin.put(path, json={"minRequiredRole": "admin"}).status_code == 200
            person = {"email": "ed@example.com", "password": "Write-Prompts-1"}
            assert admin.post("/v1/auth/register", json=person | {"team_id": team["id"]}).status_code == 201
        token: str = anybody.post("/v1/auth/login", json=person).json()["token"]
    return token


@pytest.mark.parametrize("name", TOOLS)
def test_the_sample_says_what_stands_in_the_way(
    name: str, server: ServerProcess, http: httpx.Client, version_id: str, editor: str, tmp_path: Path
) -> None:
    ran = run(name, server, version_id, tmp_path, key=editor)
    said = ran.stdout + ran.stderr
    assert "production" in said
    assert "admin" in said
    assert "member" in said
    assert labels(http, version_id) == ["candidate"]


def test_the_page_names_every_class_of_error() -> None:
    classes = {name for name in evalguard.__all__ if name.endswith("Error")}
    assert set(re.findall(r"`(\w+Error)`", PAGE)) == classes


def test_the_reference_names_every_call() -> None:
    reference = (DOCS / "reference" / "evalguard-api.md").read_text(encoding="utf-8")
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    calls = {f"{method} {route.path}" for route in routes for method in route.methods or ()}
    named = {call.partition("?")[0] for call in re.findall(r"^\| `([A-Z]+ [^`]+)` \|", reference, re.MULTILINE)}
    assert named == calls
