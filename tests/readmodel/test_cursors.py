"""Cursors say the same to the server that wrote them, and nothing to anybody else."""

from __future__ import annotations

from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as some

from promptwire.readmodel.delivery import cursors
from promptwire.readmodel.delivery.cursors import Cursor, tag

CURSORS = some.builds(
    Cursor,
    some.binary(min_size=8, max_size=8),
    some.binary(min_size=8, max_size=8),
    some.integers(0, 2**64 - 1),
    some.integers(0, 2**32 - 1),
    some.one_of(some.just(""), some.uuids().map(str)),
)
NIL = "00000000-0000-0000-0000-000000000000"


@given(CURSORS.filter(lambda cursor: cursor.after != NIL))
def test_a_cursor_reads_back(cursor: Cursor) -> None:
    text = cursors.write(cursor, "epoch")
    assert len(text) == 64
    assert cursors.read(text, "epoch") == cursor
    assert cursors.read(text, "another epoch") is None


@given(some.text(max_size=100))
def test_any_text_reads_as_none(text: str) -> None:
    assert cursors.read(text, "epoch") is None


def test_a_text_that_was_changed_reads_as_none() -> None:
    text = cursors.write(Cursor(tag("a"), tag("b"), 5), "epoch")
    assert cursors.read(text[:-1] + ("A" if text[-1] != "A" else "B"), "epoch") is None


def test_cursors_do_not_show_how_much_lies_between_them() -> None:
    epoch = str(uuid4())
    one, next_one, far = (cursors.write(Cursor(tag("a"), tag("b"), seq), epoch) for seq in (1, 2, 1_000_000))
    alike = [sum(x == y for x, y in zip(one[22:], other[22:], strict=True)) for other in (next_one, far)]
    assert max(alike) < 10
