"""docs/howto/import.md does what it says, pasted into a real shell against a real server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.server import PRESETS, ServerProcess, clean_environment

PAGE = (Path(__file__).parents[2] / "docs/howto/import.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"<!-- run -->\n```sh\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def fresh_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    server = ServerProcess(tmp_path_factory.mktemp("import"), **PRESETS).wait_ready()
    yield server
    assert server.stop() == 0


def test_the_page_runs(fresh_server: ServerProcess, tmp_path: Path) -> None:
    assert len(BLOCKS) == 2
    settings = clean_environment(
        PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        XDG_CONFIG_HOME=str(tmp_path / "config"),
        PROMPTWIRE_URL=fresh_server.url,
        PROMPTWIRE_API_KEY=PRESETS["PROMPTWIRE_BOOTSTRAP_API_KEY"],
    )
    script = "set -e\n" + "echo --- block\n".join(BLOCKS)
    ran = subprocess.run(
        ["sh", "-c", script], env=settings, cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False
    )
    assert ran.returncode == 0, ran
    looked, done = ran.stdout.split("--- block\n")
    assert "mail_welcome\tcreated\tversion 1, 2" in looked
    assert "a dry run: nothing was changed" in ran.stderr
    assert "mail/list: not imported: version 1: line 1: {{#items}} is more than the name of a variable" in ran.stderr
    assert "mail_welcome\tcreated\tversion 1, 2, live" in done
    assert done.endswith("Hello Ada!")
