"""EvalGuard's own Python client against the real server: each answer is the data or the typed error it expects.

The client is installed into a folder of its own and run in a process of its own: it plugs itself into every pytest
and every pydantic that it shares an environment with.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from support.failing import held_up
from support.prompts import Versions, protect
from support.server import clean_environment
from support.world import World

pytestmark = pytest.mark.slow

CLIENT = "evalguardai==2.2.3"
SCRIPT = """
import json, sys, time
time.sleep = lambda seconds: None  # it waits between its tries
from evalguard import EvalGuard, EvalGuardError
url, calls = json.load(sys.stdin)
for key, version, body in calls:
    try:
        client = EvalGuard(api_key=key, base_url=url + "/api")
        print(json.dumps(client._request("POST", f"/v1/prompts/{version}/labels", json=body)))
    except EvalGuardError as error:
        print(json.dumps([error.status_code, error.code, bool(error.request_id), str(error)]))
"""


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evalguardai")
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder), CLIENT], check=True)
    return folder


def run(installed: Path, world: World, *calls: tuple[str, str, dict[str, list[str]]]) -> list[Any]:
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input=json.dumps([world.server.url, calls]),
        env=clean_environment(PYTHONPATH=str(installed)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_every_answer_is_what_the_client_expects(installed: Path, world: World) -> None:
    admin = world.person("admin", "admin")
    versions = Versions(world, admin.http)
    protect(world, admin.http, "production", "admin")
    loose = world.new_team(None)
    world.join_team(admin.user.id, "admin", loose.id)
    known = versions.ids[1]
    no_org = Versions(world, admin.http, team_id=loose.id).ids[1]
    key = world.key()
    low = world.key(maker=world.person("editor", "member").user.id)
    stranger = world.key(maker=world.person().user.id)
    data, empty, *errors = run(
        installed,
        world,
        (key, known, {"add": ["production", "qa"]}),
        (key, known, {"remove": ["production", "qa"]}),
        (key, known, {"add": [""]}),
        ("ak_" + "0" * 64, known, {}),
        (low, known, {"add": ["production"]}),
        (stranger, known, {"add": ["x"]}),
        (world.key("read_render"), known, {"add": ["x"]}),
        (key, str(uuid4()), {"add": ["x"]}),
        (admin.token, no_org, {"add": ["x"]}),
    )
    assert data["labels"] == data["added"] == ["production", "qa"]
    assert (empty["labels"], empty["removed"]) == ([], ["production", "qa"])
    assert [tuple(error[:3]) for error in errors] == [
        (400, "VALIDATION_ERROR", True),
        (401, "INVALID_API_KEY", True),
        (403, "PROTECTED_LABEL", True),
        (403, "NOT_A_MEMBER", True),
        (403, "FORBIDDEN", True),
        (404, "NOT_FOUND", True),
        (409, "MISSING_ORG", True),
    ]
    assert all(code in message for _, code, _, message in errors)


def test_a_store_that_fails_is_tried_again_and_changes_nothing(installed: Path, world: World) -> None:
    admin = world.person("admin", "admin")
    versions = Versions(world, admin.http)
    with held_up(world.server.database):
        [error] = run(installed, world, (admin.token, versions.ids[1], {"add": ["x"]}))
    assert error[:3] == [500, "DB_ERROR", True]
    assert versions.labels(admin.http) == {}
