"""Signing in with a server's identity provider: the browser brings a code to this machine (RFC 8252, RFC 7636)."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from promptwire.cli.exits import Exit, Failure

_SECONDS = 300
_DONE = b"<!doctype html><title>Promptwire</title><p>Signed in. You can close this page."


@dataclass(frozen=True, slots=True)
class Brought:
    """What the browser brought, and what proves that it was sent for from here."""

    code: str
    verifier: str


def sign_in_by_browser(server: str, tell: Callable[[str], None]) -> Brought:
    """Wait for the code of who signs in at the address that is told.

    Raises:
        Failure: When nobody does, for five minutes.
    """
    verifier = secrets.token_urlsafe(48)
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    with _Waiting() as waiting:
        query = urlencode({"port": waiting.server_port, "challenge": challenge})
        tell(f"{server}/v1/auth/oidc/login?{query}")
        return Brought(waiting.code(), verifier)


class _Waiting(HTTPServer):
    """Waits on this machine for the code that the browser brings."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.timeout = _SECONDS
        self.brought: str | None = None
        self.is_late = False

    def handle_timeout(self) -> None:
        self.is_late = True

    def code(self) -> str:
        """Give the code; whatever else a browser asks for meanwhile does not matter."""
        while self.brought is None and not self.is_late:
            self.handle_request()
        if self.brought is None:
            raise Failure(f"nobody signed in within {_SECONDS} seconds", Exit.FAILED)
        return self.brought


class _Handler(BaseHTTPRequestHandler):
    server: _Waiting

    def do_GET(self) -> None:
        found = parse_qs(urlsplit(self.path).query).get("code")
        self.server.brought = found[0] if found else self.server.brought
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(_DONE) if found else 0))
        self.end_headers()
        if found:
            self.wfile.write(_DONE)

    def log_message(self, *_: object) -> None:
        """Say nothing: the code would stand in the terminal."""
