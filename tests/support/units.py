"""A transaction whose every call is a unit of work of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from promptwire.ports.storage import Transaction
from promptwire.storage.store import SqlStore


def reading(store: SqlStore) -> Transaction:
    """Read with each call."""
    return cast("Transaction", _Units(store.read_now))


def writing(store: SqlStore) -> Transaction:
    """Write with each call."""
    return cast("Transaction", _Units(store.write_now))


class _Units:
    def __init__(self, run: Callable[[Callable[[Any], Any]], Any], noun: str | None = None) -> None:
        self._run = run
        self._noun = noun

    def __getattr__(self, name: str) -> _Units:
        if name.startswith("_"):
            raise AttributeError(name)  # pytest and hypothesis ask how to show it
        return _Units(self._run, f"{self._noun}.{name}" if self._noun else name)

    def __call__(self, *args: Any) -> Any:
        *nouns, method = (self._noun or "").split(".")

        def work(tx: Any) -> Any:
            for noun in nouns:
                tx = getattr(tx, noun)
            return getattr(tx, method)(*args)

        return self._run(work)
