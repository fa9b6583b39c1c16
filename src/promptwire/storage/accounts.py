"""People, sessions and keys in the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, insert, select, text, update

from promptwire.domain.credentials import ApiKey, Session
from promptwire.domain.pages import Cut, Moment
from promptwire.domain.users import User, email_key
from promptwire.storage.integrity import unique
from promptwire.storage.pages import newest_first
from promptwire.storage.rows import AnyRow, to_key, to_session, to_user
from promptwire.storage.tables import api_key_teams, api_keys, sessions, users
from promptwire.storage.upserts import purge


class Users:
    """People's accounts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, user_id: str) -> User | None:
        """Give a person by id."""
        row = self._connection.execute(select(users).where(users.c.id == user_id)).one_or_none()
        return to_user(row) if row else None

    def by_email(self, email: str) -> User | None:
        """Give the person with this address, however it is spelled."""
        row = self._connection.execute(select(users).where(users.c.email_key == email_key(email))).one_or_none()
        return to_user(row) if row else None

    def password_hash(self, user_id: str) -> str | None:
        """Give what is stored of the person's password."""
        return self._connection.execute(select(users.c.password_hash).where(users.c.id == user_id)).scalar()

    def exist(self) -> bool:
        """Tell whether there is anybody at all."""
        return self._connection.execute(select(users.c.id).limit(1)).first() is not None

    def lock(self) -> None:
        """Hold off everybody else who adds a person until the transaction ends; on SQLite nobody else writes."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(text("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE"))

    def hold(self, user_id: str) -> None:
        """Hold off everybody else who lets the person belong to something until the transaction ends."""
        self._connection.execute(select(users.c.id).where(users.c.id == user_id).with_for_update())

    def insert(self, user: User, password_hash: str) -> None:
        """Add a person."""
        with unique("email"):
            self._connection.execute(
                insert(users).values(
                    id=user.id,
                    email=user.email,
                    email_key=email_key(user.email),
                    password_hash=password_hash,
                    is_admin=user.is_admin,
                    is_verified=user.is_verified,
                    created_at=user.created_at,
                )
            )

    def set_password(self, user_id: str, password_hash: str) -> None:
        """Replace the password."""
        self._connection.execute(update(users).where(users.c.id == user_id).values(password_hash=password_hash))

    def set_email(self, user_id: str, email: str) -> None:
        """Replace the address by one that is verified."""
        values = {"email": email, "email_key": email_key(email), "is_verified": True}
        with unique("email"):
            self._connection.execute(update(users).where(users.c.id == user_id).values(values))

    def newest(self, cut: Cut[Moment] | None) -> Sequence[User]:
        """List everybody, newest account first: a page and one more, or all."""
        return [to_user(row) for row in self._connection.execute(newest_first(select(users), users, cut))]

    def administrators(self) -> Sequence[str]:
        """List the ids of those who administer the instance."""
        return self._connection.execute(select(users.c.id).where(users.c.is_admin)).scalars().all()

    def set_administrator(self, user_id: str, *, is_admin: bool) -> None:
        """Make somebody one of them, or no more."""
        self._connection.execute(update(users).where(users.c.id == user_id).values(is_admin=is_admin))

    def delete(self, user_id: str) -> None:
        """Remove a person for good, with all that is only theirs."""
        self._connection.execute(delete(users).where(users.c.id == user_id))


class Sessions:
    """Who is signed in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_hash(self, token_hash: str) -> Session | None:
        """Give the session of a token, expired or not."""
        row = self._connection.execute(select(sessions).where(sessions.c.token_hash == token_hash)).one_or_none()
        return to_session(row) if row else None

    def insert(self, session: Session, token_hash: str) -> None:
        """Add a session."""
        self._connection.execute(
            insert(sessions).values(
                id=session.id,
                user_id=session.user_id,
                token_hash=token_hash,
                created_at=session.created_at,
                expires_at=session.expires_at,
            )
        )

    def delete(self, session_id: str) -> None:
        """End a session."""
        self._connection.execute(delete(sessions).where(sessions.c.id == session_id))

    def of_user(self, user_id: str, now: datetime) -> Sequence[Session]:
        """List the sessions of a person that have not expired, newest first."""
        rows = self._connection.execute(
            select(sessions)
            .where(sessions.c.user_id == user_id, sessions.c.expires_at > now)
            .order_by(sessions.c.created_at.desc(), sessions.c.id)
        )
        return [to_session(row) for row in rows]

    def purge(self, now: datetime, limit: int) -> int:
        """Forget sessions that have expired, so many at most; gives how many."""
        return purge(self._connection, sessions, sessions.c.expires_at <= now, limit)

    def delete_of_user(self, user_id: str) -> Sequence[str]:
        """End every session of a person; gives their ids."""
        ids = self._connection.execute(select(sessions.c.id).where(sessions.c.user_id == user_id)).scalars().all()
        self._connection.execute(delete(sessions).where(sessions.c.user_id == user_id))
        return ids


