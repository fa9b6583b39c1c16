"""Indexes of the change log for the history of prompts, labels and rights."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"

_INDEXES = {
    "ix_changes_prompt_history": ["prompt_id", "seq"],
    "ix_changes_label_history": ["prompt_id", "label", "seq", "at"],
    "ix_changes_object_history": ["object_id", "seq"],
    "ix_changes_kind": ["scope", "object_kind", "seq"],
}


def upgrade() -> None:
    """Make the indexes; that of a prompt's entries in one scope is part of what they do."""
    with op.batch_alter_table("changes", schema=None) as batch_op:
        batch_op.drop_index("ix_changes_prompt")
        for name, columns in _INDEXES.items():
            batch_op.create_index(name, columns, unique=False)
