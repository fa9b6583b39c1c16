"""Who an identity provider has sent, in the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select

from promptwire.domain.identities import GivenRole, Handover
from promptwire.storage.integrity import unique
from promptwire.storage.tables import given_roles, handovers, identities
from promptwire.storage.upserts import purge, upsert
from promptwire.wire.canonical import canonical_json


class Identities:
    """Who the provider has sent, and which roles its groups gave."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def user_of(self, issuer: str, subject: str) -> str | None:
        """Give the id of the person with this identity."""
        statement = select(identities.c.user_id).where(identities.c.id == _name(issuer, subject))
        return self._connection.execute(statement).scalar()

    def link(self, issuer: str, subject: str, user_id: str, at: datetime) -> None:
        """Note that an identity is a person's."""
        values = {"id": _name(issuer, subject), "issuer": issuer, "subject": subject, "user_id": user_id}
        with unique("identity"):
            self._connection.execute(insert(identities).values({**values, "created_at": at}))

    def given(self, user_id: str) -> Sequence[GivenRole]:
        """List the roles that groups gave a person."""
        statement = select(given_roles).where(given_roles.c.user_id == user_id).order_by(given_roles.c.place_id)
        return [
            GivenRole(user_id=row.user_id, org_id=row.org_id, team_id=row.team_id, role=row.role, before=row.before)
            for row in self._connection.execute(statement)
        ]

    def note(self, given: GivenRole) -> None:
        """Note a role that a group gave, in place of the one noted there."""
        values = {**asdict(given), "place_id": given.team_id or given.org_id}
        self._connection.execute(upsert(self._connection, given_roles, values, ("user_id", "place_id")))

    def forget(self, given: GivenRole) -> None:
        """Note that groups give no role there any more."""
        here = given_roles.c.place_id == (given.team_id or given.org_id)
        self._connection.execute(delete(given_roles).where(given_roles.c.user_id == given.user_id, here))

    def hand_over(self, handover: Handover) -> None:
        """Keep a sign-in for the program that waits for it."""
        self._connection.execute(insert(handovers).values(asdict(handover)))

    def purge(self, now: datetime, limit: int) -> int:
        """Forget sign-ins that nobody has taken over in time, so many at most; gives how many."""
        return purge(self._connection, handovers, handovers.c.expires_at <= now, limit)

    def take_over(self, code_hash: str, now: datetime) -> Handover | None:
        """Give the sign-in kept for a code, once; None where it has expired."""
        taken = delete(handovers).where(handovers.c.code_hash == code_hash).returning(handovers)
        row = self._connection.execute(taken).one_or_none()
        kept = Handover(**row._mapping) if row else None  # noqa: SLF001 - SQLAlchemy's public name for it
        return kept if kept and kept.expires_at > now else None


def _name(issuer: str, subject: str) -> str:
    return sha256(canonical_json([issuer, subject])).hexdigest()
