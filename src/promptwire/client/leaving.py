"""What the end of the interpreter does to the SDK: each client has a moment to say what it still has to say."""

from __future__ import annotations

import atexit
from time import monotonic
from typing import Final, Protocol
from weakref import WeakSet

_IN_ALL: Final = 0.5  # seconds


class Leaver(Protocol):
    """Somebody who may have something to say."""

    def leave(self) -> None:
        """Say it, within a fraction of a second."""
        ...


_leavers: WeakSet[Leaver] = WeakSet()


def remember(leaver: Leaver) -> None:
    """Let somebody know when the interpreter ends, as long as it lives."""
    _leavers.add(leaver)


def _leave() -> None:
    deadline = monotonic() + _IN_ALL
    for leaver in list(_leavers):
        if monotonic() < deadline:
            leaver.leave()


atexit.register(_leave)
