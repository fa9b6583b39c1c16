"""The delivery protocol's stream: that something a credential may see has changed, as server-sent events.

`docs/reference/delivery.md` is the same in words. `GET /v1/stream` answers `text/event-stream`; each event has a name,
JSON data, and an id that a later connection gives back as `Last-Event-ID`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from promptwire.wire import fields
from promptwire.wire.canonical import JsonValue

STREAM_PATH = "/v1/stream"
EventName = Literal["hello", "changed", "reset", "closing"]

HELLO: EventName = "hello"
"""The first event. Data: `heartbeat`, the seconds after which something comes at the latest; `resumed`, whether the
stream goes on after `Last-Event-ID`. If not, the process has to sync once, now."""
CHANGED: EventName = "changed"
"""Data: `prompts`, a list of objects with `id` and `slug`: what may mean something else now. A process that uses a
prompt with such a slug syncs."""
RESET: EventName = "reset"
"""Anything may have changed, or more than the stream remembers: every process syncs."""
CLOSING: EventName = "closing"
"""The last event. Data: `reason`: `unauthorized` (the credential ended), `shutdown`, or `done` (the time that was
asked for is over)."""

HEARTBEAT = b":\n\n"
"""A comment, sent when nothing else was for as long as `heartbeat` says."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event; an event of a name that is not known is passed over, its id is not."""

    name: str
    id: str
    data: Mapping[str, object]

    @property
    def slugs(self) -> frozenset[str]:
        """Give the slugs that `changed` names."""
        prompts = fields.sequence(self.data, "prompts")
        return frozenset(fields.string(fields.mapping(one, "prompt"), "slug") for one in prompts)


def encode(name: EventName, event_id: str, data: Mapping[str, JsonValue]) -> bytes:
    """Write an event."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"event: {name}\nid: {event_id}\ndata: {text}\n\n".encode()


class EventReader:
    """Reads events from the bytes of a stream, however they are cut; bounded in what it keeps."""

    def __init__(self, limit: int = 1 << 20) -> None:
        self._limit = limit
        self._rest = b""
        self._name = ""
        self._data: list[str] = []
        self._size = 0
        self.last_id: str = ""
        """The id of the last event, for `Last-Event-ID`."""

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """Take in bytes; gives the events that are complete.

        Raises:
            ValueError: When an event is larger than the limit, or its data is no JSON object.
        """
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        self._check(len(self._rest))
        for line in lines:
            event = self._line(line.removesuffix(b"\r").decode("utf-8", errors="replace"))
            if event:
                yield event

    def _check(self, more: int = 0) -> None:
        if self._size + more > self._limit:
            raise ValueError("an event of the stream is too large")

    def _line(self, line: str) -> Event | None:
        if not line:
            return self._end()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self._name = value
        elif name == "id":
            self.last_id = value
        elif name == "data":
            self._data.append(value)
            self._size += len(value)
            self._check()
        return None

    def _end(self) -> Event | None:
        name, data = self._name, "\n".join(self._data)
        self._name, self._data, self._size = "", [], 0
        if not data:
            return None
        return Event(name, self.last_id, fields.mapping(json.loads(data), "the data of an event"))
