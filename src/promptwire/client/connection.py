"""A connection to the server: direct or through a proxy, plain or TLS, with a deadline on whatever is done with it."""

from __future__ import annotations

import contextlib
import encodings.idna  # noqa: F401 (getaddrinfo would import it later, on another thread, where a fork could come between)
import os
import socket
from base64 import b64encode
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from promptwire.client.answers import AnswerReader, Malformed
from promptwire.client.exchange import Silence
from promptwire.client.settings import Settings

if TYPE_CHECKING:
    import ssl

_PORTS = {"http": 80, "https": 443}
_PIECE = 262_144


class Route:
    """How to reach the server, found out once: it makes connections and the heads of requests."""

    def __init__(self, settings: Settings) -> None:
        parts = urlsplit(settings.url)
        self._host = parts.hostname or ""
        self._port = parts.port or _PORTS[parts.scheme]
        self._secure = parts.scheme == "https"
        self._proxy = urlsplit(settings.proxy) if settings.proxy else None
        self._prefix = parts.path
        lines = [f"Host: {parts.netloc}", "User-Agent: promptwire-python"]
        if settings.api_key is not None:
            lines.append(f"Authorization: Bearer {settings.api_key}")
        if self._proxy is not None and not self._secure:
            self._prefix = f"http://{parts.netloc}{parts.path}"
            lines += _proxy_lines(self._proxy)
        self._lines = "".join(f"{line}\r\n" for line in lines)
        self._context: ssl.SSLContext | None = None
        if self._secure:
            import ssl  # noqa: F401, PLC0415 (loaded here, by whoever makes the client: not on its thread)

    def head(self, method: str, target: str) -> str:
        """Give the first lines of a request; each ends with its line break, and the empty line is to follow."""
        return f"{method} {self._prefix}{target} HTTP/1.1\r\n{self._lines}"

    def connect(self, deadline: float) -> socket.socket:
        """Connect to the server.

        Raises:
            OSError: When it cannot be; ssl.SSLError is one.
            Malformed: When a proxy refuses.
        """
        if self._proxy is None:
            sock = _dial(self._host, self._port, deadline)
        else:
            if self._proxy.scheme != "http":
                raise Malformed(f"cannot be reached: the proxy is spoken to by http, not {self._proxy.scheme}")
            sock = _dial(self._proxy.hostname or "", self._proxy.port or 80, deadline)
        try:
            if self._secure and self._proxy is not None:
                self._tunnel(sock, self._proxy, deadline)
            return self._secured(sock, deadline) if self._secure else sock
        except BaseException:
            sock.close()
            raise

    def _tunnel(self, sock: socket.socket, proxy: SplitResult, deadline: float) -> None:
        place = f"{f'[{self._host}]' if ':' in self._host else self._host}:{self._port}"
        lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}", *_proxy_lines(proxy), "", ""]
        sock.settimeout(left(deadline))
        sock.sendall("\r\n".join(lines).encode())
        answer = AnswerReader()
        while not answer.status:
            sock.settimeout(left(deadline))
            data = sock.recv(1)  # not a byte more than the answer's head: what follows is TLS
            if not data:
                raise Malformed("cannot be reached: the proxy ended the connection")
            answer.feed(data)
        if answer.status != 200:  # noqa: PLR2004 (HTTP's own number)
            raise Malformed(f"cannot be reached: the proxy answered {answer.status}")

    def _secured(self, sock: socket.socket, deadline: float) -> socket.socket:
        import ssl  # noqa: PLC0415 (it is loaded already, where it is needed)

        if self._context is None:
            self._context = ssl.create_default_context()
        sock.settimeout(left(deadline))
        return self._context.wrap_socket(sock, server_hostname=self._host)


def left(deadline: float) -> float:
    """Give the seconds until a deadline (monotonic).

    Raises:
        TimeoutError: When there are none.
    """
    seconds = deadline - monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


def receive(sock: socket.socket, answer: AnswerReader, deadline: float) -> bool:
    """Read what there is of an answer, waiting until the deadline; says whether the server sent anything."""
    sock.settimeout(left(deadline))
    data = sock.recv(_PIECE)
    if data:
        answer.feed(data)
    else:
        answer.end()
    return bool(data)


def disown(sock: socket.socket | None) -> None:
    """Close this process's hold on a socket that belongs to its parent, without a word to the other side."""
    if sock is not None:
        with contextlib.suppress(OSError):
            os.close(sock.detach())


def shut(sock: socket.socket | None) -> None:
    """Make what another thread does with a socket fail now."""
    if sock is not None:
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)


def silence(error: Exception, seconds: float) -> Silence:
    """Say why nothing came, in words that follow the server's address."""
    if isinstance(error, Malformed):
        return Silence(str(error))
    if isinstance(error, TimeoutError):
        return Silence(f"gave no answer within {seconds:g} s", slow=True)
    if isinstance(error, ConnectionRefusedError):
        return Silence("refused the connection: is the server running there? (PROMPTWIRE_URL, or url)")
    if isinstance(error, socket.gaierror):
        return Silence(f"has a host that is not known: {error}")
    if type(error).__name__ == "SSLCertVerificationError":
        return Silence(f"has a certificate that is not trusted: {error}")
    return Silence(f"gave no whole answer: {str(error) or type(error).__name__}")


def _dial(host: str, port: int, deadline: float) -> socket.socket:
    places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    failure: OSError | None = None
    for rest, (family, kind, protocol, _, address) in zip(range(len(places), 0, -1), places, strict=True):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(left(deadline) / rest)  # one address that swallows everything must not take all the time
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure or OSError("the host has no address")


def _proxy_lines(proxy: SplitResult) -> list[str]:
    if proxy.username is None:
        return []
    pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return [f"Proxy-Authorization: Basic {b64encode(pair.encode()).decode()}"]
