"""Codes that came by mail, and invitations, in the store."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from promptwire.domain.codes import Code, Invitation, Purpose
from promptwire.domain.roles import OrgRole
from promptwire.domain.users import email_key
from promptwire.storage.rows import AnyRow, Values
from promptwire.storage.tables import codes, invitations
from promptwire.storage.upserts import purge, upsert


class Codes:
    """Codes that confirm an address or a new password."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_email(self, email: str, purposes: Collection[Purpose]) -> Sequence[Code]:
        """List what is asked for an address, newest first; whoever wants to use them waits for each other."""
        words = [purpose.value for purpose in purposes]
        rows = self._connection.execute(
            select(codes)
            .where(codes.c.email_key == email_key(email), codes.c.purpose.in_(words))
            .order_by(codes.c.created_at.desc(), codes.c.id)
            .with_for_update()
        )
        return [_to_code(row) for row in rows]

    def by_hash(self, code_hash: str, purpose: Purpose) -> Code | None:
        """Give what a code is for, expired or not."""
        row = self._connection.execute(
            select(codes).where(codes.c.code_hash == code_hash, codes.c.purpose == purpose.value).with_for_update()
        ).one_or_none()
        return _to_code(row) if row else None

    def put(self, code: Code) -> None:
        """Store a code in the place of the one that was asked for before, for the same and this address."""
        self._connection.execute(upsert(self._connection, codes, _from_code(code), ("purpose", "email_key")))

    def count_try(self, code_id: str) -> None:
        """Count a wrong code."""
        tries = {"tries_left": codes.c.tries_left - 1}
        self._connection.execute(update(codes).where(codes.c.id == code_id).values(tries))

    def use(self, code_id: str, at: datetime) -> None:
        """Note that a code was used, and forget what it no longer takes to know."""
        self._connection.execute(update(codes).where(codes.c.id == code_id).values(used_at=at, password_hash=None))

    def delete_of_user(self, user_id: str) -> None:
        """Forget every code of a person."""
        self._connection.execute(delete(codes).where(codes.c.user_id == user_id))

    def purge(self, now: datetime, limit: int) -> int:
        """Forget codes that were kept long enough, so many at most; gives how many."""
        return purge(self._connection, codes, codes.c.kept_until <= now, limit)


class Invitations:
    """Who may register by themselves."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_org(self, org_id: str, now: datetime) -> Sequence[Invitation]:
        """List the invitations of an organization that still count, newest first."""
        rows = self._connection.execute(
            select(invitations)
            .where(invitations.c.org_id == org_id, invitations.c.expires_at > now)
            .order_by(invitations.c.created_at.desc(), invitations.c.id)
        )
        return [_to_invitation(row) for row in rows]

    def by_hash(self, code_hash: str) -> Invitation | None:
        """Give the invitation of a code, expired or not."""
        statement = select(invitations).where(invitations.c.code_hash == code_hash)
        row = self._connection.execute(statement).one_or_none()
        return _to_invitation(row) if row else None

    def put(self, invitation: Invitation, code_hash: str) -> None:
        """Store an invitation in the place of an earlier one of this organization to this address."""
        values = _from_invitation(invitation) | {"code_hash": code_hash}
        self._connection.execute(upsert(self._connection, invitations, values, ("org_id", "email_key")))

    def delete(self, invitation_id: str) -> None:
        """Forget an invitation."""
        self._connection.execute(delete(invitations).where(invitations.c.id == invitation_id))

    def purge(self, now: datetime, limit: int) -> int:
        """Forget invitations that have expired, so many at most; gives how many."""
        return purge(self._connection, invitations, invitations.c.expires_at <= now, limit)


def _to_code(row: AnyRow) -> Code:
    return Code(
        id=row.id,
        purpose=Purpose(row.purpose),
        email=row.email,
        code_hash=row.code_hash,
        created_at=row.created_at,
        expires_at=row.expires_at,
        kept_until=row.kept_until,
        user_id=row.user_id,
        password_hash=row.password_hash,
        tries_left=row.tries_left,
        used_at=row.used_at,
    )


def _from_code(code: Code) -> Values:
    return asdict(code) | {"purpose": code.purpose.value, "email_key": email_key(code.email)}


def _to_invitation(row: AnyRow) -> Invitation:
    return Invitation(
        id=row.id,
        org_id=row.org_id,
        team_id=row.team_id,
        email=row.email,
        role=OrgRole(row.role),
        created_by=row.created_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )


def _from_invitation(invitation: Invitation) -> Values:
    return asdict(invitation) | {"role": invitation.role.value, "email_key": email_key(invitation.email)}
