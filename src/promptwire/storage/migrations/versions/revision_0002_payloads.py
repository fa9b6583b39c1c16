"""Payloads, and an index for pages of a team's prompts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table and the index."""
    op.create_table(
        "payloads",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("prompt_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=True),
        sa.Column("variables", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["prompt_id"], ["prompts.id"], name=op.f("fk_payloads_prompt_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payloads")),
    )
    op.create_index("ix_payloads_prompt_id_created_at", "payloads", ["prompt_id", "created_at", "id"])
    op.create_index("ix_prompts_team_id_created_at", "prompts", ["team_id", "created_at", "id"])
