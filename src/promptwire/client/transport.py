"""The transport: one kept-alive connection to the server, used by one thread, with a limit of time on each request.

The only module that imports urllib3; it is loaded on the thread that fetches, never by `import promptwire`. It takes
urllib3's connection without the pool around it: one thread needs no pool, and a forked child would inherit its locks.
"""

from __future__ import annotations

import contextlib
import encodings.idna  # noqa: F401 (getaddrinfo would import it later, where a fork could come between)
import http.client
import io
import os
import socket
import ssl
from functools import partial
from http.client import HTTPException
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NameResolutionError
from urllib3.exceptions import TimeoutError as UrllibTimeoutError
from urllib3.response import HTTPResponse

from promptwire.client.exchange import Reply, Request, Response, Silence
from promptwire.client.settings import Settings

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_LARGEST_BODY = 64 * 1024 * 1024
_CHUNK = 65536


class Transport:
    """Sends one request at a time, and always comes back: with a whole answer, or with the reason why there is none."""

    def __init__(self, settings: Settings) -> None:
        self._timeout = settings.timeout
        self._prefix = urlsplit(settings.url).path
        self._headers = {"Accept": "application/json", "User-Agent": "promptwire-python"}
        if settings.api_key is not None:
            self._headers["Authorization"] = f"Bearer {settings.api_key}"
        self._connection = _connection(settings.url)
        self._socket: socket.socket | None = None

    def send(self, request: Request) -> Reply:
        """Send a request and read the whole answer within the timeout."""
        deadline = monotonic() + self._timeout
        kept = self._connection.is_connected
        try:
            try:
                return self._attempt(request, deadline)
            except ConnectionError:
                if not kept:
                    raise
                self._connection.close()  # the server had closed the kept connection: once more on a new one
                return self._attempt(request, deadline)
        except (HTTPError, HTTPException, OSError, ValueError) as error:
            self._connection.close()
            return self._silence(error)

    def abort(self) -> None:
        """Make a request that another thread is waiting for fail now."""
        sock = self._socket
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def disown(self) -> None:
        """Close this process's hold on a connection that belongs to its parent, without a word to the server."""
        sock = self._socket
        if sock is not None:
            with contextlib.suppress(OSError):
                os.close(sock.detach())

    def _attempt(self, request: Request, deadline: float) -> Response:
        connection = self._connection
        if not connection.is_connected:
            connection.close()
            connection.timeout = _left(deadline)
            connection.connect()
        self._socket = connection.sock
        connection.timeout = _left(deadline)
        connection.request(
            "GET", self._prefix + request.target, headers={**self._headers, **request.headers}, preload_content=False
        )
        connection.response_class = partial(_answer, deadline)  # type: ignore[assignment]
        answer = connection.getresponse()
        body = _body(answer)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(answer.status, headers, body)

    def _silence(self, error: Exception) -> Silence:
        root = _root(error)
        if isinstance(root, TimeoutError | UrllibTimeoutError):
            return Silence(f"gave no answer within {self._timeout:g} s", slow=True)
        if isinstance(root, ConnectionRefusedError):
            return Silence("refused the connection: is the server running there? (PROMPTWIRE_URL, or url)")
        if isinstance(error, NameResolutionError):
            return Silence(f"has a host that is not known: {root}")
        return Silence(f"gave no whole answer: {str(root) or type(root).__name__}")


class _Timely(io.RawIOBase):
    """Reads a socket until a deadline: the socket's own timeout begins anew with each byte that drips in."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._socket = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        self._socket.settimeout(_left(self._deadline))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Stand where http.client expects the socket."""
        return io.BufferedReader(self)


def _answer(deadline: float, sock: socket.socket, *, method: str) -> http.client.HTTPResponse:
    return http.client.HTTPResponse(_Timely(sock, deadline), method=method)  # type: ignore[arg-type]


def _body(answer: HTTPResponse) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while chunk := answer.read1(_CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > _LARGEST_BODY:
            raise HTTPException(f"the answer is longer than {_LARGEST_BODY} bytes")
    return b"".join(chunks)


def _connection(url: str) -> HTTPConnection:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https":
        return HTTPSConnection(host, parts.port, ssl_context=ssl.create_default_context())
    return HTTPConnection(host, parts.port)


def _left(deadline: float) -> float:
    left = deadline - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _root(error: BaseException) -> BaseException:
    while error.__cause__ is not None:
        error = error.__cause__
    return error
