"""What the tab key offers: commands, options and values, and what the server knows."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

from promptwire.cli.completing import PATIENCE
from support.commands import promptwire
from support.server import clean_environment
from support.terminal import Terminal
from support.world import World

BIN = Path(sys.executable).parent


def run(line: str, **environment: str) -> str:
    """Run a line of bash that finds the command; gives what it prints."""
    given = clean_environment(PATH=f"{BIN}:{os.environ['PATH']}", **environment)
    ended = subprocess.run(["bash", "-c", line], env=given, capture_output=True, text=True, timeout=30, check=True)
    assert ended.stderr == ""
    return ended.stdout


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the file that bash loads."""
    file = tmp_path_factory.mktemp("completion") / "promptwire"
    file.write_text(promptwire("completion", "bash").stdout)
    return file


def tab(script: Path, *words: str, **environment: str) -> list[str]:
    """Call the script's function as bash calls it when somebody presses the tab key."""
    quoted = " ".join(f"'{word}'" for word in ("promptwire", *words))
    line = f"source {script}; COMP_WORDS=({quoted}); COMP_CWORD={len(words)}; "
    return run(f'{line}_promptwire_completion promptwire; printf "%s\\n" "${{COMPREPLY[@]}}"', **environment).split()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_its_script(shell: str) -> None:
    printed = promptwire("completion", shell).stdout
    assert "_PROMPTWIRE_COMPLETE" in printed
    assert f"complete_{shell}" in printed


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["ver"], ["versions"]),
        (["versions", "pro"], ["promote"]),
        (["versions", "promote", "x", "1", "--request"], ["--request-approval"]),
        (["versions", "promote", "x", "--to", ""], ["stable", "live"]),
        (["completion", ""], ["bash", "zsh", "fish"]),
    ],
    ids=str,
)
def test_bash_completes_commands_options_and_values(words: list[str], expected: list[str], script: Path) -> None:
    assert tab(script, *words) == expected


@pytest.fixture
def known(terminal: Terminal, world: World) -> Terminal:
    """Give a terminal whose server knows two prompts, one of them with versions, labels, and one that is protected."""
    terminal.says("prompts", "create", "Welcome")
    terminal.says("prompts", "create", "Welcome back")
    terminal.says("prompts", "create", "Gone")
    terminal.says("prompts", "archive", "gone")
    for text in ("one", "two"):
        terminal.says("versions", "create", "welcome", "--template", text)
    terminal.says("labels", "set", "welcome", "prod", "1")
    first = terminal.json("versions", "show", "welcome", "1")["version"]["id"]
    asked = {"add": ["not for eval; $(reboot)"]}  # such a label there is over EvalGuard's contract only
    api = world.http(terminal.environment["PROMPTWIRE_API_KEY"])
    assert api.post(f"/api/v1/prompts/{first}/labels", json=asked).is_success
    protected = f"/v1/teams/{world.team.id}/protected-labels/approved"
    assert world.person("admin", "owner").http.put(protected, json={"min_required_role": "admin"}).is_success
    return terminal


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_the_server_knows_is_offered(known: Terminal, world: World, script: Path) -> None:
    def offered(*words: str) -> list[str]:
        return tab(script, *words, **known.environment)

    assert offered("versions", "list", "") == ["welcome_back", "welcome"]
    assert offered("prompts", "show", "welcome_") == ["welcome_back"]
    assert offered("render", f"{world.team.slug}/welcome_") == [f"{world.team.slug}/welcome_back"]
    assert offered("render", "welcome@") == [f"welcome@{one}" for one in ("live", "prod", "2", "1")]
    assert offered("versions", "show", "welcome", "p") == ["prod"]
    assert offered("versions", "diff", "welcome", "1", "") == ["live", "prod", "2", "1"]
    assert offered("labels", "remove", "welcome", "") == ["prod", "approved"]
    assert offered("labels", "rollback", "welcome", "") == ["live", "prod", "approved"]
    assert offered("prompts", "list", "--team", "te") == [world.team.slug]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_of_what_several_teams_have_the_team_is_named(known: Terminal, world: World, script: Path) -> None:
    token, other = known.environment["PROMPTWIRE_API_KEY"], world.new_team(world.org.id)
    me = world.http(token).get("/v1/auth/me").json()["user"]["id"]
    world.join_team(me, "admin", other.id)
    known.says("prompts", "create", "Welcome", "--team", other.slug)

    both = {f"{team.slug}/welcome" for team in (world.team, other)}
    assert {*tab(script, "render", "", **known.environment)} == {"welcome_back", *both}
    assert {*tab(script, "render", f"{other.slug}/", **known.environment)} == {f"{other.slug}/welcome"}
    assert tab(script, "render", "--team", other.slug, "", **known.environment) == ["welcome"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_other_shells_are_offered_the_same(known: Terminal) -> None:
    asked = {"_TYPER_COMPLETE_ARGS": "promptwire render welcome_", **known.environment}
    fish = run("promptwire", _PROMPTWIRE_COMPLETE="complete_fish", _TYPER_COMPLETE_FISH_ACTION="get-args", **asked)
    assert fish == "welcome_back\n"
    assert run("promptwire", _PROMPTWIRE_COMPLETE="complete_zsh", **asked) == "_arguments '*: :((\"welcome_back\"))'\n"


@pytest.mark.parametrize(
    "environment",
    [
        {"PROMPTWIRE_URL": "http://127.0.0.1:9"},
        {"PROMPTWIRE_URL": "no address"},
        {"PROMPTWIRE_URL": "http://promptwire.invalid"},
    ],
    ids=str,
)
def test_who_gets_no_answer_is_offered_nothing_and_told_nothing(
    environment: dict[str, str], script: Path, tmp_path: Path
) -> None:
    given = {"XDG_CONFIG_HOME": str(tmp_path), **environment}
    assert tab(script, "render", "wel", **given) == []
    assert tab(script, "labels", "remove", "no@label@at all", "", **given) == []


def test_nobody_waits_for_a_server_that_hangs(script: Path, tmp_path: Path) -> None:
    begun = monotonic()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        assert tab(script, "render", "wel", PROMPTWIRE_URL=url, XDG_CONFIG_HOME=str(tmp_path)) == []
    assert PATIENCE < monotonic() - begun < PATIENCE + 10


def test_completion_installs_itself(tmp_path: Path) -> None:
    assert "bash completion installed in" in run("promptwire --install-completion; true", HOME=str(tmp_path))
    assert "complete_bash" in (tmp_path / ".bash_completions" / "promptwire.sh").read_text()
