"""`promptwire prompts` against a real server."""

from __future__ import annotations

import json
from pathlib import Path

from support.terminal import Terminal
from support.world import World


def test_a_prompt_is_created_listed_shown_archived_and_restored(terminal: Terminal, world: World) -> None:
    assert terminal.says("prompts", "list") == ""
    assert terminal.run("prompts", "list").errors == "No prompts.\n"
    made = terminal.json("prompts", "create", "Welcome Mail", "--description", "To new customers")["prompt"]
    assert (made["slug"], made["description"]) == ("welcome_mail", "To new customers")
    lines = terminal.says("prompts", "list").splitlines()
    assert lines[0].split("\t") == ["TEAM", "PROMPT", "NAME", "STATUS", "UPDATED"]
    assert lines[1].split("\t")[:4] == [world.team.slug, "welcome_mail", "Welcome Mail", "active"]
    [listed] = terminal.json("prompts", "list", "--team", world.team.slug)["prompts"]
    assert listed == {**made, "team": world.team.slug}

    shown = terminal.says("prompts", "show", f"{world.team.slug}/welcome_mail")
    assert "description  To new customers\n" in shown
    assert terminal.json("prompts", "show", made["id"]) == {"prompt": made, "live": None, "tags": [], "versions": []}

    assert terminal.says("prompts", "archive", "welcome_mail") == "welcome_mail is archived.\n"
    assert terminal.json("prompts", "list")["prompts"] == []
    assert [one["slug"] for one in terminal.json("prompts", "list", "--status", "all")["prompts"]] == ["welcome_mail"]
    assert terminal.says("prompts", "restore", "welcome_mail") == "welcome_mail is active.\n"


def test_a_prompt_has_the_schema_of_a_file(terminal: Terminal, tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"name": {"type": "string"}}}
    file = tmp_path / "schema.json"
    file.write_text(json.dumps(schema))
    made = terminal.json("prompts", "create", "welcome", "--slug", "hi", "--schema", str(file))["prompt"]
    assert (made["slug"], made["input_schema"]) == ("hi", schema)
    missing = terminal.refused("prompts", "create", "x", "--schema", str(tmp_path / "none.json"))
    assert missing == f"2 {tmp_path / 'none.json'} cannot be read: No such file or directory"
    file.write_text("{")
    assert terminal.refused("prompts", "create", "x", "--schema", str(file)).startswith(f"2 {file} is not JSON: ")
    assert [one["slug"] for one in terminal.json("prompts", "list")["prompts"]] == ["hi"]


def test_where_there_are_several_teams_one_is_named(world: World, tmp_path: Path) -> None:
    other = world.new_team(world.org.id)
    maker = world.person("editor").user.id
    world.join_org(maker, "admin")
    key = world.key("all", maker=maker)
    program = Terminal(tmp_path, PROMPTWIRE_URL=world.server.url, PROMPTWIRE_API_KEY=key)
    slugs = ", ".join(sorted([world.team.slug, other.slug]))
    refused = program.refused("prompts", "create", "welcome")
    assert refused == f"2 there are several teams: name one\n  --team with one of: {slugs}"
    refused = program.refused("prompts", "create", "welcome", "--team", "nowhere")
    assert refused == f"3 you see no team called nowhere\n  There are: {slugs}"
    for team in (other.slug, world.team.slug):
        program.says("prompts", "create", "welcome", "--team", team)
    assert sorted(one["team"] for one in program.json("prompts", "list")["prompts"]) == slugs.split(", ")
    ambiguous = program.refused("prompts", "show", "welcome")
    assert ambiguous.startswith("5 ")
    assert ambiguous.endswith(f"Say which: {', '.join(f'{slug}/welcome' for slug in slugs.split(', '))}")
    assert "welcome" in program.says("prompts", "show", f"{other.slug}/welcome")
    assert "welcome" in program.says("prompts", "show", "welcome", "--team", other.id)


def test_a_long_list_is_read_to_its_end(terminal: Terminal, world: World) -> None:
    person = world.person("editor")
    names = {f"prompt {at}" for at in range(205)}
    for name in names:
        world.prompt(person.http, name=name)
    assert {one["name"] for one in terminal.json("prompts", "list")["prompts"]} == names
