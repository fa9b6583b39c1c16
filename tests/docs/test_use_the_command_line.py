"""docs/howto/use-the-command-line.md does what it says, pasted into a real shell against a real server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.server import ADMIN_EMAIL, ADMIN_PASSWORD, PRESETS, ServerProcess, clean_environment

PAGE = (Path(__file__).parents[2] / "docs/howto/use-the-command-line.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"<!-- run -->\n```sh\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def fresh_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    server = ServerProcess(tmp_path_factory.mktemp("command-line"), **PRESETS).wait_ready()
    yield server
    assert server.stop() == 0


def test_the_page_runs(fresh_server: ServerProcess, tmp_path: Path) -> None:
    assert len(BLOCKS) == 7
    settings = clean_environment(
        PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        XDG_CONFIG_HOME=str(tmp_path / "config"),
        PROMPTWIRE_URL=fresh_server.url,
        EMAIL=ADMIN_EMAIL,
        PASSWORD=ADMIN_PASSWORD,
    )
    script = "set -e\n" + "echo --- block\n".join(BLOCKS)
    ran = subprocess.run(
        ["sh", "-c", script], env=settings, cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False
    )
    assert ran.returncode == 0, ran
    blocks = ran.stdout.split("--- block\n")
    assert blocks[0].startswith(f"Signed in to {fresh_server.url} as {ADMIN_EMAIL}.\n")
    assert blocks[1].endswith("Welcome Ada!")
    assert "It would be allowed; nothing was changed.\n" in blocks[2]
    assert blocks[2].endswith("Welcome Ada!")
    assert "breaking: " in blocks[3].splitlines()[-1]
    assert blocks[4].splitlines()[-1] == "prod of welcome is back: version 1."
    assert "looks good on staging" in blocks[4]
    assert (tmp_path / "welcome.txt").read_text() == "Welcome Ada!"
    assert "label.moved" in blocks[6]
    assert (tmp_path / "log.jsonl").stat().st_size > 1000
