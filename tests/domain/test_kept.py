"""What is kept of texts stays within its bound."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptwire.domain.kept import Kept


def test_a_value_is_made_once() -> None:
    kept: Kept[object] = Kept(10)
    made = kept.get("a", 1, object)
    assert kept.get("a", 1, object) is made


def test_the_one_asked_for_longest_ago_goes_first() -> None:
    kept: Kept[object] = Kept(10)
    first, second = kept.get("a", 5, object), kept.get("b", 5, object)
    assert kept.get("a", 5, object) is first
    kept.get("c", 1, object)
    assert kept.get("a", 5, object) is first
    assert kept.get("b", 5, object) is not second


def test_what_is_too_large_is_made_each_time() -> None:
    kept: Kept[object] = Kept(10)
    assert kept.get("a", 11, object) is not kept.get("a", 11, object)
    assert len(kept) == 0


def test_what_fails_is_not_kept() -> None:
    kept: Kept[float] = Kept(10)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", 1, lambda: 1 / 0)
    assert kept.get("a", 1, lambda: 1.0) == 1.0


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 12))))
def test_all_that_is_kept_is_within_the_bound(asked: list[tuple[int, int]]) -> None:
    kept: Kept[tuple[int, int]] = Kept(10)
    for key in asked:
        assert kept.get(key, key[1], lambda key=key: key) == key  # type: ignore[misc] # its own
        assert sum(weight for _, weight in kept._kept.values()) == 10 - kept._left <= 10
