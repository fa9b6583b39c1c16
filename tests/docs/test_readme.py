"""The README's blocks do what it says, pasted into a real shell against a real server on a fresh store."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.server import ADMIN_EMAIL, ADMIN_PASSWORD, API_KEY, PRESETS, ServerProcess

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
WALK = re.findall(r"<!-- walk -->\n```sh\n(.*?)```", README, re.DOTALL)
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.fixture(scope="module")
def fresh_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    server = ServerProcess(tmp_path_factory.mktemp("readme"), **PRESETS).wait_ready()
    yield server
    assert server.stop() == 0


@pytest.fixture(scope="module")
def output(fresh_server: ServerProcess) -> list[list[str]]:
    """Run the walk in one shell; gives the lines that each block printed."""
    assert len(WALK) == 5
    script = "set -e\n" + "echo --- block\n".join(WALK)
    settings = {"PROMPTWIRE_URL": fresh_server.url, "EMAIL": ADMIN_EMAIL, "PASSWORD": ADMIN_PASSWORD}
    ran = subprocess.run(["sh", "-c", script], env=os.environ | settings, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    return [block.strip().splitlines() for block in ran.stdout.split("--- block\n")]


def test_the_walk_renders_what_went_live(output: list[list[str]]) -> None:
    version, live, rendered = map(json.loads, output[1])
    assert (version["version"]["status"], live["version"]["status"]) == ("draft", "live")
    assert rendered["rendered"] == "Welcome Ada, enjoy the trial!"


def test_the_walk_tags_and_protects(output: list[list[str]]) -> None:
    tagged, protected = map(json.loads, output[2])
    assert tagged["version"]["tags"] == ["prod"]
    assert "admin" in json.dumps(protected)


def test_the_editor_is_refused_with_a_clear_error_and_the_administrator_is_not(output: list[list[str]]) -> None:
    editor, draft, refused, moved, rendered = map(json.loads, output[3])
    assert (editor["user"]["email"], draft["version"]["version"]) == ("ed@example.com", 2)
    assert (refused["error"], refused["code"]) == ("forbidden", "protected_label")
    assert refused["details"]["labels"] == [{"label": "prod", "min_required_role": "admin"}]
    assert refused["details"]["your_role"] == "member"
    assert moved["version"]["tags"] == ["prod"]
    assert rendered["rendered"] == "Good to see you, Ada!"


def test_the_audit_log_tells_the_moves(output: list[list[str]]) -> None:
    [logs] = (json.loads(line)["logs"] for line in output[4])
    assert [(entry["action"], entry["metadata"]["after"]["version_number"]) for entry in logs] == [
        ("label.moved", 2),
        ("label.set", 1),
    ]
    assert logs[0]["metadata"]["before"]["version_number"] == 1


def test_the_python_block_runs(fresh_server: ServerProcess) -> None:
    [block] = PYTHON
    settings = {"PROMPTWIRE_URL": fresh_server.url, "PROMPTWIRE_API_KEY": API_KEY}
    ran = subprocess.run(
        [sys.executable, "-c", block + "\nprint(text)"],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (
        0,
        "Hello Ada! This text is a prompt, served by Promptwire.\n",
        "",
    )
