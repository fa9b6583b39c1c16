"""Organizations, teams and their members are kept as they were given; names are taken once, in any case."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from promptwire.domain.errors import AlreadyExists
from promptwire.domain.organizations import Member, Membership, Team
from promptwire.domain.roles import OrgRole, TeamRole
from promptwire.ports.storage import Transaction
from promptwire.storage.store import SqlStore
from support import make
from support.make import AT, LATER, Ground


def test_an_organization_is_read_as_written_by_id_and_by_name_in_any_case(
    read: Transaction, write: Transaction
) -> None:
    org = make.organization(name="Straße 7", created_at=LATER)
    write.organizations.insert(org)
    assert read.organizations.get(org.id) == org
    assert read.organizations.by_name("STRASSE 7") == org
    assert read.organizations.get(make.new_id()) is None
    assert read.organizations.by_name("Straße") is None


def test_the_name_of_an_organization_is_taken_in_any_case(write: Transaction) -> None:
    write.organizations.insert(make.organization(name="Straße"))
    with pytest.raises(AlreadyExists, match="organization"):
        write.organizations.insert(make.organization(name="STRASSE"))


def test_organizations_are_listed_oldest_first(read: Transaction, write: Transaction) -> None:
    orgs = [make.organization(created_at=AT - timedelta(days=at)) for at in range(3)]
    for one in orgs:
        write.organizations.insert(one)
    assert read.organizations.all() == orgs[::-1]


def test_a_member_has_the_role_last_given(read: Transaction, write: Transaction, ground: Ground) -> None:
    for role in OrgRole:
        write.organizations.set_role(ground.org.id, ground.user.id, role, AT)
        assert read.organizations.role(ground.org.id, ground.user.id) is role
        mine = [Membership(organization=ground.org, role=role)]
        assert read.organizations.of_user(ground.user.id) == mine
    assert read.organizations.role(ground.org.id, make.new_id()) is None
    assert read.organizations.role(make.new_id(), ground.user.id) is None


def test_members_are_listed_in_the_order_they_came(read: Transaction, write: Transaction) -> None:
    org, people = make.organization(), [make.user() for _ in range(3)]
    write.organizations.insert(org)
    for one in people:
        write.users.insert(one, "hash")
    for at, person in enumerate(reversed(people)):
        since = AT + timedelta(seconds=at)
        write.organizations.set_role(org.id, person.id, OrgRole.VIEWER, since)
    listed = [Member(user=person, role=OrgRole.VIEWER) for person in reversed(people)]
    assert read.organizations.members(org.id) == listed
    assert read.organizations.members(make.new_id()) == []


def test_memberships_are_listed_oldest_organization_first(read: Transaction, write: Transaction) -> None:
    user = make.user()
    orgs = [make.organization(created_at=AT - timedelta(days=at)) for at in range(3)]
    write.users.insert(user, "hash")
    for one in orgs:
        write.organizations.insert(one)
    for one in orgs:
        write.organizations.set_role(one.id, user.id, OrgRole.VIEWER, AT)
    listed = read.organizations.of_user(user.id)
    assert [one.organization for one in listed] == orgs[::-1]


def test_who_is_nobody_cannot_be_a_member(write: Transaction, ground: Ground) -> None:
    with pytest.raises(IntegrityError):
        write.organizations.set_role(ground.org.id, make.new_id(), OrgRole.VIEWER, AT)
    with pytest.raises(IntegrityError):
        write.teams.set_role(make.new_id(), ground.user.id, TeamRole.VIEWER, AT)


def test_a_team_is_read_as_written_with_and_without_organization(
    read: Transaction, write: Transaction, ground: Ground
) -> None:
    of_org, of_none = make.team(ground.org.id, name="Größe", slug="größe"), make.team(None)
    write.teams.insert(of_org)
    write.teams.insert(of_none)
    assert read.teams.get(of_org.id) == of_org
    assert read.teams.get(of_none.id) == of_none
    assert read.teams.get(make.new_id()) is None


def test_a_team_needs_its_organization(write: Transaction) -> None:
    with pytest.raises(IntegrityError):
        write.teams.insert(make.team(make.new_id()))


@pytest.mark.parametrize("same", [{"name": "CORE"}, {"slug": "core"}])
def test_name_and_slug_of_a_team_are_taken_in_its_organization(write: Transaction, same: dict[str, str]) -> None:
    org, other = make.organization(), make.organization()
    write.organizations.insert(org)
    write.organizations.insert(other)
    write.teams.insert(make.team(org.id, name="Core", slug="core"))
    with pytest.raises(AlreadyExists, match="team"):
        write.teams.insert(make.team(org.id, **same))
    write.teams.insert(make.team(other.id, **same))


def test_teams_without_organization_may_have_one_name(write: Transaction) -> None:
    for _ in range(2):
        write.teams.insert(make.team(None, name="Core", slug="core"))


def test_a_member_of_a_team_has_the_role_last_given(read: Transaction, write: Transaction, ground: Ground) -> None:
    for role in TeamRole:
        write.teams.set_role(ground.team.id, ground.user.id, role, AT)
        assert read.teams.role(ground.team.id, ground.user.id) is role
    assert read.teams.role(ground.team.id, make.new_id()) is None


def test_it_is_known_whether_a_team_has_members(read: Transaction, write: Transaction, ground: Ground) -> None:
    empty = make.team(None)
    write.teams.insert(empty)
    assert read.teams.has_members(ground.team.id)
    assert not read.teams.has_members(empty.id)


def test_teams_are_listed_by_name_as_code_points_say(read: Transaction, write: Transaction) -> None:
    org, user = make.organization(), make.user()
    names = ["A-b", "a b", "a_a", "B", "é", "Ü", "中", "😀"]
    in_order = sorted(names, key=str.casefold)
    teams = [make.team(org.id, name=name) for name in names]
    write.organizations.insert(org)
    write.users.insert(user, "hash")
    for one in teams:
        write.teams.insert(one)
    for one in teams:
        write.teams.set_role(one.id, user.id, TeamRole.VIEWER, AT)
    assert [one.name for one in read.teams.of_org(org.id)] == in_order
    assert [one.name for one in read.teams.of_user(user.id)] == in_order


def test_a_lock_on_a_team_lets_others_read_it(store: SqlStore, read: Transaction, ground: Ground) -> None:
    def look_while_locked(tx: Transaction) -> Team | None:
        tx.teams.lock(ground.team.id)
        return read.teams.get(ground.team.id)

    assert store.write_now(look_while_locked) == ground.team
