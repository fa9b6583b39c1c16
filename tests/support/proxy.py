"""A reverse proxy as operators put one in front of a server, which can be told to fail."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, Self
from urllib.parse import urlsplit

_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "upgrade"}


class Proxy:
    """Hands requests on under a prefix, which it takes away or leaves in the path."""

    def __init__(self, prefix: str = "", *, strips: bool = True) -> None:
        self.prefix = prefix
        self._strips = strips
        self._target = ""
        self._failing: tuple[re.Pattern[str], int] | None = None
        self._held: tuple[re.Pattern[str], Event] | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"proxy": self}))
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self) -> str:
        """Give the address that browsers use."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{self.prefix}"

    def lead_to(self, target: str) -> None:
        """Say which server is behind it."""
        self._target = target

    @contextmanager
    def failing(self, path: str, status: int = 500) -> Iterator[None]:
        """Answer with an error of the proxy's own, where a request's method and path match."""
        self._failing = (re.compile(path), status)
        yield
        self._failing = None

    @contextmanager
    def holding(self, path: str) -> Iterator[None]:
        """Keep requests whose method and path match until the end."""
        gate = Event()
        self._held = (re.compile(path), gate)
        yield
        self._held = None
        gate.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def inside(self, path: str) -> str | None:
        """Give the path that the server is asked for; None where the proxy knows none."""
        if not f"{path}/".startswith(f"{self.prefix}/"):
            return None
        return (path[len(self.prefix) :] or "/") if self._strips else path

    def wait(self, asked: str) -> None:
        """Wait as long as requests like this one are held."""
        held = self._held
        if held and held[0].search(asked):
            held[1].wait(30)

    def failure(self, asked: str) -> int | None:
        """Give the status with which a request fails; None where it does not."""
        failing = self._failing
        return failing[1] if failing and failing[0].search(asked) else None

    def connect(self) -> HTTPConnection:
        """Give a connection to the server behind it."""
        return HTTPConnection(urlsplit(self._target).netloc, timeout=60)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy: Proxy

    def do_GET(self) -> None:
        asked = f"{self.command} {self.path}"
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.proxy.wait(asked)
        path, status = self.proxy.inside(self.path), self.proxy.failure(asked)
        if path is None or status is not None:
            self._fail(status or 404)
        else:
            with closing(self.proxy.connect()) as connection:
                self._relay(connection, path, body)

    def do_POST(self) -> None:
        self.do_GET()

    def do_PUT(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self.do_GET()

    def _fail(self, status: int) -> None:
        data = json.dumps({"error": "internal error", "code": "internal"}).encode()
        self.send_response(status)
        self.send_header("X-Request-Id", "req-of-the-proxy")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _relay(self, connection: HTTPConnection, path: str, body: bytes) -> None:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
        connection.request(self.command, path, body or None, headers)
        answer = connection.getresponse()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _HOP:
                self.send_header(name, value)
        if answer.getheader("Content-Length") is None:
            self.send_header("Connection", "close")
        self.end_headers()
        try:
            while chunk := answer.read1(65536):
                self.wfile.write(chunk)
                self.wfile.flush()
        except (TimeoutError, BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""
