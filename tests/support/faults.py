"""What may stand between an application and the server, or in its place: outside parts, never parts of ours."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit


def closed_port() -> int:
    """Give a port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


class Listener:
    """Accepts connections, and has a thread for each."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.stopped = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def _accept(self) -> None:
        while not self.stopped.is_set():
            with suppress(OSError):
                peer, _ = self._listener.accept()
                self._open.add(peer)
                self._threads.append(threading.Thread(target=self._serve, args=(peer,), daemon=True))
                self._threads[-1].start()

    def _serve(self, peer: socket.socket) -> None:
        with peer, suppress(OSError):
            self.talk(peer)
        self._open.discard(peer)

    def talk(self, peer: socket.socket) -> None:
        """Do what this listener does with a connection."""
        raise NotImplementedError

    def drop_connections(self) -> None:
        """End every connection, without a word."""
        for peer in list(self._open):
            with suppress(OSError):
                peer.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        self.stopped.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop_connections()
        for thread in self._threads:
            thread.join(5)


class Misbehaving(Listener):
    """Reads the head of a request, then says the bytes it was told to, or nothing."""

    says: bytes | None = None
    """What it answers; None: nothing, and the connection stays open."""
    drips = 0.0
    """Seconds between two bytes of the answer; 0: all at once."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        super().__init__()

    def talk(self, peer: socket.socket) -> None:
        self.requests.append(peer.recv(65536))
        if self.says is None:
            peer.recv(1)
        elif self.drips:
            for byte in self.says:
                peer.sendall(bytes([byte]))
                self.stopped.wait(self.drips)
        else:
            peer.sendall(self.says)


class Proxy(Listener):
    """Passes bytes to the real server and back, and can be told to stop doing so."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self.target = (parts.hostname or "", parts.port or 80)
        self.requests: list[bytes] = []
        """The head of each request."""
        self.answers: list[bytes] = []
        """What came back, piece by piece."""
        self.refuses = False
        """Whether connections end as soon as something is asked."""
        self.hangs = False
        """Whether requests are swallowed."""
        self.mutes = False
        """Whether answers are swallowed."""
        self.cuts_after: int | None = None
        """After how many bytes of answers the connection ends."""
        self.loses_answers = 0
        """How many answers are lost on the way: the connection ends instead."""
        super().__init__()

    @property
    def asked(self) -> int:
        """How often anything but the stream was asked for, and anything but a report was sent."""
        return sum(not head.startswith((b"GET /v1/stream ", b"POST /v1/use ")) for head in self.requests)

    def talk(self, peer: socket.socket) -> None:
        with socket.create_connection(self.target) as server:
            back = threading.Thread(target=self._back, args=(server, peer), daemon=True)
            back.start()
            with suppress(OSError):
                self._forth(peer, server)
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)  # however it ended, or the other way would wait on
            back.join(5)

    def _forth(self, peer: socket.socket, server: socket.socket) -> None:
        while piece := peer.recv(65536):
            if self.refuses:
                return
            self.requests.append(piece)
            if not self.hangs:
                server.sendall(piece)

    def _back(self, server: socket.socket, peer: socket.socket) -> None:
        with suppress(OSError):
            while piece := server.recv(65536):
                self.answers.append(piece)
                if self.loses_answers:
                    self.loses_answers -= 1
                    break
                if self.cuts_after is not None:
                    peer.sendall(piece[: self.cuts_after])
                    break
                if not self.mutes:
                    peer.sendall(piece)
            peer.shutdown(socket.SHUT_RDWR)
