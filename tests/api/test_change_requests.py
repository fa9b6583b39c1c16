"""Change requests: a gated move waits for the approval of others, and is carried out as things are then, or fails."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from promptwire.storage.tables import change_requests
from support.governed import PROD_TO_2, VERSIONS, Governed
from support.world import World

SET = PROD_TO_2[0]
CLOSED = "409 request_closed: the change request is not open any more: it is {}"
FORBIDDEN = "403 forbidden: forbidden"


@pytest.fixture
def scene(world: World) -> Governed:
    return Governed(world)


def actions(scene: Governed, since: int) -> list[str]:
    return [entry.change.action for entry in scene.entries(since)]


def test_a_gated_move_is_refused_and_says_what_it_needs(scene: Governed) -> None:
    scene.govern("prod", approvals=2)
    details = scene.refuses("ed", SET, {"tag": "prod"}, "403 protected_label: forbidden")
    assert details == {
        "message": "protected label: 'prod' needs admin and 2 approvals; your role is member",
        "labels": [{"label": "prod", "min_required_role": "admin", "approvals": 2}],
        "your_role": "member",
    }
    details = scene.refuses("olga", SET, {"tag": "prod"}, "403 protected_label: forbidden")
    assert details["message"] == "protected label: 'prod' needs 2 approvals; your role is owner"


def test_a_request_pins_what_is_asked_for_and_changes_nothing(scene: Governed) -> None:
    scene.govern("prod", approvals=2)
    before = scene.changes()
    asked = {"tag": "prod", "request_approval": True, "reason": "it reads better"}
    opened = scene.ask("ed", SET, asked).json()["change_request"]
    version = scene.does(f"GET {VERSIONS}/2")
    assert (opened["kind"], opened["status"], opened["reason"]) == ("labels", "open", "it reads better")
    assert (opened["version"], opened["version_id"], opened["content_hash"]) == (
        2,
        version["id"],
        version["content_hash"],
    )
    assert opened["moves"] == [{"label": "prod", "from_version": 1, "to_version": 2}]
    assert opened["approvals"] == [{"label": "prod", "needed": 2, "given": 0}]
    assert (opened["requested_by_kind"], opened["requested_by_id"]) == ("user", scene.person("ed").user.id)
    assert opened["prompt_slug"] == scene.names["slug"]
    assert scene.tags()["prod"] == 1
    assert actions(scene, before) == ["change_request.opened"]
    again = scene.ask("ed", SET, asked).json()["change_request"]
    assert (again["id"], scene.changes()) == (opened["id"], before + 1)


def test_the_last_approval_carries_it_out_and_the_log_says_by_which_request(scene: Governed) -> None:
    scene.govern("prod", approvals=2)
    opened = scene.requested("ed", body={"tag": "prod", "reason": "why"})
    before = scene.changes()
    assert scene.says("ann", "approve", "looks good") == "200"
    assert (scene.shown()["status"], scene.shown()["approvals"]) == (
        "open",
        [{"label": "prod", "needed": 2, "given": 1}],
    )
    assert scene.tags()["prod"] == 1
    assert scene.says("ann", "approve") == "200"  # once is once
    assert scene.shown()["approvals"][0]["given"] == 1
    assert scene.says("olga", "approve") == "200"
    assert scene.tags()["prod"] == 2
    shown = scene.shown()
    assert (shown["status"], shown["approvals"], shown["failure"]) == ("applied", [], None)
    assert [(one["kind"], one["comment"]) for one in shown["remarks"]] == [
        ("approval", "looks good"),
        ("approval", None),
    ]
    logged = [entry.change for entry in scene.entries(before)]
    assert [one.action for one in logged] == [
        "change_request.approved",
        "change_request.approved",
        "label.moved",
        "change_request.applied",
    ]
    moved = logged[2]
    assert (moved.reason, moved.subject) == ("why", ("user", scene.person("olga").user.id))
    assert (moved.after["version_number"], moved.after["change_request_id"]) == (2, opened["id"])
    for what in ("approve", "decline", "withdraw"):
        assert scene.says("ann" if what != "withdraw" else "ed", what) == CLOSED.format("applied")


def test_a_low_role_needs_somebody_who_has_it_also_where_no_approvals_are_asked_for(scene: Governed) -> None:
    scene.govern("prod")
    assert scene.requested("ed")["approvals"] == [{"label": "prod", "needed": 1, "given": 0}]
    assert scene.says("ann", "approve") == "200"
    assert scene.tags()["prod"] == 2


def test_who_needs_no_approval_just_moves(scene: Governed) -> None:
    scene.govern("prod")
    answer = scene.ask("ann", SET, {"tag": "prod", "request_approval": True})
    assert (answer.status_code, answer.json()["version"]["tags"]) == (200, ["prod"])


KINDS: list[Any] = [
    pytest.param("prod", SET, {"tag": "prod"}, "labels", id="tag-set"),
    pytest.param("prod", "DELETE /v1/prompts/{prompt}/tags/prod", None, "labels", id="tag-delete"),
    pytest.param("live", f"POST {VERSIONS}/2/promote", {"to": "live"}, "promote", id="promote"),
    pytest.param("live", f"POST {VERSIONS}/4/promote", {"to": "live"}, "promote", id="promote-draft"),
    pytest.param("live", f"POST {VERSIONS}/1/demote", None, "demote", id="demote"),
    pytest.param("live", f"POST {VERSIONS}/1/archive", None, "archive", id="archive"),
    pytest.param("prod", f"DELETE {VERSIONS}/1", None, "archive", id="delete"),
    pytest.param("next", f"DELETE {VERSIONS}/4", None, "delete", id="delete-draft"),
]


@pytest.mark.parametrize(("label", "request_line", "body", "kind"), KINDS)
def test_whatever_was_asked_for_is_what_an_approval_does(
    scene: Governed, label: str, request_line: str, body: dict[str, Any] | None, kind: str
) -> None:
    twin = Governed(scene.world)
    scene.govern(label, approvals=1)
    assert scene.requested("ann", request_line, body)["kind"] == kind
    assert scene.says("bob", "approve") == "200"
    scene.does(f"DELETE /v1/teams/{{team}}/protected-labels/{label}", subject="olga")
    assert twin.ask("ann", request_line, body).is_success
    assert (scene.versions(), scene.tags()) == (twin.versions(), twin.tags())


def test_evalguards_call_asks_and_is_carried_out_as_a_whole(scene: Governed) -> None:
    scene.govern("prod", approvals=1)
    version = scene.does(f"GET {VERSIONS}/2")["id"]
    asked = {"add": ["prod", "free"], "remove": ["none"], "requestApproval": True}
    answer = scene.ask("ann", f"POST /api/v1/prompts/{version}/labels", asked)
    assert (answer.status_code, answer.json()["success"]) == (202, True)
    scene.names["request"] = answer.json()["data"]["changeRequest"]["id"]
    assert [one["label"] for one in scene.shown()["moves"]] == ["none", "prod", "free"]
    assert scene.tags() == {"prod": 1, "next": 4}
    assert scene.says("bob", "approve") == "200"
    assert scene.tags() == {"prod": 2, "free": 2, "next": 4}


# --- who may do what


def test_nobody_approves_what_they_ask_for_unless_the_policy_says_so(scene: Governed) -> None:
    scene.govern("prod", approvals=1)
    scene.requested("ann")
    assert scene.says("ann", "approve") == FORBIDDEN
    key = scene.world.key("all", maker=scene.person("ann").user.id)
    scene.subjects = {**scene.subjects, "anns key": lambda world: world.http(key)}
    scene.requested("anns key", f"POST {VERSIONS}/3/tags", {"tag": "prod"})
    assert scene.says("ann", "approve") == FORBIDDEN
    assert scene.says("anns key", "approve") == "403 forbidden: access token required"
    scene.govern("prod", self_approval=True)
    assert scene.says("ann", "approve") == "200"
    assert scene.tags()["prod"] == 3


def test_only_who_the_policy_names_approves_and_declines(scene: Governed) -> None:
    ed = scene.person("ed").user.id
    scene.govern("prod", "owner", approvals=1, approver_ids=[ed])
    scene.requested("olga")
    for what in ("approve", "decline"):
        details = scene.refuses("ann", f"POST /v1/change-requests/{{request}}/{what}", None, FORBIDDEN)
        assert details == {"needs": "an approver of 'prod'", "has": "admin"}
    scene.govern("prod", "owner", approver_role="admin", approver_ids=[ed])
    assert scene.says("viewer", "approve") == FORBIDDEN
    assert scene.says("ed", "decline", "not now") == "200"
    assert (scene.shown()["status"], scene.shown()["remarks"][0]["comment"]) == ("declined", "not now")
    assert scene.says("ann", "approve") == CLOSED.format("declined")


def test_whoever_asked_withdraws_and_nobody_else(scene: Governed) -> None:
    scene.govern("prod", approvals=1)
    scene.requested("ed")
    details = scene.refuses("olga", "POST /v1/change-requests/{request}/withdraw", None, FORBIDDEN)
    assert details["needs"] == "whoever asked for it"
    assert scene.says("ed", "withdraw", "never mind") == "200"
    assert scene.shown()["status"] == "withdrawn"
    assert scene.says("olga", "approve") == CLOSED.format("withdrawn")


SEES = {
    "viewer": 200,
    "ed": 200,
    "organization admin": 200,
    "organization owner": 200,
    "read_render key": 200,
    "organization member": 404,
    "stranger": 404,
    "instance admin": 404,
    "key of another team": 404,
    "key of another organization": 404,
    "nobody": 401,
    "unverified editor": 403,
}


@pytest.mark.parametrize("subject", SEES)
def test_who_sees_a_change_request(scene: Governed, subject: str) -> None:
    scene.govern("prod", approvals=1)
    scene.requested("ed")
    assert scene.ask(subject, "GET /v1/change-requests/{request}").status_code == SEES[subject]


def test_an_approver_outside_the_team_sees_what_waits_for_them(scene: Governed) -> None:
    outsider = scene.world.person(None, "member")
    scene.subjects = {**scene.subjects, "outsider": lambda _world: outsider.http}
    scene.govern("prod", approvals=1, approver_ids=[outsider.user.id])
    scene.govern("live", approvals=1)
    opened = scene.requested("ed")
    scene.requested("ed", f"POST {VERSIONS}/2/promote", {"to": "live"})
    listed = scene.does("GET /v1/teams/{team}/change-requests", subject="outsider")
    assert [one["id"] for one in listed] == [opened["id"]]
    scene.names["request"] = opened["id"]
    assert scene.says("outsider", "approve") == "200"


def test_comments_are_kept_also_when_it_is_closed(scene: Governed) -> None:
    scene.govern("prod", approvals=1)
    scene.requested("ed")
    comment = "POST /v1/change-requests/{request}/comments"
    shown = scene.does(comment, {"comment": "why?"}, subject="viewer")
    assert [(one["kind"], one["comment"]) for one in shown["remarks"]] == [("comment", "why?")]
    assert scene.says("ed", "withdraw") == "200"
    assert len(scene.does(comment, {"comment": "pity"}, subject="ann")["remarks"]) == 3
    scene.refuses("ed", comment, {"comment": " "}, "400 invalid_input: comment is required")
    words = "400 invalid_input: comment must be at most 10000 characters"
    scene.refuses("ed", comment, {"comment": "x" * 10_001}, words)
    scene.refuses("ed", comment, {"comment": "a\0b"}, "400 invalid_input: comment must not contain NUL characters")
    scene.refuses("read_render key", comment, {"comment": "x"}, "403 forbidden: access token required")


# --- the world has moved


def test_a_label_that_moved_meanwhile_fails_it(scene: Governed) -> None:
    scene.govern("prod", approvals=1)
    scene.requested("ed")
    scene.govern("prod", approvals=0)
    scene.does(f"POST {VERSIONS}/3/tags", {"tag": "prod"}, subject="ann")
    before = scene.changes()
    words = "the change request could not be applied: 'prod' is on version 3 now, not on version 1"
    assert scene.says("ann", "approve") == f"409 request_failed: {words}"
    assert (scene.shown()["status"], scene.tags()["prod"]) == ("failed", 3)
    assert actions(scene, before) == ["change_request.approved", "change_request.failed"]
    assert scene.entries(before)[1].change.after["failure"] == scene.shown()["failure"]
    assert scene.says("bob", "approve") == CLOSED.format("failed")


def test_a_text_that_changed_meanwhile_fails_it(scene: Governed) -> None:
    scene.govern("prod", approvals=1)
    scene.requested("ed", f"POST {VERSIONS}/4/tags", {"tag": "prod"})
    scene.does(f"PUT {VERSIONS}/4", {"template": "other"})
    assert "the text of version 4 has changed since it was asked for" in scene.says("ann", "approve")
    assert scene.tags()["prod"] == 1


def test_a_version_that_is_gone_fails_it(scene: Governed) -> None:
    scene.govern("prod", approvals=1)
    scene.requested("ed", f"POST {VERSIONS}/4/tags", {"tag": "prod"})
    scene.does(f"DELETE {VERSIONS}/4")
    assert "could not be applied: version 4 is gone" in scene.says("ann", "approve")


def test_a_status_that_does_not_allow_it_any_more_fails_it(scene: Governed) -> None:
    scene.govern("live", approvals=1)
    scene.requested("ed", f"POST {VERSIONS}/2/promote", {"to": "live"})
    scene.does(f"POST {VERSIONS}/2/archive")
    assert "could not be applied: cannot promote a version in archived status" in scene.says("ann", "approve")


def test_labels_that_came_or_went_meanwhile_fail_it(scene: Governed) -> None:
    scene.govern("prod", approvals=1)
    scene.requested("ed", f"POST {VERSIONS}/1/archive")
    scene.does(f"POST {VERSIONS}/1/tags", {"tag": "more"})
    assert "it would move other labels now than when it was asked for" in scene.says("ann", "approve")


def test_whoever_asked_must_still_have_the_right_to_ask(scene: Governed) -> None:
    scene.govern("prod", approvals=1)
    scene.requested("ed")
    scene.world.join_team(scene.person("ed").user.id, "viewer")
    scene.world.join_org(scene.person("ed").user.id, "viewer")
    assert "could not be applied: forbidden: needs organization role member, has viewer" in scene.says("ann", "approve")
    assert scene.tags()["prod"] == 1


def test_a_key_that_was_revoked_asks_for_nothing_any_more(scene: Governed) -> None:
    scene.govern("prod", approvals=1)
    maker = scene.world.person("admin", "admin")
    key = scene.world.key("all", maker=maker.user.id)
    scene.subjects = {**scene.subjects, "key": lambda world: world.http(key)}
    opened = scene.requested("key")
    assert opened["requested_by_kind"] == "api_key"
    assert maker.http.delete(f"/v1/api-keys/{opened['requested_by_id']}").status_code == 204
    assert "could not be applied: whoever asked for it is gone" in scene.says("ann", "approve")


def test_an_approval_counts_only_while_whoever_gave_it_may_give_it(scene: Governed) -> None:
    scene.govern("prod", approvals=2)
    scene.requested("ed")
    assert scene.says("bob", "approve") == "200"
    scene.world.join_org(scene.person("bob").user.id, "member")
    assert scene.says("ann", "approve") == "200"
    assert scene.shown()["approvals"] == [{"label": "prod", "needed": 2, "given": 1}]
    assert scene.says("olga", "approve") == "200"
    assert scene.shown()["status"] == "applied"


def test_a_policy_that_asks_for_more_now_is_what_counts(scene: Governed) -> None:
    scene.govern("prod", approvals=1)
    scene.requested("ed")
    scene.govern("prod", approvals=2)
    assert scene.says("ann", "approve") == "200"
    assert scene.shown()["status"] == "open"
    scene.govern("prod", approvals=1)
    assert scene.says("bob", "approve") == "200"
    assert scene.shown()["status"] == "applied"


def test_a_freeze_refuses_the_last_approval_and_leaves_the_request_open(scene: Governed) -> None:
    scene.govern("prod", approvals=1)
    scene.requested("ed")
    scene.govern("prod", frozen_until="2100-01-01T00:00:00Z")
    details = scene.refuses("ann", "POST /v1/change-requests/{request}/approve", None, "403 protected_label: forbidden")
    assert details["labels"] == [
        {"label": "prod", "min_required_role": "admin", "frozen_until": "2100-01-01T00:00:00Z"}
    ]
    assert (scene.shown()["status"], scene.shown()["remarks"]) == ("open", [])
    scene.govern("prod", frozen_until=None)
    assert scene.says("ann", "approve") == "200"
    assert scene.tags()["prod"] == 2


def test_it_expires(scene: Governed) -> None:
    scene.govern("prod", approvals=1, request_days=3)
    opened = scene.requested("ed")
    days = [int(opened[field][8:10]) for field in ("created_at", "expires_at")]
    assert (days[1] - days[0]) % 31 in {3, 4, 5, 6}  # the ends of months
    with scene.world.store.engines.writer.begin() as connection:
        mine = change_requests.c.id == opened["id"]
        connection.execute(update(change_requests).where(mine).values(expires_at=change_requests.c.created_at))
    assert scene.shown()["status"] == "expired"
    for who, what in (("ann", "approve"), ("ann", "decline"), ("ed", "withdraw")):
        assert scene.says(who, what) == CLOSED.format("expired")
    assert scene.requested("ed")["id"] != opened["id"]


# --- lists and bounds


def test_the_list_of_a_team_by_status_and_in_pages(scene: Governed) -> None:
    scene.govern("prod", approvals=1)
    ids = [scene.requested("ed", f"POST {VERSIONS}/{number}/tags", {"tag": "prod"})["id"] for number in (2, 3, 4)]
    assert scene.says("ed", "withdraw") == "200"
    path = "GET /v1/teams/{team}/change-requests"
    assert [one["id"] for one in scene.does(path)] == ids[::-1]
    assert [one["id"] for one in scene.does(f"{path}?status=open")] == [ids[1], ids[0]]
    assert [one["id"] for one in scene.does(f"{path}?status=withdrawn")] == [ids[2]]
    assert scene.does(f"{path}?status=expired") == []
    page = scene.ask("ed", f"{path}?limit=2").json()
    assert [one["id"] for one in page["change_requests"]] == [ids[2], ids[1]]
    page = scene.ask("ed", f"{path}?limit=2&cursor={page['next_cursor']}").json()
    assert ([one["id"] for one in page["change_requests"]], page["next_cursor"]) == ([ids[0]], None)
    known = "open, applied, declined, withdrawn, failed, expired"
    scene.refuses("ed", f"{path}?status=x", None, f"400 invalid_input: invalid status, must be one of {known}")


def test_so_many_are_open_at_once_and_no_more(scene: Governed) -> None:
    scene.govern("prod", approvals=1)
    scene.govern("next", approvals=1)
    people = [scene.world.person("editor") for _ in range(25)]
    version = scene.does(f"GET {VERSIONS}/2")
    path = f"/v1/prompts/{version['prompt_id']}/versions/2/tags"
    for person in people:
        for tag in ("prod", "next"):
            answer = person.http.post(path, json={"tag": tag, "request_approval": True})
            assert answer.status_code == 202, answer.text
    words = "the prompt has 50 open change requests already: decline or withdraw some first"
    asked = {"tag": "prod", "request_approval": True}
    details = scene.refuses("ed", SET, asked, f"409 too_many_open_requests: {words}")
    assert details == {"limit": 50}


def test_what_approvals_cannot_clear_is_refused_all_the_same(scene: Governed) -> None:
    scene.govern("prod", immutable=True)
    asked = {"tag": "prod", "request_approval": True}
    details = scene.refuses("ed", SET, asked, "403 protected_label: forbidden")
    assert details["labels"] == [{"label": "prod", "min_required_role": "admin", "immutable": True}]
    scene.govern("next", approvals=1)
    edit = f"PUT {VERSIONS}/4"
    scene.refuses("olga", edit, {"template": "x", "request_approval": True}, "403 protected_label: forbidden")
    archive = "POST /v1/prompts/{prompt}/archive?request_approval=true"
    scene.refuses("olga", archive, None, "403 protected_label: forbidden")
    words = "400 invalid_input: request_approval must be true or false"
    scene.refuses("ed", f"{SET}?request_approval=maybe", {"tag": "free"}, words)
    scene.refuses("viewer", SET, asked, FORBIDDEN)
    scene.refuses("ed", f"POST {VERSIONS}/9/tags", asked, "404 version_not_found: version not found")
