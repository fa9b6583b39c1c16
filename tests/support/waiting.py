"""Waiting for what happens by itself."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep


def eventually(holds: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until something holds."""
    deadline = monotonic() + seconds
    while not holds():
        assert monotonic() < deadline, f"it did not come about within {seconds:g} s"
        sleep(0.005)
