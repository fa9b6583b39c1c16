"""The stream's connection: opened, and then read whenever something is there, without ever waiting for it."""

from __future__ import annotations

import socket
from collections.abc import Iterator

from promptwire.client.answers import AnswerReader, Malformed
from promptwire.client.connection import Route, disown, left, shut
from promptwire.wire.stream import STREAM_PATH, Event, EventReader

_PIECE = 65_536
_OK = 200


class _Ended(Exception):
    """The stream is over; the text says why."""


class Stream:
    """One connection to the stream."""

    def __init__(self, route: Route, last_id: str, deadline: float) -> None:
        """Connect and ask; what comes back is read by `events`.

        Raises:
            OSError: When the server cannot be reached before the deadline; Malformed, when a proxy refuses.
        """
        self.socket: socket.socket = route.connect(deadline)
        head = route.head("GET", STREAM_PATH)
        wanted = f"{head}Accept: text/event-stream\r\nCache-Control: no-store\r\nLast-Event-ID: {last_id}\r\n\r\n"
        self.socket.settimeout(left(deadline))
        self.socket.sendall(wanted.encode("latin-1"))
        self.socket.setblocking(False)
        self._answer = AnswerReader()
        self._events = EventReader()

    def read(self) -> tuple[list[Event], str | None]:
        """Give the events that have arrived whole (none for a heartbeat), and why there will be no more, if so."""
        events: list[Event] = []
        try:
            for event in self._events_there():
                events.append(event)  # noqa: PERF402 (those before the end count)
        except _Ended as error:
            return events, str(error)
        return events, None

    def _events_there(self) -> Iterator[Event]:
        for data in self._arrived():
            try:
                self._answer.feed(data)
                if self._answer.status and self._answer.status != _OK:
                    raise _Ended(f"answered {self._answer.status}")
                yield from self._events.feed(self._answer.take())
            except (Malformed, ValueError) as error:
                raise _Ended(str(error)) from None
            if self._answer.complete:
                raise _Ended("ended the stream")

    def _arrived(self) -> Iterator[bytes]:
        while True:
            try:
                data = self.socket.recv(_PIECE)
            except BlockingIOError:
                return
            except OSError as error:
                if type(error).__name__ == "SSLWantReadError":
                    return
                raise _Ended(f"broke the stream: {error}") from None
            if not data:
                raise _Ended("ended the stream")
            yield data

    def abort(self) -> None:
        """Make what another thread does with it fail now."""
        shut(self.socket)

    def close(self) -> None:
        """Close the connection."""
        self.socket.close()

    def disown(self) -> None:
        """Let go of a connection that belongs to the parent of this process."""
        disown(self.socket)
