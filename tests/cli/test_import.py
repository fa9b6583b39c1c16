"""`promptwire import` against a real server."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from support.terminal import Terminal
from support.world import Person, World

LANGFUSE = [
    {"name": "hello", "version": 1, "prompt": "Hello {{name}}!", "labels": ["staging"], "config": {"model": "gpt-5"}},
    {"name": "hello", "version": 2, "prompt": "Hi {{name}}!", "labels": ["production"], "commitMessage": "shorter"},
    {"name": "hello", "version": 3, "prompt": "Dear {{#name}}", "labels": ["latest"]},
    {"name": "plain", "version": 1, "prompt": "No variables", "labels": []},
]


def imported(terminal: Terminal, source: Path, *options: str) -> dict[str, Any]:
    ran = terminal.run("import", str(source), *options, "--json")
    told = json.loads(ran.output)
    refused = any(one["refused"] for one in told["prompts"])
    assert ran.status == (1 if refused else 0), ran
    return {one["prompt"]: one for one in told["prompts"]}


def written(folder: Path, told: object) -> Path:
    file = folder / "prompts.json"
    file.write_text(json.dumps(told), encoding="utf-8")
    return file


def test_an_export_comes_with_versions_labels_and_what_was_served(terminal: Terminal, tmp_path: Path) -> None:
    file = written(tmp_path, LANGFUSE)
    hello = imported(terminal, file, "--promote", "live")["hello"]
    assert (hello["action"], hello["versions"], hello["labels"]) == ("created", [1, 2], ["staging", "production"])
    assert (hello["promoted"], hello["notes"]) == ("live", [])
    assert hello["refused"] == ["version 3: line 1: {{#name}} is more than the name of a variable"]
    assert terminal.says("render", "hello", "--var", "name=Ada") == "Hi Ada!"
    assert terminal.says("render", "hello@staging", "--var", "name=Ada") == "Hello Ada!"
    [second, first] = terminal.json("versions", "list", "hello")["versions"]
    assert (second["message"], second["source"]) == ("shorter", f"import:{file}:2")
    assert (first["model"], second["status"], first["status"]) == ("gpt-5", "live", "draft")


def test_a_second_time_changes_nothing_and_what_is_new_is_added(
    terminal: Terminal, world: World, tmp_path: Path
) -> None:
    told = LANGFUSE[:2]
    imported(terminal, written(tmp_path, told), "--promote", "live")
    terminal.says("labels", "set", "hello", "2", "staging")
    before = revision(terminal, world)
    again = imported(terminal, written(tmp_path, told), "--promote", "live")["hello"]
    assert (again["action"], again["versions"], again["labels"], again["promoted"]) == ("nothing", [], [], None)
    assert revision(terminal, world) == before
    more = [*told, {**LANGFUSE[0], "version": 3, "prompt": "Good day {{name}}!", "labels": ["next"]}]
    added = imported(terminal, written(tmp_path, more), "--promote", "live")["hello"]
    assert (added["action"], added["versions"], added["labels"], added["promoted"]) == ("changed", [3], ["next"], None)


def revision(terminal: Terminal, world: World) -> int:
    token = terminal.environment["PROMPTWIRE_API_KEY"]
    answer = world.person("admin", "admin").http.get(f"/v1/orgs/{world.org.id}/audit-logs?limit=1")
    assert token
    newest: int = answer.json()["logs"][0]["revision"]
    return newest


def test_a_dry_run_says_the_same_and_changes_nothing(terminal: Terminal, tmp_path: Path) -> None:
    file = written(tmp_path, LANGFUSE)
    foreseen = imported(terminal, file, "--promote", "live", "--dry-run")
    assert terminal.json("prompts", "list")["prompts"] == []
    assert imported(terminal, file, "--promote", "live") == foreseen


def test_a_folder_of_texts_with_braces_as_they_are(terminal: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    (folder / "mail").mkdir(parents=True)
    (folder / "mail" / "hello.txt").write_text("Say {{name}} {\n", encoding="utf-8")
    (folder / "notes.rst").write_text("no prompt", encoding="utf-8")
    (folder / ".hidden.txt").write_text("no prompt", encoding="utf-8")
    refused = terminal.run("import", str(folder))
    assert refused.status == 1
    assert 'mail/hello: not imported: version 1: template: prompt:1: function "name" not defined' in refused.errors
    assert "0 created, 0 changed, 1 stay as they are, 1 not whole" in refused.errors
    assert list(imported(terminal, folder, "--literal", "--promote", "live")) == ["mail_hello"]
    assert terminal.says("render", "mail_hello") == "Say {{name}} {\n"


def test_a_folder_that_was_pulled_is_not_taken_for_texts(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "a.prompt.md").write_text("---\nlabels: {}\n---\nHello", encoding="utf-8")
    said = terminal.refused("import", str(tmp_path)).splitlines()[0]
    assert said == f"2 {tmp_path}: a.prompt.md is a file of promptwire pull, and promptwire push brings it"


def test_a_backup_brings_what_a_team_had(terminal: Terminal, world: World, tmp_path: Path) -> None:
    terminal.says("prompts", "create", "Hello", "--description", "For all")
    for text in ("Hello {{.name}}", "Hi {{.name}}", "Hey {{.name}}", "Ho"):
        terminal.says("versions", "create", "hello", "--template", text, "--message", f"why {text[:3]}")
    terminal.says("versions", "promote", "hello", "2", "--to", "live")
    terminal.says("versions", "archive", "hello", "4")
    terminal.says("labels", "set", "hello@1", "old")
    file, other = tmp_path / "store.db", world.new_team(world.org.id)
    terminal.says("backup", str(file), "--database", world.server.database)
    me = world.http(terminal.environment["PROMPTWIRE_API_KEY"]).get("/v1/auth/me").json()["user"]["id"]
    world.join_team(me, "admin", other.id)
    options = ("--team", other.slug, "--promote", "live", "--from-team")
    found = imported(terminal, file, *options, world.team.slug)["hello"]
    assert (found["versions"], found["labels"], found["promoted"]) == ([1, 2, 3], ["old"], "live")
    here, there = (terminal.json("versions", "list", "hello", "--team", one.slug) for one in (world.team, other))
    kept = ("version", "template", "message", "tags", "content_hash")
    assert [[one[name] for name in kept] for one in there["versions"]] == [
        [one[name] for name in kept] for one in here["versions"][1:]
    ]
    assert imported(terminal, file, *options, world.team.slug)["hello"]["action"] == "nothing"
    said = terminal.refused("import", str(file), *options, "nobody")
    assert said == f"2 {file} holds no prompts of a team nobody"


def test_another_sqlite_file_is_no_backup(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE t (x)")
    assert terminal.run("import", str(file)).errors == f"promptwire: {file} is no back-up of Promptwire\n"


def test_jinja_and_fstrings_are_translated(terminal: Terminal, tmp_path: Path) -> None:
    file = written(tmp_path, [{"name": "list", "template": "{% for x in xs %}{{ x }};{% endfor %}"}])
    imported(terminal, file, "--syntax", "jinja", "--promote", "live")
    assert terminal.says("render", "list", "--var", 'xs:=["a","b"]') == "a;b;"
    file = written(tmp_path, [{"name": "brace", "template": "{{{name}}}"}])
    imported(terminal, file, "--syntax", "fstring", "--promote", "live")
    assert terminal.says("render", "brace", "--var", "name=Ada") == "{Ada}"


def test_what_cannot_be_read_is_refused_before_anything_is_asked(terminal: Terminal, tmp_path: Path) -> None:
    missing = tmp_path / "none.json"
    assert terminal.refused("import", str(missing)) == f"2 {missing} cannot be read: No such file or directory"
    file = written(tmp_path, [7])
    hint = "What can be imported: promptwire import --help"
    assert terminal.refused("import", str(file)) == f"2 {file}: prompt 1 is not an object\n  {hint}"
    assert terminal.refused("import", str(written(tmp_path, []))) == f"2 {file} holds no prompts"
    said = terminal.refused("import", str(file), "--literal", "--syntax", "jinja")
    assert said == "2 --literal and --syntax jinja exclude each other"


def test_an_archived_prompt_and_a_protected_label_are_not_written_over(
    terminal: Terminal, world: World, tmp_path: Path
) -> None:
    terminal.says("prompts", "create", "plain")
    terminal.says("prompts", "archive", "plain")
    path = f"/v1/teams/{world.team.id}/protected-labels/production"
    policy = {"min_required_role": "owner"}
    assert world.person("admin", "owner").http.put(path, json=policy).is_success
    found = imported(terminal, written(tmp_path, LANGFUSE))
    assert found["plain"]["action"] == "refused"
    assert found["plain"]["refused"] == ["plain is archived here: promptwire prompts restore plain"]
    assert found["hello"]["labels"] == ["staging"]
    [label] = [one for one in found["hello"]["refused"] if one.startswith("production on version 2: ")]
    assert "owner" in label or "--request-approval" in label


def test_where_approval_is_missing_it_is_asked_for_once(terminal: Terminal, world: World, tmp_path: Path) -> None:
    owner, team = world.person("admin", "owner"), f"/v1/teams/{world.team.id}"
    for label in ("production", "live"):
        policy = {"min_required_role": "member", "approvals": 1}
        assert owner.http.put(f"{team}/protected-labels/{label}", json=policy).is_success
    file = written(tmp_path, LANGFUSE[:2])
    assert [*map(len, (imported(terminal, file, "--promote", "live")["hello"]["refused"], opened(owner, team)))] == [
        2,
        0,
    ]
    options = ("--promote", "live", "--request-approval")
    asked = imported(terminal, file, *options)["hello"]
    assert (asked["action"], asked["labels"], asked["promoted"], asked["refused"]) == ("nothing", [], None, [])
    assert {*asked["change_requests"]} == {*opened(owner, team)}
    assert (
        asked["notes"][0] == f"production on version 2 waits for approval: change request {asked['change_requests'][0]}"
    )
    before = revision(terminal, world)
    ran = terminal.run("import", str(file), *options)
    assert (ran.status, revision(terminal, world), len(opened(owner, team))) == (0, before, 2)
    assert f"hello\tnothing\twaits for approval: change request {asked['change_requests'][0]}, " in ran.output
    for request in asked["change_requests"]:
        approved = owner.http.post(f"/v1/change-requests/{request}/approve", json={})
        assert approved.is_success, approved.text
    assert terminal.says("render", "hello@production", "--var", "name=Ada") == "Hi Ada!"
    done = imported(terminal, file, *options)["hello"]
    assert (done["action"], done["change_requests"], done["notes"]) == ("nothing", [], [])


def opened(person: Person, team: str) -> list[str]:
    found = person.http.get(f"{team}/change-requests").json()["change_requests"]
    return [one["id"] for one in found]
