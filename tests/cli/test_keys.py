"""`promptwire keys` and `promptwire audit` against a real server."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from support.terminal import Terminal
from support.world import World

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # the API is tested on both; this asks it


def test_a_key_is_made_used_rotated_and_revoked(terminal: Terminal, world: World, tmp_path: Path) -> None:
    made = terminal.run("keys", "create", "--name", "shop", "--operation", "all", "--team", world.team.slug)
    assert (made.status, made.errors) == (0, "This is the secret of shop (all). It is not shown again.\n")
    secret = made.output.strip()

    def program(key: str) -> Terminal:
        return Terminal(tmp_path / "program", PROMPTWIRE_URL=world.server.url, PROMPTWIRE_API_KEY=key)

    assert program(secret).says("prompts", "create", "welcome").startswith("Created welcome ")
    told = program(secret).json("whoami")
    assert (told["user"], told["credential"], [one["slug"] for one in told["teams"]]) == (
        None,
        "PROMPTWIRE_API_KEY",
        [world.team.slug],
    )
    [row] = [line.split("\t") for line in terminal.says("keys", "list").splitlines()[1:]]
    assert row[1:4] == ["shop", "all", "1 teams"]

    other = terminal.says("keys", "rotate", "shop").strip()
    assert other != secret
    assert program(secret).run("prompts", "list").status == 4
    assert program(other).run("prompts", "list").status == 0
    assert terminal.says("keys", "revoke", "shop") == "shop has ended.\n"
    assert program(other).run("prompts", "list").status == 4
    missing = terminal.refused("keys", "revoke", "shop")
    assert missing == "3 there is no key shop\n  The keys there are: promptwire keys list"


def test_a_key_is_limited_to_labels_and_a_time(terminal: Terminal) -> None:
    terminal.says(
        "keys", "create", "--name", "a", "--reads", "prod", "--moves", "staging", "--expires", "2100-01-01T00:00:00Z"
    )
    [key] = terminal.json("keys", "list")["api_keys"]
    assert (key["readable_labels"], key["movable_labels"], key["operation"]) == (["prod"], ["staging"], "read_render")
    assert key["expires_at"] == "2100-01-01T00:00:00Z"
    assert "reads prod, moves staging\t\t2100-01-01 00:00:00Z" in terminal.says("keys", "list")
    terminal.says("keys", "create", "--name", "a")
    assert terminal.refused("keys", "rotate", "a").startswith("2 several keys are called a\n  By id: ")
    assert terminal.says("keys", "adopt", key["id"]) == "You answer for a now.\n"
    assert terminal.refused("keys", "create").startswith("2 what is the key for?")


def test_keys_are_for_people(world: World, tmp_path: Path) -> None:
    program = Terminal(tmp_path, PROMPTWIRE_URL=world.server.url, PROMPTWIRE_API_KEY=world.key("admin"))
    line = program.refused("keys", "list")
    assert line == (
        "4 unauthorized\n  The key of PROMPTWIRE_API_KEY is none of this server, has ended, "
        "or a person is needed: promptwire login"
    )


def test_the_log_is_told_oldest_first_and_exported_whole(terminal: Terminal, tmp_path: Path) -> None:
    terminal.says("prompts", "create", "welcome")
    terminal.says("versions", "create", "welcome", "--template", "x")
    terminal.says("labels", "set", "welcome", "prod", "1", "-m", "because")
    rows = [line.split("\t") for line in terminal.says("audit", "tail", "-n", "2").splitlines()]
    assert [row[2] for row in rows] == ["WHAT", "version.created", "label.set"]
    assert rows[2][4:] == ["prod", "because"]
    lines = [json.loads(line) for line in terminal.says("audit", "tail", "--json").splitlines()]
    assert [one["action"] for one in lines][-3:] == ["prompt.created", "version.created", "label.set"]
    only = terminal.says("audit", "tail", "--json", "--prompt", "welcome", "--label", "prod").splitlines()
    assert [json.loads(line)["action"] for line in only] == ["label.set"]
    team = lines[-3]["metadata"]["after"]["team_id"]
    of_team = terminal.says("audit", "tail", "--json", "--team", team).splitlines()
    assert [json.loads(line)["action"] for line in of_team] == ["prompt.created", "version.created", "label.set"]

    out = tmp_path / "log.jsonl"
    terminal.says("audit", "export", "--remote", "--out", str(out))
    exported = [json.loads(line) for line in out.read_text().splitlines()]
    assert [one["revision"] for one in exported] == list(range(1, len(exported) + 1))
    assert exported[-1]["hash"] == lines[-1]["hash"]
    again = terminal.run("audit", "export", "--remote", "--out", str(out))
    assert (again.status, again.output) == (1, "")
    assert len(out.read_text().splitlines()) == len(exported), "what is there is left alone"


def test_the_log_is_for_administrators(world: World, tmp_path: Path) -> None:
    token = world.person("editor", "member").token
    editor = Terminal(tmp_path, PROMPTWIRE_URL=world.server.url, PROMPTWIRE_API_KEY=token)
    for command in (["tail"], ["export", "--remote", "--out", str(tmp_path / "log.jsonl")]):
        assert editor.refused("audit", *command).startswith("4 forbidden")
    assert not (tmp_path / "log.jsonl").exists()


def test_the_log_is_followed(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """What happens between two looks is printed once; the third look ends it, as Control-C does."""
    terminal.says("prompts", "create", "one")
    looks = iter(("two", "three"))

    def meanwhile(_: float) -> None:
        name = next(looks, None)
        if name is None:
            raise KeyboardInterrupt
        terminal.says("prompts", "create", name)

    monkeypatch.setattr(time, "sleep", meanwhile)
    ran = terminal.run("audit", "tail", "-n", "1", "--follow", "--json")
    names = [json.loads(line)["metadata"]["after"]["name"] for line in ran.output.splitlines()]
    assert names == ["one", "two", "three"]
    assert (ran.status, ran.errors) == (1, '{"error": "stopped", "status": 1}\n')
