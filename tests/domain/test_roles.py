"""Roles and operations: which may do what another may (DESIGN section 2b)."""

from __future__ import annotations

from itertools import product

import pytest

from promptwire.domain.errors import InvalidInput
from promptwire.domain.roles import Operation, OrgRole, TeamRole, lower_org_role, lower_team_role


def test_the_orders() -> None:
    assert [role.value for role in OrgRole] == ["viewer", "member", "admin", "owner"]
    assert [role.value for role in TeamRole] == ["viewer", "editor", "admin"]
    for roles in (OrgRole, TeamRole):
        assert [role.rank for role in roles] == list(range(len(roles)))


def test_a_role_may_do_what_lower_ones_may() -> None:
    for one, other in product(OrgRole, repeat=2):
        assert one.at_least(other) is (one.rank >= other.rank)
        assert lower_org_role(one, other) is lower_org_role(other, one) is min(one, other, key=lambda role: role.rank)
    for a, b in product(TeamRole, repeat=2):
        assert a.at_least(b) is (a.rank >= b.rank)
        assert lower_team_role(a, b) is lower_team_role(b, a) is min(a, b, key=lambda role: role.rank)


@pytest.mark.parametrize(
    ("text", "role"), [("viewer", "viewer"), ("Owner", "owner"), ("ADMIN", "admin"), ("editor", "member")]
)
def test_a_word_for_a_role(text: str, role: str) -> None:
    assert OrgRole.parse(text).value == role


@pytest.mark.parametrize("text", ["", "root", " admin", "admin\n", "\uff41dmin"])
def test_no_word_for_a_role(text: str) -> None:
    with pytest.raises(InvalidInput):
        OrgRole.parse(text)
    with pytest.raises(InvalidInput):
        Operation.parse(text)


def test_what_a_key_may_do_in_a_team() -> None:
    assert [(one.value, one.team_role.value) for one in Operation] == [
        ("read_render", "viewer"),
        ("all", "editor"),
        ("admin", "admin"),
    ]
    assert [Operation.parse(one.value) for one in Operation] == list(Operation)
