"""The transport: one kept-alive connection to the server, used by one thread, with a limit of time on each request."""

from __future__ import annotations

import math
import socket
from time import monotonic

from promptwire.client.answers import AnswerReader, Malformed
from promptwire.client.connection import Route, disown, left, receive, shut, silence
from promptwire.client.exchange import Reply, Request, Response, Silence


class Transport:
    """Sends one request at a time, and always comes back: with a whole answer, or with the reason why there is none."""

    def __init__(self, route: Route, timeout: float) -> None:
        self._route = route
        self._timeout = timeout
        self._socket: socket.socket | None = None

    def send(self, request: Request, timeout: float = math.inf) -> Reply:
        """Send a request and read the whole answer within the timeout, or a shorter one."""
        seconds = min(timeout, self._timeout)
        deadline = monotonic() + seconds
        data = self._written(request)
        try:
            kept = self._socket
            if kept is not None:
                reply = self._attempt(kept, data, deadline, kept=True)
                if reply is not None:
                    return reply
                self.close()  # the server had closed the kept connection: once more on a new one
            self._socket = self._route.connect(deadline)
            reply = self._attempt(self._socket, data, deadline, kept=False)
        except (OSError, ValueError, Malformed) as error:
            self.close()
            return silence(error, seconds)
        return reply or Silence("gave no whole answer: it closed the connection without one")

    def abort(self) -> None:
        """Make a request that another thread is waiting for fail now."""
        shut(self._socket)

    def close(self) -> None:
        """Close the connection."""
        sock, self._socket = self._socket, None
        if sock is not None:
            sock.close()

    def disown(self) -> None:
        """Let go of a connection that belongs to the parent of this process."""
        disown(self._socket)

    def _written(self, request: Request) -> bytes:
        lines = [self._route.head(request.method, request.target), "Accept: application/json\r\n"]
        lines += [f"{name}: {value}\r\n" for name, value in request.headers.items()]
        if request.body:
            lines.append(f"Content-Type: application/json\r\nContent-Length: {len(request.body)}\r\n")
        return "".join([*lines, "\r\n"]).encode("latin-1") + request.body

    def _attempt(self, sock: socket.socket, data: bytes, deadline: float, *, kept: bool) -> Response | None:
        """Give the answer; None where the connection ended before its first byte."""
        answer = AnswerReader()
        began = False
        try:
            sock.settimeout(left(deadline))
            sock.sendall(data)
            while not answer.complete:
                if not receive(sock, answer, deadline) and not began:
                    return None
                began = True
        except (ConnectionError, Malformed):
            if began or not kept:
                raise
            return None
        if not answer.keep_alive:
            self.close()
        return Response(answer.status, answer.headers, answer.take())
