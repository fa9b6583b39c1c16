"""Somebody who listens to a stream of the server, in a thread."""

from __future__ import annotations

import contextlib
import queue
import socket
from threading import Thread
from types import TracebackType
from typing import Self

import httpx

from promptwire.wire.stream import STREAM_PATH, Event, EventReader


class Listening:
    """An open stream; its events come as they do, and None when the server has ended it."""

    def __init__(self, http: httpx.Client, last_id: str = "") -> None:
        headers = {"Last-Event-ID": last_id} if last_id else {}
        self._context = http.stream("GET", STREAM_PATH, headers=headers, timeout=60)
        self._answer = self._context.__enter__()
        assert self._answer.status_code == 200, self._answer.read()
        self.headers = self._answer.headers
        self._events: queue.Queue[Event | None] = queue.Queue()
        self._reader = EventReader()
        self.bytes = 0
        self._thread = Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            for chunk in self._answer.iter_raw():
                self.bytes += len(chunk)
                for event in self._reader.feed(chunk):
                    self._events.put(event)
        except (httpx.HTTPError, httpx.StreamError):
            pass
        self._events.put(None)

    @property
    def last_id(self) -> str:
        """Give the id of the last event."""
        return self._reader.last_id

    def next(self, seconds: float = 5) -> Event:
        """Give the next event."""
        event = self._events.get(timeout=seconds)
        assert event is not None, "the stream has ended"
        return event

    def ended(self, seconds: float = 5) -> bool:
        """Wait for the end."""
        return self._events.get(timeout=seconds) is None

    def is_silent(self) -> bool:
        """Tell whether nothing has come that was not taken."""
        return self._events.empty()

    def close(self) -> None:
        """Read no more."""
        connection: socket.socket = self._answer.extensions["network_stream"].get_extra_info("socket")
        with contextlib.suppress(OSError):  # the server may have been first
            connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout=5)
        self._context.__exit__(None, None, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
