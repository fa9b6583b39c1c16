"""A server that misbehaves: it stands for what lies outside, never for a part of ours."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest


@dataclass
class Misbehaving:
    """Reads a request head, then says the bytes it was told to, or nothing."""

    listener: socket.socket
    says: bytes | None = None
    """What it answers; None: nothing, and the connection stays open."""
    drips: bool = False
    """Whether the answer comes a byte at a time, 50 ms apart."""
    requests: list[bytes] = field(default_factory=list)
    _done: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def serve(self) -> None:
        while not self._done.is_set():
            with suppress(OSError):
                peer, _ = self.listener.accept()
                threading.Thread(target=self._talk, args=(peer,), daemon=True).start()

    def _talk(self, peer: socket.socket) -> None:
        with peer, suppress(OSError):
            self.requests.append(peer.recv(65536))
            if self.says is None:
                self._done.wait(30)
            elif self.drips:
                for byte in self.says:
                    peer.sendall(bytes([byte]))
                    self._done.wait(0.05)
            else:
                peer.sendall(self.says)

    def stop(self) -> None:
        self._done.set()
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


@pytest.fixture
def misbehaving() -> Iterator[Misbehaving]:
    server = Misbehaving(socket.create_server(("127.0.0.1", 0)))
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    yield server
    server.stop()
    thread.join(5)


@pytest.fixture
def nowhere() -> str:
    """The address of a port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return f"http://127.0.0.1:{port}"
