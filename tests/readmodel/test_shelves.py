"""Bounded memory whose contents are dropped when a topic is touched."""

from __future__ import annotations

import pytest

from promptwire.readmodel.shelves import Kept, Shelf, Topics


class Shelved:
    """A shelf of things that are named by a letter, and follow the topic of that name."""

    def __init__(self, *, entries: int = 100, size: int = 10_000) -> None:
        self.topics = Topics()
        self.shelf: Shelf[str, Kept] = Shelf(self.topics, entries=entries, size=size)

    def put(self, name: str, *, size: int = 10, topics: tuple[str, ...] = ()) -> Kept:
        kept = Kept({name, *topics}, size)
        self.shelf.put(name, kept)
        return kept

    @property
    def names(self) -> str:
        """What is there, without asking for any of it."""
        return "".join(name for name in "abcdefgh" if name in self.shelf._kept and self.shelf._kept[name].fresh)


def test_what_is_kept_is_found_and_believed() -> None:
    shelved = Shelved()
    kept = Kept({"a"})
    believed = [kept.fresh]
    shelved.shelf.put("a", kept)
    assert shelved.shelf.get("a") is kept
    assert [*believed, kept.fresh] == [False, True]
    assert shelved.shelf.get("b") is None


def test_what_a_touched_topic_makes_doubtful_is_believed_by_nobody() -> None:
    shelved = Shelved()
    one, two, other = (
        shelved.put("a", topics=("t",)),
        shelved.put("b", topics=("t", "u")),
        shelved.put("c", topics=("u",)),
    )
    shelved.topics.touch({"t", "never seen"})
    assert (one.fresh, two.fresh, other.fresh) == (False, False, True)
    assert shelved.shelf.get("a") is None
    assert shelved.shelf.get("b") is None
    assert shelved.shelf.get("c") is other
    shelved.topics.touch({"u"})
    assert shelved.shelf.get("c") is None
    assert (len(shelved.shelf), shelved.shelf.size, len(shelved.topics)) == (0, 0, 0)


def test_what_is_replaced_dropped_or_cleared_is_believed_no_longer() -> None:
    shelved = Shelved()
    first, second, third = shelved.put("a"), shelved.put("a"), shelved.put("b")
    assert [one.fresh for one in (first, second)] == [False, True]
    shelved.shelf.drop("a")
    shelved.shelf.drop("never there")
    assert not any(one.fresh for one in (first, second))
    shelved.shelf.clear()
    assert not third.fresh
    assert (len(shelved.shelf), shelved.shelf.size, len(shelved.topics)) == (0, 0, 0)


@pytest.mark.parametrize("bound", [{"entries": 3}, {"size": 30}])
def test_beyond_its_bound_it_lets_go_what_nobody_asked_for(bound: dict[str, int]) -> None:
    shelved = Shelved(**bound)
    kept = [shelved.put(name) for name in "abc"]
    shelved.shelf.get("a")
    shelved.put("d")
    assert shelved.names == "acd"
    assert not kept[1].fresh
    shelved.put("e")
    assert shelved.names == "ade"
    shelved.put("f")
    assert shelved.names == "aef"
    shelved.put("g")  # nobody asked for `a` since
    assert shelved.names == "efg"
    assert shelved.shelf.size == 30


def test_what_grows_makes_room_and_what_is_too_large_is_not_kept() -> None:
    shelved = Shelved(size=30)
    shelved.put("a")
    large = shelved.put("b")
    shelved.shelf.get("b")
    shelved.shelf.grow(large, 15)
    assert (shelved.names, shelved.shelf.size) == ("b", 25)
    assert not shelved.put("c", size=31).fresh
    assert (shelved.names, shelved.shelf.size) == ("b", 25)
