"""Joining a team, and thereby its organization (DESIGN section 2b)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from promptwire.domain.organizations import Team
from promptwire.domain.roles import OrgRole, TeamRole
from promptwire.ports.storage import Transaction
from promptwire.server.local import operator
from promptwire.services import accounts, teams
from promptwire.storage.store import SqlStore
from support.started import actions, started

EDITOR, VIEWER = TeamRole.EDITOR, TeamRole.VIEWER


@pytest.mark.parametrize(
    ("roles", "org_role", "raised"),
    [
        ((EDITOR,), OrgRole.MEMBER, 0),
        ((TeamRole.ADMIN,), OrgRole.MEMBER, 0),
        ((VIEWER,), OrgRole.VIEWER, 0),
        ((VIEWER, VIEWER), OrgRole.VIEWER, 0),
        ((VIEWER, EDITOR), OrgRole.MEMBER, 1),
        ((EDITOR, VIEWER), OrgRole.MEMBER, 0),
    ],
)
def test_who_joins_teams_belongs_to_the_organization(
    store: SqlStore, roles: tuple[TeamRole, ...], org_role: OrgRole, raised: int
) -> None:
    made = started(store)
    scope = f"org:{made.organization.id}"

    def join(tx: Transaction) -> list[TeamRole | None]:
        user = accounts.add(tx, operator(), "new@example.com", "hash")
        for number, role in enumerate(roles):
            team = teams.create(tx, operator(), made.organization.id, f"Team {number}")
            teams.join(tx, operator(), team, made.user.id)  # who comes first becomes its admin
            teams.join(tx, operator(), team, user.id, role=role)
        assert tx.organizations.role(made.organization.id, user.id) is org_role
        return [tx.teams.role(team.id, user.id) for team in tx.teams.of_user(user.id)]

    assert store.write_now(join) == list(roles)
    assert actions(store, scope).count("organization_member.role_changed") == raised
    assert actions(store, scope).count("organization_member.added") == 2  # the owner, too


def test_joining_again_changes_nothing(store: SqlStore) -> None:
    made = started(store)
    scope = f"org:{made.organization.id}"
    before = actions(store, scope)
    role = store.write_now(lambda tx: teams.join(tx, operator(), made.team, made.user.id, role=VIEWER))
    assert role is TeamRole.ADMIN
    assert actions(store, scope) == before


def test_a_team_of_no_organization_makes_nobody_a_member(store: SqlStore) -> None:
    made = started(store)
    team = Team(id="7f0e2a30-0000-4000-8000-000000000000", org_id=None, name="a", slug="a", created_at=operator().now)

    def join(tx: Transaction) -> TeamRole:
        tx.teams.insert(team)
        return teams.join(tx, operator(), team, made.user.id)

    assert store.write_now(join) is TeamRole.ADMIN
    assert actions(store, f"team:{team.id}") == ["team_member.added"]


def test_of_many_who_join_an_empty_team_at_once_one_becomes_its_admin(store: SqlStore) -> None:
    made = started(store)
    team = store.write_now(lambda tx: teams.create(tx, operator(), made.organization.id, "Empty"))

    def join(number: int) -> TeamRole:
        def work(tx: Transaction) -> TeamRole:
            user = accounts.add(tx, operator(), f"p{number}@example.com", "hash")
            return teams.join(tx, operator(), team, user.id)

        return store.write_now(work)

    with ThreadPoolExecutor(4) as pool:
        roles = list(pool.map(join, range(8)))
    assert (roles.count(TeamRole.ADMIN), roles.count(EDITOR)) == (1, 7)
