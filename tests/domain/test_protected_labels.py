"""Protected labels: who may move them, who may govern them (contracts/evalguard-labels.md A3 to A5, A15, A21, A30)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from promptwire.domain.errors import Forbidden, InvalidInput, ProtectedLabelRefused
from promptwire.domain.moves import Effect, Move
from promptwire.domain.policies import Policy, check_policy
from promptwire.domain.protected_labels import (
    Consent,
    ProtectedLabel,
    check_can_govern,
    check_protected_label,
    obstacles,
)
from promptwire.domain.roles import OrgRole

VIEWER, MEMBER, ADMIN, OWNER = OrgRole


NOW = datetime(2026, 1, 1, tzinfo=UTC)


def protected(label: str, role: OrgRole, **policy: Any) -> ProtectedLabel:
    return ProtectedLabel(
        team_id="t", label=label, min_required_role=role, policy=Policy(**policy), created_by=None, created_at=NOW
    )


def moves(*labels: str) -> list[Move]:
    return [Move(label=label, from_version_id=None, to_version_id="v1") for label in labels]


def found(
    registry: list[ProtectedLabel], asked: list[Move], role: OrgRole | None, consent: Consent | None = None
) -> list[str]:
    return [str(one) for one in obstacles(asked, registry, role=role, now=NOW, consent=consent)]


def test_a4_every_label_that_stands_in_the_way_is_named() -> None:
    registry = [protected("qa", ADMIN), protected("production", OWNER), protected("ok", MEMBER)]
    assert found(registry, moves("ok", "qa", "production", "free"), MEMBER) == [
        "'production' needs owner",
        "'qa' needs admin",
    ]
    assert found(registry, moves("ok", "free"), MEMBER) == []
    refused = ProtectedLabelRefused(obstacles(moves("qa"), registry, role=None, now=NOW), None)
    assert str(refused) == "protected label: 'qa' needs admin; your role is none"


@pytest.mark.parametrize("needed", list(OrgRole))
@pytest.mark.parametrize("has", [None, *OrgRole])
def test_a_role_moves_what_needs_no_more(needed: OrgRole, has: OrgRole | None) -> None:
    may = has is not None and has.at_least(needed)
    assert found([protected("production", needed)], moves("production"), has) == (
        [] if may else [f"'production' needs {needed.value}"]
    )


@pytest.mark.parametrize("label", ["Production", "PRODUCTION", "\uff50roduction", "produ\uff43tion"])
def test_a15_look_alikes_are_protected_too(label: str) -> None:
    assert found([protected("production", ADMIN)], moves(label), MEMBER)
    assert found([protected(label, ADMIN)], moves("production"), MEMBER)
    assert found([protected("production", ADMIN)], moves("productions"), MEMBER) == []


def test_approvals_are_needed_from_owners_too_and_are_named_with_the_role() -> None:
    registry = [protected("prod", ADMIN, approvals=2)]
    assert found(registry, moves("prod"), OWNER) == ["'prod' needs 2 approvals"]
    assert found(registry, moves("prod"), MEMBER) == ["'prod' needs admin and 2 approvals"]
    assert found([protected("prod", ADMIN, approvals=1)], moves("prod"), OWNER) == ["'prod' needs 1 approval"]


BY_ROLE = {"a": ADMIN, "b": ADMIN, "o": OWNER, "m": MEMBER}


@pytest.mark.parametrize(
    ("policy", "role", "approvers", "missing"),
    [
        pytest.param({"approvals": 2}, ADMIN, "b", 1, id="one of two"),
        pytest.param({"approvals": 2}, ADMIN, "bo", 0, id="two of two"),
        pytest.param({"approvals": 1}, ADMIN, "a", 1, id="ones own does not count"),
        pytest.param({"approvals": 1, "self_approval": True}, ADMIN, "a", 0, id="ones own counts"),
        pytest.param({"approvals": 1}, ADMIN, "m", 1, id="too low a role"),
        pytest.param({"approvals": 1, "approver_role": MEMBER}, ADMIN, "m", 0, id="a role of its own"),
        pytest.param({"approvals": 1, "approver_role": OWNER}, ADMIN, "b", 1, id="a higher role of its own"),
        pytest.param({"approvals": 1, "approver_ids": ("m",)}, ADMIN, "m", 0, id="somebody named"),
        pytest.param({"approvals": 1, "approver_ids": ("m",)}, ADMIN, "bo", 1, id="nobody but those named"),
        pytest.param(
            {"approvals": 2, "approver_ids": ("m",), "approver_role": OWNER}, ADMIN, "mo", 0, id="named, or with a role"
        ),
        pytest.param({}, MEMBER, "", 1, id="a low role needs one where none is asked for"),
        pytest.param({}, MEMBER, "b", 0, id="a low role with one"),
        pytest.param({}, ADMIN, "", 0, id="the role is enough"),
        pytest.param({"approvals": 1, "approver_ids": ("x",)}, ADMIN, "x", 1, id="named, and gone"),
    ],
)
def test_which_approvals_count(policy: dict[str, Any], role: OrgRole, approvers: str, missing: int) -> None:
    consent = Consent(person_id="a", approvers=[(one, BY_ROLE.get(one)) for one in approvers])
    one = protected("prod", ADMIN, **policy)
    words = {0: [], 1: ["'prod' needs 1 approval"]}[missing]
    assert found([one], moves("prod"), role, consent) == words


def test_somebody_approves_once() -> None:
    consent = Consent(person_id="a", approvers=[("b", ADMIN), ("b", ADMIN)])
    assert consent.counted(protected("prod", ADMIN, approvals=2)) == 1


def test_nothing_moves_while_it_is_frozen_whoever_asks_and_approves() -> None:
    frozen = protected("prod", VIEWER, frozen_until=NOW + timedelta(seconds=1))
    words = ["'prod' is frozen until 2026-01-01T00:00:01Z"]
    consent = Consent(person_id="a", approvers=[("b", OWNER)])
    assert found([frozen], moves("prod"), OWNER) == found([frozen], moves("prod"), OWNER, consent) == words
    assert found([protected("prod", VIEWER, frozen_until=NOW)], moves("prod"), OWNER) == []


@pytest.mark.parametrize(
    ("move", "refused"),
    [
        pytest.param(Move(label="v1", from_version_id=None, to_version_id="a"), False, id="set"),
        pytest.param(Move(label="v1", from_version_id="a", to_version_id="a"), False, id="set again"),
        pytest.param(Move(label="v1", from_version_id="a", to_version_id="b"), True, id="moved"),
        pytest.param(Move(label="v1", from_version_id="a", to_version_id=None), True, id="removed"),
        pytest.param(
            Move(label="v1", from_version_id="a", to_version_id="a", effect=Effect.TEXT), True, id="another text"
        ),
        pytest.param(
            Move(label="v1", from_version_id="a", to_version_id="a", effect=Effect.RETIRES), False, id="archived"
        ),
        pytest.param(
            Move(label="v1", from_version_id="a", to_version_id="a", effect=Effect.LEAVES), True, id="another team"
        ),
    ],
)
def test_an_immutable_label_stays_where_it_was_put(move: Move, *, refused: bool) -> None:
    words = ["'v1' stays where it was put"] if refused else []
    assert found([protected("v1", VIEWER, immutable=True)], [move], OWNER) == words


def test_what_approvals_would_clear() -> None:
    def approvable(asked: list[Move], **policy: Any) -> list[bool]:
        one = protected("v1", ADMIN, **policy)
        return [found.is_approvable for found in obstacles(asked, [one], role=MEMBER, now=NOW)]

    later = NOW + timedelta(days=1)
    assert approvable(moves("v1")) == [True]
    assert approvable(moves("v1"), frozen_until=later) == [True]
    taken = [Move(label="v1", from_version_id="a", to_version_id=None)]
    assert approvable(taken, immutable=True) == [False]
    frozen = obstacles(moves("v1"), [protected("v1", VIEWER, frozen_until=later)], role=OWNER, now=NOW)
    assert [one.is_approvable for one in frozen] == [False]


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (Policy(approvals=11), "approvals must be from 0 to 10"),
        (Policy(approvals=-1), "approvals must be from 0 to 10"),
        (Policy(request_days=0), "request_days must be from 1 to 90"),
        (Policy(request_days=91), "request_days must be from 1 to 90"),
        (Policy(approver_ids=tuple(map(str, range(51)))), "approver_ids must name at most 50 people"),
    ],
)
def test_a_policy_out_of_range_is_refused(policy: Policy, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        check_policy(policy)


@pytest.mark.parametrize(
    ("has", "roles", "may"),
    [
        pytest.param(None, (), False, id="nobody"),
        pytest.param(MEMBER, (), False, id="A30-member"),
        pytest.param(MEMBER, (VIEWER,), False, id="A30-member-viewer"),
        pytest.param(ADMIN, (VIEWER, ADMIN), True, id="A30-admin"),
        pytest.param(ADMIN, (VIEWER, OWNER), False, id="A30-admin-lowers-owner"),
        pytest.param(OWNER, (OWNER, OWNER), True, id="A30-owner"),
    ],
)
def test_who_governs(has: OrgRole | None, roles: tuple[OrgRole, ...], *, may: bool) -> None:
    if may:
        check_can_govern(has, *roles)
    else:
        with pytest.raises(Forbidden):
            check_can_govern(has, *roles)


def test_every_look_alike_of_live_is_the_status() -> None:
    assert [check_protected_label(label) for label in ("live", "LIVE", "\uff4cive")] == ["live"] * 3
    assert check_protected_label("e\u0301") == "\u00e9"
    with pytest.raises(InvalidInput):
        check_protected_label("")
