"""Policies of protected labels over HTTP: set, kept, lifted, and held on every path."""

from __future__ import annotations

from typing import Any

import pytest

from support.governed import VERSIONS, Governed
from support.world import World

PROTECT = "PUT /v1/teams/{team}/protected-labels/prod"
REFUSED = "403 protected_label: forbidden"
NEVER = "2100-01-01T00:00:00Z"


@pytest.fixture
def scene(world: World) -> Governed:
    return Governed(world)


def test_what_is_not_given_stays_and_null_is_nothing_of_the_kind(scene: Governed) -> None:
    ed = scene.person("ed").user.id
    whole: dict[str, Any] = {
        "approvals": 2,
        "self_approval": True,
        "approver_role": "owner",
        "approver_ids": [ed],
        "frozen_until": NEVER,
        "immutable": True,
        "request_days": 3,
    }
    made = scene.govern("prod", **whole)
    assert {name: made[name] for name in whole} == whole
    again = scene.does(PROTECT, {"approvals": 1}, subject="olga")
    assert again == made | {"approvals": 1}
    nothing: dict[str, Any] = dict.fromkeys(
        ("approvals", "approver_role", "approver_ids", "frozen_until", "request_days")
    )
    bare = scene.does(PROTECT, nothing | {"self_approval": False, "immutable": False}, subject="olga")
    plain: dict[str, Any] = {"approver_role": None, "approver_ids": [], "frozen_until": None, "request_days": 7}
    assert bare == made | plain | {"approvals": 0, "self_approval": False, "immutable": False}
    before = scene.changes()
    assert scene.does(PROTECT, {"min_required_role": "admin"}, subject="olga") == bare
    assert scene.changes() == before


def test_every_change_of_a_policy_is_in_the_log(scene: Governed) -> None:
    scene.govern("prod")
    before = scene.changes()
    scene.govern("prod", approvals=1, approver_ids=[scene.person("ed").user.id], frozen_until=NEVER)
    scene.does("DELETE /v1/teams/{team}/protected-labels/prod", subject="olga")
    logged = [entry.change for entry in scene.entries(before)]
    assert [one.action for one in logged] == ["protected_label.set", "protected_label.removed"]
    assert "approvals" not in logged[0].before
    assert logged[0].after == {
        "team_id": scene.world.team.id,
        "label": "prod",
        "min_required_role": "admin",
        "approvals": 1,
        "self_approval": False,
        "approver_role": None,
        "approver_ids": (scene.person("ed").user.id,),
        "frozen_until": "2100-01-01T00:00:00.000000Z",
        "immutable": False,
        "checks": (),
        "request_days": 7,
    }
    assert logged[1].before == logged[0].after


BAD: list[Any] = [
    ({}, "min_required_role is required"),
    ({"approvals": 11, "min_required_role": "admin"}, "approvals must be from 0 to 10"),
    ({"request_days": 0, "min_required_role": "admin"}, "request_days must be from 1 to 90"),
    ({"approver_role": "king", "min_required_role": "admin"}, "invalid role, must be viewer, member, admin, or owner"),
    (
        {"frozen_until": "tomorrow", "min_required_role": "admin"},
        "frozen_until must be an RFC 3339 time, such as 2030-01-31T12:00:00Z",
    ),
    ({"frozen_until": "2020-01-01T00:00:00Z", "min_required_role": "admin"}, "frozen_until must be in the future"),
    ({"approver_ids": ["x"], "min_required_role": "admin"}, "invalid request body"),
    ({"approvals": "1", "min_required_role": "admin"}, "invalid request body"),
]


@pytest.mark.parametrize(("body", "words"), BAD)
def test_a_policy_that_cannot_be_is_refused(scene: Governed, body: dict[str, Any], words: str) -> None:
    scene.refuses("olga", PROTECT, body, f"400 invalid_input: {words}")


def test_approvers_are_members_and_live_is_not_immutable(scene: Governed) -> None:
    stranger = scene.world.person().user.id
    body: dict[str, Any] = {"min_required_role": "admin", "approver_ids": [stranger]}
    words = f"400 invalid_input: approver_ids: {stranger} is no member of the organization"
    assert scene.refuses("olga", PROTECT, body, words) == {"field": "approver_ids"}
    body = {"min_required_role": "admin", "immutable": True}
    words = "400 invalid_input: live cannot be immutable: it is what moves"
    scene.refuses("olga", "PUT /v1/teams/{team}/protected-labels/LIVE", body, words)


def test_an_admin_neither_freezes_nor_thaws_what_is_the_owners(scene: Governed) -> None:
    scene.govern("prod", "owner", frozen_until=NEVER)
    scene.refuses("ann", PROTECT, {"frozen_until": None}, "403 forbidden: forbidden")
    scene.refuses("ed", PROTECT, {"frozen_until": None}, "403 forbidden: forbidden")
    scene.does(PROTECT, {"frozen_until": None}, subject="olga")


