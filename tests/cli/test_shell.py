"""What holds for every command: colours, terminals, and how long it takes to start."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from support.commands import promptwire
from support.server import clean_environment
from support.terminal import Terminal
from support.world import World

BIN = Path(sys.executable).parent
MODULES = """
import json, sys
sys.argv = ["promptwire", *sys.argv[1:]]
from promptwire.cli import main
try:
    main()
except SystemExit as ended:
    print(json.dumps([ended.code, sorted({name.partition(".")[0] for name in sys.modules}), sorted(sys.modules)]))
"""
SERVER = {"fastapi", "starlette", "sqlalchemy", "alembic", "uvicorn", "pydantic", "msgspec", "argon2", "cryptography"}


def on_a_terminal(*arguments: str, **environment: str) -> tuple[int, str]:
    """Run a command on a terminal of its own; gives its status, and what was on the screen."""
    ours, theirs = pty.openpty()
    settings = clean_environment(TERM="xterm-256color", COLUMNS="200", **environment)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        if name not in environment:
            settings.pop(name, None)
    program = subprocess.Popen(
        [sys.executable, "-m", "promptwire", *arguments], env=settings, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    screen = b""
    while True:
        try:
            data = os.read(ours, 65536)
        except OSError:  # as a terminal says that nobody holds the other side any more
            break
        if not data:
            break
        screen += data
    os.close(ours)
    return program.wait(timeout=30), screen.decode()


@pytest.fixture
def settings(world: World, tmp_path: Path) -> dict[str, str]:
    key = world.key()
    terminal = Terminal(tmp_path, PROMPTWIRE_URL=world.server.url, PROMPTWIRE_API_KEY=key)
    terminal.says("prompts", "create", "welcome", "--description", "red")
    terminal.says("versions", "create", "welcome", "--file", "-", stdin="\x1b]0;title\x07 Hello\n")
    terminal.says("versions", "create", "welcome", "--template", "Good day")
    return {"PROMPTWIRE_URL": world.server.url, "PROMPTWIRE_API_KEY": key, "XDG_CONFIG_HOME": str(tmp_path)}


def test_colour_is_for_terminals_that_want_it(settings: dict[str, str]) -> None:
    status, screen = on_a_terminal("versions", "diff", "welcome", "1", "2", **settings)
    assert status == 0
    assert "\x1b[32m+Good day" in screen
    status, screen = on_a_terminal("versions", "diff", "welcome", "1", "2", NO_COLOR="1", **settings)
    assert (status, "\x1b[3" in screen) == (0, False)
    piped = promptwire("versions", "diff", "welcome", "1", "2", env=settings).stdout
    assert "+Good day\n" in piped
    for environment in (settings, {**settings, "GITHUB_ACTIONS": "true"}):
        for command in (("prompts", "list"), ("--help",), ("versions", "--help"), ("prompts", "shwo")):
            ended = promptwire(*command, env=environment)
            assert "\x1b[" not in ended.stdout + ended.stderr


def test_a_prompt_cannot_speak_to_the_terminal(settings: dict[str, str]) -> None:
    for command in (
        ("render", "welcome@1"),
        ("versions", "show", "welcome@1"),
        ("versions", "show", "welcome@1", "--raw"),
        ("versions", "diff", "welcome", "1", "2"),
    ):
        status, screen = on_a_terminal(*command, NO_COLOR="1", **settings)
        assert (status, "\x1b]0;" in screen, r"\x1b]0;title\x07 Hello" in screen) == (0, False, True), command


def test_a_table_fits_the_terminal(settings: dict[str, str]) -> None:
    status, screen = on_a_terminal("prompts", "list", **settings)
    assert status == 0
    assert "TEAM" in screen
    assert "welcome" in screen
    assert "\t" not in screen


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (("prompts", "list", "--server", "http://127.0.0.1:9"), 6),
        (("pull", "--server", "http://127.0.0.1:9"), 6),
        (("check", "--dir", "prompts"), 0),
        (("completion", "bash"), 0),
    ],
    ids=str,
)
def test_a_command_that_is_not_the_servers_loads_nothing_of_it(
    command: tuple[str, ...], status: int, tmp_path: Path
) -> None:
    """So it works where only the extra `cli` is installed."""
    file = tmp_path / "prompts" / "support" / "a.prompt.md"
    file.parent.mkdir(parents=True)
    file.write_text("---\ninput_schema: {type: object}\n---\nHello")
    program = [sys.executable, "-c", MODULES, *command]
    ran = subprocess.run(program, cwd=tmp_path, env=clean_environment(), capture_output=True, text=True, check=True)
    ended, packages, modules = json.loads(ran.stdout.splitlines()[-1])
    assert ended == status
    assert not set(packages) & SERVER
    parts = ("promptwire.server", "promptwire.api", "promptwire.storage", "promptwire.services", "promptwire.settings")
    assert not [name for name in modules if name.startswith(parts)]


def test_a_command_starts_in_under_two_fifths_of_a_second_of_work() -> None:
    """Time of the processor, best of five: what else runs here does not count."""
    took = []
    for _ in range(5):
        began = os.times()
        promptwire("whoami", "--server", "http://127.0.0.1:9")
        ended = os.times()
        took.append(ended.children_user + ended.children_system - began.children_user - began.children_system)
    assert min(took) < 0.4, took


@pytest.mark.parametrize(
    "command", [("nope",), ("prompts", "nope"), ("render",), ("versions", "promote", "x", "--to", "y")]
)
def test_a_wrong_command_line_ends_with_2(command: tuple[str, ...]) -> None:
    ended = promptwire(*command)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "Usage: " in ended.stderr
