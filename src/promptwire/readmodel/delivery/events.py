"""Events: a change as a stream says it, written once for all who see the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from promptwire.ports.delivery import Place
from promptwire.readmodel.delivery import cursors
from promptwire.readmodel.delivery.cursors import Cursor, tag
from promptwire.readmodel.delivery.sights import Sight
from promptwire.readmodel.delivery.touches import Touch
from promptwire.wire.stream import CHANGED, HELLO, RESET, encode

HEARTBEAT_S = 15
_MANY = 100
"""Prompts that one event names at most; more are a reset."""
_ASKED = tag("stream")


@dataclass(frozen=True, slots=True)
class Written:
    """An event, and the one that stands for all that wait where those have become too many."""

    id: str
    event: bytes
    reset: bytes


def event_id(sight: Sight, seq: int, epoch: str) -> str:
    """Give the id of an event after which everything up to an entry of the log has been told."""
    return cursors.write(Cursor(tag(sight.name), _ASKED, seq), epoch)


def hello(name: str, *, resumed: bool) -> Written:
    """Write the first event."""
    return Written(name, encode(HELLO, name, {"heartbeat": HEARTBEAT_S, "resumed": resumed}), b"")


def reset(name: str) -> Written:
    """Write that anything may have changed."""
    event = encode(RESET, name, {})
    return Written(name, event, event)


def changed(name: str, touches: Sequence[Touch], places: Mapping[str, Place]) -> Written:
    """Write which prompts may mean something else; a reset where they cannot be named, or are too many."""
    slugs = {one.prompt_id: one.slug for one in touches if one.slug}
    slugs |= {prompt_id: place.slug for prompt_id, place in places.items()}
    named = dict.fromkeys(one.prompt_id for one in touches)
    instead = reset(name)
    if len(named) > _MANY or not slugs.keys() >= named.keys():
        return instead
    prompts = [{"id": one, "slug": slugs[one]} for one in named]
    return Written(name, encode(CHANGED, name, {"prompts": prompts}), instead.event)
