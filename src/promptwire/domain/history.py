"""History: where labels and the live status of a prompt led, as the change log tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from promptwire.domain.changes import Change, Entry, Fact, Facts
from promptwire.domain.versions import LIVE

DISPLACED = "version.displaced"
"""What becomes of the live version when another one goes live, told right before that, in the same call."""


@dataclass(frozen=True, slots=True)
class Holder:
    """The version that a label led to; it may be gone by now."""

    version_id: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a prompt; where it moved a label or the live status, from where to where."""

    entry: Entry
    moves: bool = False
    before: Holder | None = None
    after: Holder | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What a label, or the live status, led to at some time."""

    label: str
    at: datetime
    event: Event | None
    """The last move before; None where there was none yet."""
    content_hash: str | None = None
    """What the version said then; None where it led nowhere."""

    @property
    def holder(self) -> Holder | None:
        """Give the version that it led to."""
        return self.event.after if self.event else None


def moves_something(change: Change) -> bool:
    """Tell whether a change is about where a label or the live status of a prompt leads."""
    if change.object_kind == "label":
        return True
    return change.object_kind == "version" and change.label == LIVE


def events(entries: Sequence[Entry]) -> list[Event]:
    """Tell entries of a prompt, newest first, as events, newest first.

    That a version is displaced from live is part of the event by which another one becomes live; the entry of that, if
    any, must follow at once.
    """
    told: list[Event] = []
    for entry in entries:
        change = entry.change
        if change.action == DISPLACED and told and _made_live(told[-1], entry):
            last = told.pop()
            told.append(Event(entry=last.entry, moves=True, before=_holder(change, change.before), after=last.after))
        elif moves_something(change):
            before, after = _holder(change, change.before), _holder(change, change.after)
            told.append(Event(entry=entry, moves=True, before=before, after=after))
        else:
            told.append(Event(entry=entry))
    return told


def _made_live(event: Event, displaced: Entry) -> bool:
    change = event.entry.change
    same_call = change.request_id == displaced.change.request_id
    return event.moves and change.label == LIVE and event.after is not None and event.before is None and same_call


def _holder(change: Change, facts: Facts) -> Holder | None:
    if change.object_kind == "label":
        version_id = facts.get("version_id")
        return Holder(str(version_id), _number(facts.get("version_number"))) if version_id else None
    if facts.get("status") != LIVE:
        return None
    return Holder(change.object_id, _number(facts.get("number")))


def _number(fact: Fact) -> int:
    return fact if isinstance(fact, int) else 0