LIVE: list[Any] = [
    pytest.param(f"POST {VERSIONS}/2/promote", {"to": "live"}, id="promote"),
    pytest.param(f"POST {VERSIONS}/2/promote", None, id="promote-a-step"),
    pytest.param(f"POST {VERSIONS}/1/demote", None, id="demote"),
    pytest.param(f"POST {VERSIONS}/1/archive", None, id="archive"),
    pytest.param(f"DELETE {VERSIONS}/1", None, id="delete"),
    pytest.param("POST /v1/prompts/{prompt}/archive", None, id="archive-prompt"),
    pytest.param("POST /v1/prompts/{prompt}/move", {"team_id": "{other}"}, id="move"),
]
PROD: list[Any] = [
    pytest.param(f"POST {VERSIONS}/2/tags", {"tag": "prod"}, id="tag-set"),
    pytest.param(f"POST {VERSIONS}/2/tags", {"tag": "Prod"}, id="tag-set-look-alike"),
    pytest.param("DELETE /v1/prompts/{prompt}/tags/prod", None, id="tag-delete"),
    pytest.param(f"POST {VERSIONS}/1/archive", None, id="archive"),
    pytest.param("POST /v1/prompts/{prompt}/archive", None, id="archive-prompt"),
    pytest.param("POST /v1/prompts/{prompt}/move", {"team_id": "{other}"}, id="move"),
    pytest.param("DELETE /v1/teams/{team}", None, id="delete-team"),
]
POLICIES: list[Any] = [
    pytest.param({"approvals": 1}, {"approvals": 1}, id="approvals"),
    pytest.param({"frozen_until": NEVER}, {"frozen_until": NEVER}, id="frozen"),
]


@pytest.mark.parametrize(
    ("label", "request_line", "body"),
    [pytest.param("live", *one.values, id=f"live-{one.id}") for one in LIVE]
    + [pytest.param("prod", *one.values, id=f"prod-{one.id}") for one in PROD],
)
@pytest.mark.parametrize(("policy", "missing"), POLICIES)
def test_a_policy_holds_on_every_path_for_owners_too(
    scene: Governed,
    label: str,
    request_line: str,
    body: dict[str, str] | None,
    policy: dict[str, Any],
    missing: dict[str, Any],
) -> None:
    other = scene.world.new_team(scene.world.org.id)
    scene.names["other"] = other.id
    scene.world.join_team(scene.person("olga").user.id, "admin", other.id)
    scene.govern(label, **policy)
    filled = body and {name: text.format_map(scene.names) for name, text in body.items()}
    details = scene.refuses("olga", request_line, filled, REFUSED)
    assert details["labels"] == [{"label": label, "min_required_role": "admin"} | missing]


def test_evalguards_route_says_the_same_in_its_own_words(scene: Governed) -> None:
    scene.govern("prod", approvals=2, frozen_until=NEVER)
    version = scene.does(f"GET {VERSIONS}/2")["id"]
    answer = scene.ask("olga", f"POST /api/v1/prompts/{version}/labels", {"add": ["prod"]})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (403, "PROTECTED_LABEL")
    words = "'prod' needs 2 approvals and is frozen until 2100-01-01T00:00:00Z; your role is owner"
    assert error["message"] == f"PROTECTED_LABEL: protected label: {words}"
    frozen = "2100-01-01T00:00:00Z"
    assert error["details"]["labels"] == [
        {"label": "prod", "minRequiredRole": "admin", "approvals": 2, "frozenUntil": frozen}
    ]


def test_a_release_label_is_set_once_and_stays(scene: Governed) -> None:
    scene.govern("v1.0", "member", immutable=True)
    put = f"POST {VERSIONS}/2/tags"
    scene.does(put, {"tag": "v1.0"})
    scene.does(put, {"tag": "v1.0"})
    taken = {"label": "v1.0", "min_required_role": "member", "immutable": True}
    for request_line, body in (
        (f"POST {VERSIONS}/3/tags", {"tag": "v1.0"}),
        ("DELETE /v1/prompts/{prompt}/tags/v1.0", None),
        ("DELETE /v1/teams/{team}", None),
    ):
        assert scene.refuses("olga", request_line, body, REFUSED)["labels"] == [taken]
    scene.does(f"POST {VERSIONS}/2/archive")
    assert scene.tags()["v1.0"] == 2
    scene.govern("wip", "member", immutable=True)
    scene.does(f"POST {VERSIONS}/4/tags", {"tag": "wip"})
    scene.refuses("ed", f"PUT {VERSIONS}/4", {"template": "x"}, REFUSED)
    scene.refuses("ed", f"DELETE {VERSIONS}/4", None, REFUSED)


def test_a_draft_under_a_label_that_needs_approvals_is_not_edited(scene: Governed) -> None:
    scene.govern("next", approvals=1)
    scene.refuses("olga", f"PUT {VERSIONS}/4", {"template": "x"}, REFUSED)
    scene.govern("next", approvals=0)
    scene.does(f"PUT {VERSIONS}/4", {"template": "x"}, subject="olga")
