"""What the tables are made of: how constraints are named, and the columns that many of them have."""

from __future__ import annotations

from enum import Enum

from sqlalchemy import CheckConstraint, Column, MetaData

from promptwire.domain.texts import MAX_NAME
from promptwire.storage.types import Line

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def one_of(column: str, words: type[Enum]) -> CheckConstraint:
    """Let a column hold these words only."""
    return CheckConstraint(f"{column} IN ({', '.join(repr(word.value) for word in words)})", name=column)


def name_column(column: str = "name", length: int = MAX_NAME) -> Column[str]:
    """Make a column of a name that people give."""
    return Column(column, Line(length), nullable=False)


def word(column: str) -> Column[str]:
    """Make a column of a word of ours."""
    return Column(column, Line(16), nullable=False)
