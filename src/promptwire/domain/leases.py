"""Leases: what only one server process of a store does at a time, as long as it shows that it lives."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lease:
    """Who holds something, and its pulse.

    A holder raises the beat while it lives. Somebody who has seen the same beat for long, by a clock of its own, may
    take the lease over: no two clocks need to agree.
    """

    name: str
    holder: str = ""
    """Empty where nobody does."""
    beat: int = 0
