"""docs/howto/use-the-command-line.md does what it says, pasted into a real shell against a real server."""

from __future__ import annotations

import os
import pty
from pathlib import Path

import pytest

from support.reader import Reader, named_block, run_blocks
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


def test_a_person_signs_in_at_a_terminal(server: ServerProcess, tmp_path: Path) -> None:
    block = named_block("howto/use-the-command-line.md", "login").replace("http://127.0.0.1:8000", server.url)
    reader = Reader(tmp_path)
    child, terminal = pty.fork()
    if not child:
        os.chdir(tmp_path)
        os.execvpe("sh", ["sh", "-ec", block], reader.settings)  # noqa: S606 - as a person does
    shown = ""
    for question, answer in (("E-mail: ", ADMIN_EMAIL), ("Password: ", ADMIN_PASSWORD)):
        while not shown.endswith(question):
            shown += os.read(terminal, 1024).decode()
        os.write(terminal, f"{answer}\n".encode())
    assert os.waitpid(child, 0)[1] == 0
    assert ADMIN_PASSWORD not in shown
    assert reader.does("promptwire whoami").startswith(f"server  {server.url}")


@pytest.mark.parametrize("page", ["howto/use-the-command-line.md", "howto/trace-with-otel.md"])
def test_what_is_installed_is_an_extra_that_there_is(page: str, tmp_path: Path) -> None:
    """Without the index, which does not have this checkout: pip finds that all of it is here."""
    ran = Reader(tmp_path, PIP_NO_INDEX="1", PIP_DRY_RUN="1").tries(named_block(page, "install"))
    assert ran.returncode == 0, ran.stderr
    assert "Requirement already satisfied: promptwire[" in ran.stdout
    assert "does not provide the extra" not in ran.stderr
