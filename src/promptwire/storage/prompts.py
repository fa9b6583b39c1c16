"""Prompts and versions in the store."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, or_, select, update

from promptwire.domain.pages import Cut
from promptwire.domain.prompts import Prompt, PromptStatus
from promptwire.domain.versions import Purge, Status, Version
from promptwire.storage.integrity import unique
from promptwire.storage.pages import highest_first, newest_first
from promptwire.storage.rows import AnyRow, from_prompt, from_version, to_prompt, to_version
from promptwire.storage.search_tables import forget_version, note_prompt, note_version
from promptwire.storage.tables import labels, prompts, versions
from promptwire.storage.types import storable
from promptwire.wire.content import Content


class Prompts:
    """Prompts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, prompt_id: str) -> Prompt | None:
        """Give a prompt by id."""
        return self._one(select(prompts).where(prompts.c.id == prompt_id))

    def lock(self, prompt_id: str) -> Prompt | None:
        """Give a prompt by id, and hold off every other writer of it until the transaction ends."""
        return self._one(select(prompts).where(prompts.c.id == prompt_id).with_for_update(key_share=True))

    def by_slug(self, slug: str, team_ids: Collection[str]) -> Sequence[Prompt]:
        """List the prompts with this slug in these teams."""
        if not storable(slug):
            return ()
        rows = self._connection.execute(select(prompts).where(prompts.c.team_id.in_(team_ids), prompts.c.slug == slug))
        return [to_prompt(row) for row in rows]

    def named(self, team_id: str, name: str) -> Prompt | None:
        """Give the prompt of a team with this very name; else the one with this slug."""
        if not storable(name):
            return None
        either = or_(prompts.c.name == name, prompts.c.slug == name)
        rows = self._connection.execute(select(prompts).where(prompts.c.team_id == team_id, either)).all()
        found = sorted(map(to_prompt, rows), key=lambda prompt: prompt.name != name)
        return found[0] if found else None

    def of_team(self, team_id: str, status: PromptStatus | None) -> Sequence[Prompt]:
        """List a team's prompts, newest first; `search` has them in pages."""
        statement = select(prompts).where(prompts.c.team_id == team_id)
        if status:
            statement = statement.where(prompts.c.status == status.value)
        return [to_prompt(row) for row in self._connection.execute(newest_first(statement, prompts, None))]

    def insert(self, prompt: Prompt) -> None:
        """Add a prompt."""
        with unique("prompt"):
            self._connection.execute(insert(prompts).values(from_prompt(prompt)))
        note_prompt(self._connection, prompt)

    def update(self, prompt: Prompt) -> None:
        """Write the fields of a prompt that may change."""
        with unique("prompt"):
            self._connection.execute(update(prompts).where(prompts.c.id == prompt.id).values(from_prompt(prompt)))
        note_prompt(self._connection, prompt)

    def _one(self, statement: Select[Any]) -> Prompt | None:
        row = self._connection.execute(statement).one_or_none()
        return to_prompt(row) if row else None


