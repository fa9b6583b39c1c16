"""What `promptwire doctor` says of one thing that it has looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """How something is."""

    WELL = "well"
    WARNING = "warning"
    """It works, and may not tomorrow, or not as well or safely as it could."""
    FAILED = "failed"
    """It does not work."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """How one thing is."""

    about: str
    """What was looked at; the same word at every time."""
    state: State
    says: str
    remedy: str | None = None
    """What to do, where something is to be done."""


def well(about: str, says: str) -> Diagnosis:
    """Say that something is as it should be."""
    return Diagnosis(about, State.WELL, says)


def warning(about: str, says: str, remedy: str) -> Diagnosis:
    """Say what to look after."""
    return Diagnosis(about, State.WARNING, says, remedy)


def failed(about: str, says: str, remedy: str) -> Diagnosis:
    """Say what does not work."""
    return Diagnosis(about, State.FAILED, says, remedy)
