"""Where the lines of a text are."""

from __future__ import annotations


def line_starts(text: str) -> list[int]:
    """Where each line begins: a place is on as many lines as begin at or before it."""
    starts = [0]
    while (at := text.find("\n", starts[-1]) + 1) > 0:
        starts.append(at)
    return starts
