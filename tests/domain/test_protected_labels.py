"""Protected labels: who may move them, who may govern them (contracts/evalguard-labels.md A3 to A5, A15, A21, A30)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from promptwire.domain.errors import Forbidden, InvalidInput, ProtectedLabelRefused
from promptwire.domain.protected_labels import ProtectedLabel, check_can_govern, check_moves, check_protected_label
from promptwire.domain.roles import OrgRole

VIEWER, MEMBER, ADMIN, OWNER = OrgRole


def protected(label: str, role: OrgRole) -> ProtectedLabel:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return ProtectedLabel(team_id="t", label=label, min_required_role=role, created_by=None, created_at=now)


def test_a4_every_label_that_stands_in_the_way_is_named() -> None:
    registry = [protected("qa", ADMIN), protected("production", OWNER), protected("ok", MEMBER)]
    with pytest.raises(ProtectedLabelRefused) as refused:
        check_moves(["ok", "qa", "production", "free"], registry, MEMBER)
    assert [one.label for one in refused.value.labels] == ["production", "qa"]
    assert str(refused.value) == ("protected label: 'production' needs owner, 'qa' needs admin; your role is member")
    check_moves(["ok", "free"], registry, MEMBER)


@pytest.mark.parametrize("needed", list(OrgRole))
@pytest.mark.parametrize("has", [None, *OrgRole])
def test_a_role_moves_what_needs_no_more(needed: OrgRole, has: OrgRole | None) -> None:
    registry = [protected("production", needed)]
    if has and has.at_least(needed):
        check_moves(["production"], registry, has)
    else:
        with pytest.raises(ProtectedLabelRefused):
            check_moves(["production"], registry, has)


@pytest.mark.parametrize("label", ["Production", "PRODUCTION", "\uff50roduction", "produ\uff43tion"])
def test_a15_look_alikes_are_protected_too(label: str) -> None:
    with pytest.raises(ProtectedLabelRefused):
        check_moves([label], [protected("production", ADMIN)], MEMBER)
    with pytest.raises(ProtectedLabelRefused):
        check_moves(["production"], [protected(label, ADMIN)], MEMBER)
    check_moves(["productions"], [protected("production", ADMIN)], MEMBER)


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
