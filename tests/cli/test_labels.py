"""`promptwire labels` and `change-requests` against a real server: moving, and being refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.terminal import Terminal
from support.world import World

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # the API is tested on both; this asks it


@pytest.fixture
def welcome(terminal: Terminal) -> Terminal:
    terminal.says("prompts", "create", "welcome")
    for text in ("one", "two"):
        terminal.says("versions", "create", "welcome", "--template", text)
    terminal.says("labels", "set", "welcome", "prod", "1")
    return terminal


@pytest.fixture
def editor(world: World, tmp_path: Path) -> Terminal:
    token = world.person("editor", "member").token
    return Terminal(tmp_path / "editor", PROMPTWIRE_URL=world.server.url, PROMPTWIRE_API_KEY=token)


def protect(world: World, label: str, **policy: object) -> None:
    answered = world.person("admin", "owner").http.put(
        f"/v1/teams/{world.team.id}/protected-labels/{label}", json={"min_required_role": "admin", **policy}
    )
    assert answered.is_success, answered.text


def test_a_label_moves_and_comes_back_and_goes(welcome: Terminal) -> None:
    assert welcome.says("labels", "set", "welcome@2", "prod", "--reason", "new") == "prod of welcome is on version 2.\n"
    assert welcome.says("labels", "list", "welcome") == (
        "LABEL\tVERSION\tA MOVE ASKS FOR\nlive\tnowhere\t\nprod\t2\t\n"
    )
    told = welcome.json("labels", "list", "welcome")
    assert told == {"tags": [{"tag": "prod", "version": 2}], "live": None, "protected_labels": []}
    assert welcome.says("labels", "rollback", "welcome", "prod") == "prod of welcome is back: version 1.\n"
    assert welcome.says("labels", "set", "welcome", "next", "prod") == "next of welcome is on version 1.\n"
    assert welcome.says("labels", "remove", "welcome", "next") == "welcome has no label next any more.\n"
    rows = [line.split("\t") for line in welcome.says("labels", "history", "welcome", "prod").splitlines()]
    assert [(row[2], row[4], row[5], row[6]) for row in rows] == [
        ("WHAT", "FROM", "TO", "WHY"),
        ("label.moved", "2", "1", ""),
        ("label.moved", "1", "2", "new"),
        ("label.set", "", "1", ""),
    ]
    assert len(welcome.json("labels", "history", "welcome", "-n", "2")["history"]) == 2
    assert welcome.refused("labels", "remove", "welcome", "none").startswith("3 tag not found\n")
    assert welcome.refused("labels", "set", "welcome", "x").startswith("2 on which version?\n")
    assert welcome.refused("labels", "set", "welcome", "live", "1").startswith("1 ")
    assert welcome.refused("labels", "set", "welcome", "prod", "2", "--expect", "2").startswith("5 'prod' is on")


def test_a_refusal_says_what_is_needed_and_how_to_ask_for_it(welcome: Terminal, editor: Terminal, world: World) -> None:
    protect(world, "prod", approvals=1)
    assert "prod\t1\tadmin, 1 approvals" in welcome.says("labels", "list", "welcome")
    line = editor.refused("labels", "set", "welcome", "prod", "2")
    assert line.startswith("4 protected label: ")
    assert "your role is member\n" in line
    assert line.endswith("Ask for it instead, with the same command and --request-approval")
    foreseen = editor.run("labels", "set", "welcome", "prod", "2", "--dry-run")
    assert foreseen.status == 4
    assert foreseen.errors == (
        "promptwire: it would be refused: prod needs the role admin and 1 approvals; your role is member\n"
        "  It can be asked for: --request-approval\n"
    )

    asked = editor.run("labels", "set", "welcome", "prod", "2", "--request-approval", "-m", "please")
    assert asked.status == 0
    [request] = editor.json("change-requests", "list")["change_requests"]
    assert asked.output == (
        f"Nothing moved yet: change request {request['id']} waits for approval (prod needs 1, has 0).\n"
    )
    assert editor.json("labels", "list", "welcome")["tags"] == [{"tag": "prod", "version": 1}]
    [row] = [line.split("\t") for line in welcome.says("change-requests", "list").splitlines()[1:]]
    assert row == [request["id"], "welcome", "prod 1 → 2", "open", "0 of 1"]

    editor.says("change-requests", "comment", request["id"], "it is urgent")
    shown = welcome.says("change-requests", "show", request["id"])
    assert "reason      please\n" in shown
    assert ": it is urgent\n" in shown
    assert editor.refused("change-requests", "approve", request["id"]).startswith("4 ")
    assert welcome.says("change-requests", "approve", request["id"], "-m", "fine") == "It is applied.\n"
    assert editor.json("labels", "list", "welcome")["tags"] == [{"tag": "prod", "version": 2}]
    assert welcome.refused("change-requests", "decline", request["id"]).startswith("5 ")


def test_what_was_asked_for_is_declined_or_taken_back(welcome: Terminal, editor: Terminal, world: World) -> None:
    protect(world, "prod", approvals=1)
    for verb, who, said in (("decline", welcome, "declined"), ("withdraw", editor, "withdrawn")):
        moved = editor.json("labels", "set", "welcome", "prod", "2", "--request-approval")
        assert who.says("change-requests", verb, moved["change_request"]["id"]) == f"It is {said}.\n"
    listed = editor.json("change-requests", "list", "--status", "all")["change_requests"]
    assert sorted(one["status"] for one in listed) == ["declined", "withdrawn"]
    assert editor.says("change-requests", "list") == ""


def test_what_cannot_be_asked_for_says_so(welcome: Terminal, world: World) -> None:
    protect(world, "prod", frozen_until="2100-01-01T00:00:00Z")
    line = welcome.refused("labels", "set", "welcome", "prod", "2")
    assert line.endswith("Frozen: prod until 2100-01-01T00:00:00Z.")
    protect(world, "v1", immutable=True)
    welcome.says("labels", "set", "welcome", "v1", "1")
    assert welcome.refused("labels", "set", "welcome", "v1", "2").endswith("It is immutable: take another label.")


def test_checks_that_fail_are_told_one_by_one(welcome: Terminal, world: World) -> None:
    protect(world, "prod", checks=["breaking"])
    welcome.says("versions", "create", "welcome", "--template", "{{.new}}")
    line = welcome.refused("labels", "set", "welcome", "prod", "3")
    assert line.startswith("1 checks failed\n  prod: ")
    assert "new" in line