class Versions:
    """Versions, with their labels on them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, version_id: str) -> Version | None:
        """Give a version by id."""
        return self._one(select(versions).where(versions.c.id == version_id))

    def by_number(self, prompt_id: str, number: int) -> Version | None:
        """Give a version of a prompt by its number."""
        if not 0 < number < 2**31:
            return None
        return self._one(select(versions).where(versions.c.prompt_id == prompt_id, versions.c.number == number))

    def by_label(self, prompt_id: str, label: str) -> Version | None:
        """Give the version of a prompt that a label is on."""
        if not storable(label):
            return None
        holder = select(labels.c.version_id).where(labels.c.prompt_id == prompt_id, labels.c.label == label)
        return self._one(select(versions).where(versions.c.id == holder.scalar_subquery()))

    def live(self, prompt_id: str) -> Version | None:
        """Give the live version of a prompt."""
        live = versions.c.status == Status.LIVE.value
        return self._one(select(versions).where(versions.c.prompt_id == prompt_id, live))

    def of_prompt(
        self, prompt_id: str, status: Status | None, with_labels: Collection[str], cut: Cut[int] | None = None
    ) -> Sequence[Version]:
        """List versions, highest number first: those in the status, with any of the labels, where given."""
        statement = select(versions).where(versions.c.prompt_id == prompt_id)
        if status:
            statement = statement.where(versions.c.status == status.value)
        if with_labels:
            on = labels.c.label.in_([label for label in with_labels if storable(label)])
            holders = select(labels.c.version_id).where(labels.c.prompt_id == prompt_id, on)
            statement = statement.where(versions.c.id.in_(holders))
        return self._with_labels(self._connection.execute(highest_first(statement, versions.c.number, cut)).all())

    def newest(self, team_id: str, limit: int) -> Sequence[tuple[Prompt, Version]]:
        """List versions of a team's active prompts, newest first, so many at most, each with its prompt."""
        owners = select(prompts).where(prompts.c.team_id == team_id, prompts.c.status == PromptStatus.ACTIVE.value)
        known = {row.id: to_prompt(row) for row in self._connection.execute(owners)}
        statement = (
            select(versions)
            .join(prompts, prompts.c.id == versions.c.prompt_id)
            .where(prompts.c.team_id == team_id, prompts.c.status == PromptStatus.ACTIVE.value)
            .order_by(versions.c.created_at.desc(), versions.c.number.desc(), versions.c.id)
            .limit(limit)
        )
        found = self._with_labels(self._connection.execute(statement).all())
        return [(known[version.prompt_id], version) for version in found]

    def insert(self, version: Version) -> None:
        """Add a version."""
        self._connection.execute(insert(versions).values(from_version(version)))
        note_version(self._connection, version)

    def set_content(self, version: Version) -> None:
        """Write what a version says, the hash of that, and what its author said of it."""
        told = {"content_hash": version.content_hash, "message": version.message, "source": version.source}
        content = {**version.content.as_json(), **told}
        self._connection.execute(update(versions).where(versions.c.id == version.id).values(content))
        note_version(self._connection, version)

    def set_status(self, version: Version) -> None:
        """Write the status of a version and when it was published."""
        status = {"status": version.status.value, "published_at": version.published_at}
        self._connection.execute(update(versions).where(versions.c.id == version.id).values(status))

    def erase(self, version: Version, purge: Purge) -> None:
        """Write nothing over what a version says and what its author said of it; its hash stays."""
        kind = version.content.kind
        empty = Content(kind=kind, template="" if kind == "text" else None, messages=[] if kind == "chat" else None)
        told = {
            "message": None,
            "purged_at": purge.at,
            "purged_by_kind": purge.by[0],
            "purged_by_id": purge.by[1],
            "purge_reason": purge.reason,
        }
        statement = update(versions).where(versions.c.id == version.id)
        self._connection.execute(statement.values({**empty.as_json(), **told}))
        forget_version(self._connection, version.id)

    def saying(self, content_hash: str) -> Sequence[Version]:
        """List the versions, of any prompt, whose text is there and has this hash."""
        same = (versions.c.content_hash == content_hash) & versions.c.purged_at.is_(None)
        return self._with_labels(self._connection.execute(select(versions).where(same).order_by(versions.c.id)).all())

    def delete(self, version_id: str) -> None:
        """Remove a version for good; it must carry no label any more."""
        self._connection.execute(delete(versions).where(versions.c.id == version_id))

    def _one(self, statement: Select[Any]) -> Version | None:
        rows = self._connection.execute(statement).all()
        return self._with_labels(rows)[0] if rows else None

    def _with_labels(self, rows: Sequence[AnyRow]) -> list[Version]:
        if not rows:
            return []
        on: dict[str, list[str]] = {}
        of = {row.prompt_id for row in rows}
        among = labels.c.version_id == rows[0].id if len(rows) == 1 else labels.c.prompt_id.in_(of)
        for row in self._connection.execute(select(labels.c.version_id, labels.c.label).where(among)):
            on.setdefault(row.version_id, []).append(row.label)
        return [to_version(row, on.get(row.id, ())) for row in rows]
