"""The tables of what is used, by which processes, and of what is thought of it: none of this is a change."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Double, ForeignKey, Index, Integer, Table

from promptwire.domain.labels import MAX_LABEL
from promptwire.domain.scores import ScoreKind
from promptwire.domain.use import Span
from promptwire.storage.columns import metadata, name_column, one_of, word
from promptwire.storage.types import Id, Line, Prose, Time
from promptwire.wire.scores import MAX_NAME as MAX_SCORE_NAME
from promptwire.wire.scores import MAX_TRACE_ID
from promptwire.wire.use import MAX_WORDS


def _counts() -> tuple[Column[int], ...]:
    return tuple(Column(name, BigInteger, nullable=False) for name in ("renders", "resolves", "errors"))


use_counts = Table(
    "use_counts",
    metadata,
    Column("prompt_id", ForeignKey("prompts.id", ondelete="CASCADE"), primary_key=True),
    Column("span", Line(16), primary_key=True),
    Column("start", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("label", Line(MAX_LABEL), primary_key=True),
    Column("source", Line(16), primary_key=True),
    *_counts(),
    Index("ix_use_counts_span_start", "span", "start"),
    one_of("span", Span),
)
"""`start` is in hours since 1970; an empty label stands for what was asked for by number."""

use_totals = Table(
    "use_totals",
    metadata,
    Column("prompt_id", ForeignKey("prompts.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("label", Line(MAX_LABEL), primary_key=True),
    Column("source", Line(16), primary_key=True),
    *_counts(),
    Column("first_at", Time, nullable=False),
    Column("last_at", Time, nullable=False),
)

processes = Table(
    "processes",
    metadata,
    Column("id", Line(32), primary_key=True),
    name_column("service", MAX_WORDS),
    name_column("instance", MAX_WORDS),
    name_column("sdk", MAX_WORDS),
    Column("first_at", Time, nullable=False),
    Column("last_at", Time, nullable=False, index=True),
    Column("confirmed_at", Time, nullable=True),
    Column("ended_at", Time, nullable=True),
    Column("last_report", BigInteger, nullable=False),
    Column("seen_reports", BigInteger, nullable=False),
    Column("serves_hash", Line(64), nullable=False),
)

servings = Table(
    "servings",
    metadata,
    Column("process_id", ForeignKey("processes.id", ondelete="CASCADE"), primary_key=True),
    Column("prompt_id", ForeignKey("prompts.id", ondelete="CASCADE"), primary_key=True),
    Column("label", Line(MAX_LABEL), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("source", Line(16), nullable=False),
    Column("since", Time, nullable=False),
    Column("until", Time, nullable=True),
    Index("ix_servings_prompt_id_until", "prompt_id", "until"),
)

scores = Table(
    "scores",
    metadata,
    Column("prompt_id", ForeignKey("prompts.id", ondelete="CASCADE"), primary_key=True),
    Column("id", Id(), primary_key=True),
    Column("version_id", ForeignKey("versions.id", ondelete="CASCADE"), nullable=False),
    name_column("name", MAX_SCORE_NAME),
    word("kind"),
    Column("number", Double, nullable=False),
    Column("category", Line(MAX_SCORE_NAME), nullable=False),
    Column("trace_id", Line(MAX_TRACE_ID), nullable=True),
    Column("comment", Prose, nullable=True),
    word("author_kind"),
    Column("author_id", Id(), nullable=False),
    Column("created_at", Time, nullable=False),
    Index("ix_scores_version_id_created_at", "version_id", "created_at", "id"),
    Index("ix_scores_created_at", "created_at"),
    one_of("kind", ScoreKind),
)

score_totals = Table(
    "score_totals",
    metadata,
    Column("version_id", ForeignKey("versions.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Line(MAX_SCORE_NAME), primary_key=True),
    Column("kind", Line(16), primary_key=True),
    Column("category", Line(MAX_SCORE_NAME), primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("mean", Double, nullable=False),
    Column("squares", Double, nullable=False),
    Column("low", Double, nullable=False),
    Column("high", Double, nullable=False),
    Column("last_at", Time, nullable=False),
    one_of("kind", ScoreKind),
)
