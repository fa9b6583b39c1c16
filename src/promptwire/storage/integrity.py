"""What the database refuses, in the words of the domain."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from promptwire.domain.errors import AlreadyExists
from promptwire.storage.failures import is_taken


@contextmanager
def unique(noun: str) -> Iterator[None]:
    """Turn the refusal of a second row with the same name into the domain's error.

    Raises:
        AlreadyExists: When a unique constraint is broken.
    """
    try:
        yield
    except IntegrityError as error:
        if is_taken(error):
            raise AlreadyExists(noun) from None
        raise
