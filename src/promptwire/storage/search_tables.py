"""What is looked through for prompts, folded: written with every prompt and version, and erased with them."""

from __future__ import annotations

from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, Table, delete

from promptwire.domain.prompts import Prompt
from promptwire.domain.search import name_key, searched_names, searched_text
from promptwire.domain.versions import Version
from promptwire.storage.columns import metadata
from promptwire.storage.types import Prose
from promptwire.storage.upserts import upsert

search_names = Table(
    "search_names",
    metadata,
    Column("prompt_id", ForeignKey("prompts.id", ondelete="CASCADE"), primary_key=True),
    Column("name_key", Prose, nullable=False),
    Column("words", Prose, nullable=False),
)

search_texts = Table(
    "search_texts",
    metadata,
    Column("version_id", ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True),
    Column("prompt_id", ForeignKey("prompts.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("words", Prose, nullable=False),
    Index("ix_search_texts_prompt_id", "prompt_id", "number"),
)


def note_prompt(connection: Connection, prompt: Prompt) -> None:
    """Let a prompt be found by what it is called now."""
    values = {"prompt_id": prompt.id, "name_key": name_key(prompt), "words": searched_names(prompt)}
    connection.execute(upsert(connection, search_names, values, ("prompt_id",)))


def note_version(connection: Connection, version: Version) -> None:
    """Let a prompt be found by what a version of it says now."""
    values = {
        "version_id": version.id,
        "prompt_id": version.prompt_id,
        "number": version.number,
        "words": searched_text(version.content),
    }
    connection.execute(upsert(connection, search_texts, values, ("version_id",)))


def forget_version(connection: Connection, version_id: str) -> None:
    """Let nobody find what a version said."""
    connection.execute(delete(search_texts).where(search_texts.c.version_id == version_id))
