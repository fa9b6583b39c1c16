"""Labels in the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, insert, select

from promptwire.domain.labels import Placement
from promptwire.storage.tables import labels, versions


class Labels:
    """Which version each label is on."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def holders(self, prompt_id: str) -> Mapping[str, str]:
        """Give the id of the version that each label of a prompt is on."""
        rows = self._connection.execute(
            select(labels.c.label, labels.c.version_id).where(labels.c.prompt_id == prompt_id)
        )
        return {row.label: row.version_id for row in rows}

    def numbers(self, prompt_id: str) -> Sequence[tuple[str, int]]:
        """List the labels of a prompt with the number of their version, in ascending order by code point."""
        rows = self._connection.execute(
            select(labels.c.label, versions.c.number)
            .join(versions, versions.c.id == labels.c.version_id)
            .where(labels.c.prompt_id == prompt_id)
        )
        return sorted((row.label, row.number) for row in rows)

    def put(self, placement: Placement) -> None:
        """Put a label on a version, wherever it was before."""
        self.remove(placement.prompt_id, placement.label)
        kind, subject = placement.set_by
        self._connection.execute(
            insert(labels).values(
                prompt_id=placement.prompt_id,
                label=placement.label,
                version_id=placement.version_id,
                set_by_kind=kind,
                set_by_id=subject,
                set_at=placement.set_at,
            )
        )

    def remove(self, prompt_id: str, label: str) -> None:
        """Take a label away."""
        self._connection.execute(delete(labels).where(labels.c.prompt_id == prompt_id, labels.c.label == label))
