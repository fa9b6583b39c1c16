"""Checks that stop promotions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Let a team say which findings stop a promotion."""
    op.add_column("teams", sa.Column("promotion_checks", sa.Text(), nullable=True))