_USABLE = select(api_keys).where(api_keys.c.revoked_at.is_(None))


class Keys:
    """API keys."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_hash(self, key_hash: str) -> ApiKey | None:
        """Give the key of a secret, unless it was deleted."""
        return self._one(_USABLE.where(api_keys.c.key_hash == key_hash))

    def get(self, key_id: str) -> ApiKey | None:
        """Give a key by id, unless it was deleted."""
        return self._one(_USABLE.where(api_keys.c.id == key_id))

    def lock(self, key_id: str) -> ApiKey | None:
        """Give a key by id, unless it was deleted, and hold off every other writer of it."""
        return self._one(_USABLE.where(api_keys.c.id == key_id).with_for_update(key_share=True))

    def name(self, key_id: str) -> str | None:
        """Give the name of a key, also of a deleted one."""
        return self._connection.execute(select(api_keys.c.name).where(api_keys.c.id == key_id)).scalar()

    def of_org(self, org_id: str, cut: Cut[Moment] | None = None) -> Sequence[ApiKey]:
        """List the keys of an organization, newest first; of a page, one more than its limit."""
        statement = newest_first(_USABLE.where(api_keys.c.org_id == org_id), api_keys, cut)
        return self._with_teams(self._connection.execute(statement).all())

    def insert(self, key: ApiKey, key_hash: str) -> None:
        """Add a key."""
        with unique("key"):
            self._connection.execute(
                insert(api_keys).values(
                    id=key.id,
                    name=key.name,
                    org_id=key.org_id,
                    all_teams=key.team_ids is None,
                    operation=key.operation.value,
                    pinned_role=key.pinned_role.value,
                    key_hash=key_hash,
                    created_by=key.created_by,
                    created_at=key.created_at,
                    expires_at=key.expires_at,
                    readable_labels=key.readable_labels,
                    movable_labels=key.movable_labels,
                )
            )
        self._insert_teams(key)

    def update(self, key: ApiKey) -> None:
        """Write the fields of a key that may change."""
        self._connection.execute(
            update(api_keys)
            .where(api_keys.c.id == key.id)
            .values(
                name=key.name,
                all_teams=key.team_ids is None,
                operation=key.operation.value,
                pinned_role=key.pinned_role.value,
                created_by=key.created_by,
                expires_at=key.expires_at,
                readable_labels=key.readable_labels,
                movable_labels=key.movable_labels,
            )
        )
        self._connection.execute(delete(api_key_teams).where(api_key_teams.c.key_id == key.id))
        self._insert_teams(key)

    def set_hash(self, key_id: str, key_hash: str) -> None:
        """Give a key another secret."""
        self._connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(key_hash=key_hash))

    def revoke(self, key_id: str, at: datetime) -> None:
        """End a key; its row stays, for the log speaks of it."""
        self._connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(revoked_at=at))

    def limited_to(self, team_id: str) -> Sequence[ApiKey]:
        """List the keys that are limited to a team, among others perhaps, oldest first."""
        limited = select(api_key_teams.c.key_id).where(api_key_teams.c.team_id == team_id)
        rows = self._connection.execute(
            select(api_keys)
            .where(api_keys.c.id.in_(limited), api_keys.c.revoked_at.is_(None))
            .order_by(api_keys.c.created_at, api_keys.c.id)
        ).all()
        return self._with_teams(rows)

    def drop_team(self, team_id: str) -> None:
        """Take a team from the limits of every key; one that has none left covers nothing."""
        self._connection.execute(delete(api_key_teams).where(api_key_teams.c.team_id == team_id))

    def touch(self, used: Mapping[str, datetime]) -> None:
        """Note when keys were last used."""
        if not used:
            return
        statement = update(api_keys).where(api_keys.c.id == bindparam("key")).values(last_used_at=bindparam("at"))
        self._connection.execute(statement, [{"key": key, "at": at} for key, at in used.items()])

    def _insert_teams(self, key: ApiKey) -> None:
        rows = [{"key_id": key.id, "team_id": team, "position": at} for at, team in enumerate(key.team_ids or ())]
        if rows:
            self._connection.execute(insert(api_key_teams), rows)

    def _one(self, statement: Select[Any]) -> ApiKey | None:
        rows = self._connection.execute(statement).all()
        return self._with_teams(rows)[0] if rows else None

    def _with_teams(self, rows: Sequence[AnyRow]) -> list[ApiKey]:
        limited = [row.id for row in rows if not row.all_teams]
        teams: dict[str, list[str]] = {}
        if limited:
            found = self._connection.execute(
                select(api_key_teams)
                .where(api_key_teams.c.key_id.in_(limited))
                .order_by(api_key_teams.c.key_id, api_key_teams.c.position)
            )
            for row in found:
                teams.setdefault(row.key_id, []).append(row.team_id)
        return [to_key(row, teams.get(row.id, ())) for row in rows]
