"""docs/howto/use-the-command-line.md does what it says, pasted into a real shell against a real server."""

from __future__ import annotations

from pathlib import Path

from support.reader import Reader, run_blocks
from support.server import ADMIN_EMAIL, ADMIN_PASSWORD, ServerProcess


def test_the_page_runs(server: ServerProcess, tmp_path: Path) -> None:
    blocks = run_blocks("howto/use-the-command-line.md")
    assert len(blocks) == 7
    reader = Reader(tmp_path, PROMPTWIRE_URL=server.url, EMAIL=ADMIN_EMAIL, PASSWORD=ADMIN_PASSWORD)
    said = reader.does("echo --- block\n".join(blocks)).split("--- block\n")
    assert said[0].startswith(f"Signed in to {server.url} as {ADMIN_EMAIL}.\n")
    assert said[1].endswith("Welcome Ada!")
    assert "It would be allowed; nothing was changed.\n" in said[2]
    assert said[2].endswith("Welcome Ada!")
    assert "breaking: " in said[3].splitlines()[-1]
    assert said[4].splitlines()[-1] == "prod of welcome is back: version 1."
    assert "looks good on staging" in said[4]
    assert (tmp_path / "welcome.txt").read_text() == "Welcome Ada!"
    assert "label.moved" in said[6]
    assert (tmp_path / "log.jsonl").stat().st_size > 1000
