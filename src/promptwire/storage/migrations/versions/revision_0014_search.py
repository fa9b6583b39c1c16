"""What is looked through for prompts."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_AT_ONCE = 200
_MOST = 262_144


def upgrade() -> None:
    """Make the tables, and fill them of what is there."""
    names = op.create_table(
        "search_names",
        sa.Column("prompt_id", sa.String(36), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["prompt_id"], ["prompts.id"], name="fk_search_names_prompt_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("prompt_id", name="pk_search_names"),
    )
    texts = op.create_table(
        "search_texts",
        sa.Column("version_id", sa.String(36), nullable=False),
        sa.Column("prompt_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name="fk_search_texts_version_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["prompt_id"], ["prompts.id"], name="fk_search_texts_prompt_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("version_id", name="pk_search_texts"),
    )
    op.create_index("ix_search_texts_prompt_id", "search_texts", ["prompt_id", "number"])
    fill(op.get_bind(), names, texts)


def fill(connection: sa.Connection, names: sa.Table, texts: sa.Table) -> None:
    """Let what is there be found."""
    for rows in _rows(connection, "prompts", ("name", "slug", "description")):
        connection.execute(sa.insert(names), [_name(row) for row in rows])
    for rows in _rows(connection, "versions", ("prompt_id", "number", "template", "messages", "purged_at")):
        found = [_text(row) for row in rows if row.purged_at is None]
        if found:
            connection.execute(sa.insert(texts), found)


def _rows(connection: sa.Connection, table: str, columns: tuple[str, ...]) -> Iterator[list[sa.Row[Any]]]:
    """Go through a table, some rows at once: texts may be long."""
    from_ = sa.table(table, sa.column("id"), *map(sa.column, columns))
    wanted, last = sa.select(from_).order_by(from_.c.id).limit(_AT_ONCE), ""
    while rows := list(connection.execute(wanted.where(from_.c.id > last))):
        last = rows[-1].id
        yield rows


def _name(row: sa.Row[Any]) -> dict[str, Any]:
    words = _folded(f"{row.name}\n{row.slug}\n{row.description}")[:_MOST]
    return {"prompt_id": row.id, "name_key": _folded(row.name), "words": words}


def _text(row: sa.Row[Any]) -> dict[str, Any]:
    messages = json.loads(row.messages) if row.messages else []
    contents = (one.get("content") for one in messages if isinstance(one, dict))
    said = [row.template] if row.template is not None else [one for one in contents if isinstance(one, str)]
    words = _folded("\n".join(said))[:_MOST]
    return {"version_id": row.id, "prompt_id": row.prompt_id, "number": row.number, "words": words}


def _folded(text: str) -> str:
    """Fold as this revision's release does."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
