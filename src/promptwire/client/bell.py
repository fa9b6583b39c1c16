"""The bell: how other threads wake the one that waits for sockets."""

from __future__ import annotations

import select
import socket
from contextlib import suppress

from promptwire.client.connection import disown

_LONGEST = 3600.0  # seconds; the system knows no infinity
_MILLISECONDS = 1000
_RINGS = 4096


class Bell:
    """Waits for a ring, or for something to read from one other socket."""

    def __init__(self) -> None:
        self._hammer, self._ear = socket.socketpair()
        self._hammer.setblocking(False)
        self._ear.setblocking(False)

    def ring(self) -> None:
        """Wake who waits; from any thread."""
        with suppress(OSError):  # it is full of rings already, or gone
            self._hammer.send(b"\0")

    def wait(self, seconds: float, other: socket.socket | None) -> bool:
        """Wait at most so long; says whether the other socket has something."""
        ready = _readable([self._ear] if other is None else [self._ear, other], max(0.0, min(seconds, _LONGEST)))
        if self._ear.fileno() in ready:
            with suppress(OSError):
                self._ear.recv(_RINGS)
        return other is not None and other.fileno() in ready

    def close(self) -> None:
        """Take it down."""
        self._hammer.close()
        self._ear.close()

    def disown(self) -> None:
        """Let go of what belongs to the parent of this process."""
        disown(self._hammer)
        disown(self._ear)


if hasattr(select, "poll"):

    def _readable(sockets: list[socket.socket], seconds: float) -> set[int]:
        poll = select.poll()  # not epoll: a forked child would share it
        for one in sockets:
            if one.fileno() >= 0:
                poll.register(one, select.POLLIN)
        return {number for number, _ in poll.poll(seconds * _MILLISECONDS)}

else:

    def _readable(sockets: list[socket.socket], seconds: float) -> set[int]:
        there = [one for one in sockets if one.fileno() >= 0]
        return {one.fileno() for one in select.select(there, [], [], seconds)[0]}
