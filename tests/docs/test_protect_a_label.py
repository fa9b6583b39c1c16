"""docs/howto/protect-a-label.md does what it says, after the README's walk, in a real shell against a real server."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docs.test_readme import WALK
from support.server import ADMIN_EMAIL, ADMIN_PASSWORD, PRESETS, ServerProcess

PAGE = (Path(__file__).parents[2] / "docs/howto/protect-a-label.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def fresh_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    server = ServerProcess(tmp_path_factory.mktemp("protect"), **PRESETS).wait_ready()
    yield server
    assert server.stop() == 0


@pytest.fixture(scope="module")
def output(fresh_server: ServerProcess) -> list[list[dict[str, Any]]]:
    """Run the walk, then the page; gives what each block of the page printed."""
    page = "echo --- block\n".join(BLOCKS).replace("2026-12-27", "2100-12-27")
    script = "set -e\n" + "\n".join(WALK) + "echo --- block\n" + page
    settings = {"PROMPTWIRE_URL": fresh_server.url, "EMAIL": ADMIN_EMAIL, "PASSWORD": ADMIN_PASSWORD}
    ran = subprocess.run(["sh", "-c", script], env=os.environ | settings, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    blocks = ran.stdout.split("--- block\n")[1:]
    return [[json.loads(line) for line in block.strip().splitlines()] for block in blocks]


def test_no_call_of_the_page_is_an_error(output: list[list[dict[str, Any]]]) -> None:
    assert len(output) == len(BLOCKS) == 11
    assert [answer for block in output for answer in block if "error" in answer] == []


def test_the_request_is_opened_seen_approved_and_carried_out(output: list[list[dict[str, Any]]]) -> None:
    listed, approved = output[4]
    [opened] = listed["change_requests"]
    assert (opened["status"], opened["reason"], opened["version"]) == ("open", "shorter", 3)
    assert (approved["change_request"]["id"], approved["change_request"]["status"]) == (opened["id"], "applied")


def test_the_dry_run_foresees(output: list[list[dict[str, Any]]]) -> None:
    [foreseen] = output[9]
    assert (foreseen["dry_run"]["allowed"], foreseen["dry_run"]["displaces"]) == (True, 1)
