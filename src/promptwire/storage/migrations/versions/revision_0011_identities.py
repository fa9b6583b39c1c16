"""Who an identity provider has sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "identities",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_identities_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_identities"),
    )
    op.create_index("ix_identities_user_id", "identities", ["user_id"])
    op.create_table(
        "given_roles",
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("place_id", sa.String(36), nullable=False),
        sa.Column("org_id", sa.String(36), nullable=False),
        sa.Column("team_id", sa.String(36), nullable=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("before", sa.String(16), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_given_roles_user_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["org_id"], ["organizations.id"], name="fk_given_roles_org_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_given_roles_team_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "place_id", name="pk_given_roles"),
    )
    op.create_index("ix_given_roles_org_id", "given_roles", ["org_id"])
    op.create_index("ix_given_roles_team_id", "given_roles", ["team_id"])
    op.create_table(
        "handovers",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("challenge", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(36), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_handovers_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("code_hash", name="pk_handovers"),
    )
    op.create_index("ix_handovers_user_id", "handovers", ["user_id"])
    op.create_index("ix_handovers_expires_at", "handovers", ["expires_at"])
