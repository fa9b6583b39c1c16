"""The end of an account: everything the person was part of goes on, and somebody always answers for it."""

from __future__ import annotations

from promptwire.domain.changes import INSTANCE
from promptwire.domain.errors import LastAdministrator
from promptwire.domain.organizations import Organization, Team
from promptwire.domain.users import User
from promptwire.ports.storage import Transaction
from promptwire.services import accounts, organizations, sessions, teams
from promptwire.services.administration import require_person
from promptwire.services.calls import Act, Object, record


def delete_account(tx: Transaction, act: Act) -> None:
    """Remove whoever asks: sessions, memberships and codes; what they made stays, and their keys only read.

    Raises:
        Forbidden: When it is no person.
        LastAdministrator: When nobody else would answer for an organization, a team or the instance.
    """
    user = require_person(act)
    _check_instance(tx, user)
    tx.users.hold(user.id)
    for membership in sorted(tx.organizations.of_user(user.id), key=lambda one: one.organization.id):
        _leave_organization(tx, act, membership.organization, user)
    for team in sorted(tx.teams.of_user(user.id), key=lambda one: one.id):
        _leave_team(tx, act, team, user)
    sessions.end_all(tx, act, user.id)
    record(tx, act, INSTANCE, "user.deleted", of=Object("user", user.id), before=accounts.facts(user))
    tx.users.delete(user.id)


def _check_instance(tx: Transaction, user: User) -> None:
    if user.is_admin:
        tx.users.lock()
        if list(tx.users.administrators()) == [user.id]:
            raise LastAdministrator(role="administrator", of="instance")


def _leave_organization(tx: Transaction, act: Act, organization: Organization, user: User) -> None:
    tx.organizations.lock(organization.id)
    if tx.organizations.role(organization.id, user.id):  # again: from here on nobody else changes it
        organizations.dismiss(tx, act, organization, user.id)


def _leave_team(tx: Transaction, act: Act, team: Team, user: User) -> None:
    tx.teams.lock(team.id)
    teams.dismiss(tx, act, team, user.id)
