"""What a fork does to the SDK: the child has the memory of its parent, but none of its threads.

Nothing is imported on our threads (making a client loads all that they need), so a child inherits no module's lock that
nobody opens; and whatever has a lock is made anew.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

_Owner = TypeVar("_Owner")
_survivors: WeakKeyDictionary[Any, Callable[[Any], None]] = WeakKeyDictionary()


def remember(owner: _Owner, recover: Callable[[_Owner], None]) -> None:
    """Call a method of an object in every child that is forked from now on, as long as the object lives."""
    _survivors[owner] = recover


def _in_child() -> None:
    for owner, recover in list(_survivors.items()):
        recover(owner)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
