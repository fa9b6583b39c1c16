"""Versions whose texts were erased for good."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Let a version say when, by whom and why its text was erased."""
    op.add_column("versions", sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("versions", sa.Column("purged_by_kind", sa.String(16), nullable=True))
    op.add_column("versions", sa.Column("purged_by_id", sa.String(36), nullable=True))
    op.add_column("versions", sa.Column("purge_reason", sa.Text(), nullable=True))
