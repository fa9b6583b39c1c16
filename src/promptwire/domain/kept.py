"""What was made of texts lately, kept within a bound on those texts."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values by key, those asked for last; safe in threads.

    A bound on their number alone would let a few hundred large templates fill the memory: a parsed one takes up to
    some hundred bytes a character.
    """

    def __init__(self, characters: int) -> None:
        """Keep what was made of so many characters."""
        self._left = characters
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()

    def get(self, key: Hashable, characters: int, make: Callable[[], Value]) -> Value:
        """Give the value of a key; it is made where it is not kept, of so many characters."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found[0]
        value = make()
        with self._lock:
            self._put(key, value, characters)
        return value

    def clear(self) -> None:
        """Keep nothing any longer."""
        with self._lock:
            self._left += sum(characters for _, characters in self._kept.values())
            self._kept.clear()

    def __len__(self) -> int:
        """Give the number of values."""
        return len(self._kept)

    def _put(self, key: Hashable, value: Value, characters: int) -> None:
        if key in self._kept:  # another thread was faster
            return
        self._kept[key] = value, characters
        self._left -= characters
        while self._left < 0:
            _, (_, freed) = self._kept.popitem(last=False)
            self._left += freed
