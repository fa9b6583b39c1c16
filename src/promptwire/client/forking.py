"""What a fork does to the SDK: the child has the memory of its parent, but none of its threads."""

from __future__ import annotations

import os
import threading
from typing import Protocol
from weakref import WeakSet


class Survivor(Protocol):
    """Something that must put itself in order in a forked child."""

    def after_fork_in_child(self) -> None:
        """Drop what belongs to the parent."""
        ...


IMPORTING = threading.Lock()
"""Held while a thread of ours imports: a child forked meanwhile would inherit a module lock that nobody opens."""

_survivors: WeakSet[Survivor] = WeakSet()


def remember(survivor: Survivor) -> None:
    """Call `after_fork_in_child` in every child that is forked from now on, as long as the object lives."""
    _survivors.add(survivor)


def _in_child() -> None:
    IMPORTING.release()
    for survivor in list(_survivors):
        survivor.after_fork_in_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=IMPORTING.acquire, after_in_parent=IMPORTING.release, after_in_child=_in_child)
