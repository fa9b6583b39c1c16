"""Every error of the domain has an answer on every surface."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from promptwire.api.evalguard.errors import ANSWERS as EVALGUARD
from promptwire.api.v1.errors import ANSWERS as V1
from promptwire.domain.errors import DomainError


def every_error(error: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    for subclass in error.__subclasses__():
        if subclass.__module__.startswith("promptwire."):
            yield subclass
            yield from every_error(subclass)


@pytest.mark.parametrize("error", list(every_error()), ids=lambda error: error.__name__)
@pytest.mark.parametrize("surface", [V1, EVALGUARD], ids=["v1", "evalguard"])
def test_every_error_has_an_answer(surface: dict[type[DomainError], object], error: type[DomainError]) -> None:
    assert error in surface


@pytest.mark.parametrize("surface", [V1, EVALGUARD], ids=["v1", "evalguard"])
def test_no_answer_is_for_nothing(surface: dict[type[DomainError], object]) -> None:
    assert set(surface) == set(every_error())
