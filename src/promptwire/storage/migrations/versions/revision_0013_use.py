"""What is used, which processes use it, and what it is worth to whom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"


def upgrade() -> None:
    """Make the tables."""
    _make_use()
    _make_processes()
    _make_scores()


def _make_use() -> None:
    op.create_table(
        "use_counts",
        sa.Column("prompt_id", sa.String(36), nullable=False),
        sa.Column("span", sa.String(16), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False, autoincrement=False),
        *_key(),
        *_counts(),
        sa.CheckConstraint("span IN ('hour', 'day')", name="span"),
        sa.ForeignKeyConstraint(["prompt_id"], ["prompts.id"], name="fk_use_counts_prompt_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("prompt_id", "span", "start", "version", "label", "source", name="pk_use_counts"),
    )
    op.create_index("ix_use_counts_span_start", "use_counts", ["span", "start"])
    op.create_table(
        "use_totals",
        sa.Column("prompt_id", sa.String(36), nullable=False),
        *_key(),
        *_counts(),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["prompt_id"], ["prompts.id"], name="fk_use_totals_prompt_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("prompt_id", "version", "label", "source", name="pk_use_totals"),
    )


def _key() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("version", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("label", sa.String(60), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
    )


def _counts() -> tuple[sa.Column[int], ...]:
    return tuple(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("renders", "resolves", "errors"))


def _make_processes() -> None:
    op.create_table(
        "processes",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("service", sa.String(100), nullable=False),
        sa.Column("instance", sa.String(100), nullable=False),
        sa.Column("sdk", sa.String(100), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_report", sa.BigInteger(), nullable=False),
        sa.Column("seen_reports", sa.BigInteger(), nullable=False),
        sa.Column("serves_hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_processes"),
    )
    op.create_index("ix_processes_last_at", "processes", ["last_at"])
    op.create_table(
        "servings",
        sa.Column("process_id", sa.String(32), nullable=False),
        sa.Column("prompt_id", sa.String(36), nullable=False),
        sa.Column("label", sa.String(60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name="fk_servings_process_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["prompt_id"], ["prompts.id"], name="fk_servings_prompt_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("process_id", "prompt_id", "label", "version", name="pk_servings"),
    )
    op.create_index("ix_servings_prompt_id_until", "servings", ["prompt_id", "until"])


def _make_scores() -> None:
    op.create_table(
        "scores",
        sa.Column("prompt_id", sa.String(36), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("version_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("number", sa.Double(), nullable=False),
        sa.Column("category", sa.String(100), nullable=False),
        sa.Column("trace_id", sa.String(128), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("author_kind", sa.String(16), nullable=False),
        sa.Column("author_id", sa.String(36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('number', 'boolean', 'category')", name="kind"),
        sa.ForeignKeyConstraint(["prompt_id"], ["prompts.id"], name="fk_scores_prompt_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name="fk_scores_version_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("prompt_id", "id", name="pk_scores"),
    )
    op.create_index("ix_scores_version_id_created_at", "scores", ["version_id", "created_at", "id"])
    op.create_index("ix_scores_created_at", "scores", ["created_at"])
    op.create_table(
        "score_totals",
        sa.Column("version_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("category", sa.String(100), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("mean", sa.Double(), nullable=False),
        sa.Column("squares", sa.Double(), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('number', 'boolean', 'category')", name="kind"),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name="fk_score_totals_version_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("version_id", "name", "kind", "category", name="pk_score_totals"),
    )
