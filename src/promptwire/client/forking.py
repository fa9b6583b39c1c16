"""What a fork does to the SDK: the child has the memory of its parent, but none of its threads."""

from __future__ import annotations

import logging  # noqa: F401 (its own hooks must be there before ours: see `register_at_fork` below)
import os
import threading
from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

_PATIENCE = 2.0  # seconds; an import that takes longer is not waited for


class _Gate:
    """Keeps forks away from the imports of our thread: a child would inherit a module's lock that nobody opens."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forking = False

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def before_fork(self) -> None:
        self._forking = self._lock.acquire(timeout=_PATIENCE)

    def after_fork_in_parent(self) -> None:
        if self._forking:
            self._forking = False
            self._lock.release()

    def after_fork_in_child(self) -> None:
        self._lock = threading.Lock()
        self._forking = False


importing: _Gate = _Gate()
_Owner = TypeVar("_Owner")
_survivors: WeakKeyDictionary[Any, Callable[[Any], None]] = WeakKeyDictionary()


def remember(owner: _Owner, recover: Callable[[_Owner], None]) -> None:
    """Call a method of an object in every child that is forked from now on, as long as the object lives."""
    _survivors[owner] = recover


def _in_child() -> None:
    importing.after_fork_in_child()
    for owner, recover in list(_survivors.items()):
        recover(owner)


if hasattr(os, "register_at_fork"):
    # What is registered last is called first before a fork: logging holds a lock then that our imports may need.
    os.register_at_fork(
        before=importing.before_fork, after_in_parent=importing.after_fork_in_parent, after_in_child=_in_child
    )
