"""`promptwire login`: sign in with the identity provider of a server, in the browser, and get the session's token."""

from __future__ import annotations

import json
import os
import secrets
import webbrowser
from base64 import urlsafe_b64encode
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Annotated
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

import typer

from promptwire.cli.options import fail

_SECONDS = 300
_DONE = b"<!doctype html><title>Promptwire</title><p>Signed in. You can close this page."


def login(
    *,
    url: Annotated[str, typer.Option(help="The server. (PROMPTWIRE_URL)")] = "",
    browser: Annotated[bool, typer.Option(help="Open the browser; else only print the address.")] = True,
) -> None:
    """Sign in with the identity provider, and print the token of the session, once."""
    server = (url or os.environ.get("PROMPTWIRE_URL", "http://127.0.0.1:8000")).rstrip("/")
    if urlsplit(server).scheme not in {"http", "https"}:
        fail(f"{server} is no URL of a server")
    verifier = secrets.token_urlsafe(48)
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    with _Waiting() as waiting:
        query = urlencode({"port": waiting.server_port, "challenge": challenge})
        address = f"{server}/v1/auth/oidc/login?{query}"
        typer.echo(f"Sign in at {address}", err=True)
        if browser:
            webbrowser.open(address)
        code = waiting.code()
    typer.echo(_token(server, code, verifier))


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
        return self.brought or fail(f"nobody signed in within {_SECONDS} seconds")


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


def _token(server: str, code: str, verifier: str) -> str:
    body = json.dumps({"code": code, "verifier": verifier}).encode()
    headers = {"Content-Type": "application/json"}
    asked = Request(f"{server}/v1/auth/oidc/token", body, headers)  # noqa: S310 - checked by `login`
    try:
        with urlopen(asked, timeout=30) as answer:  # noqa: S310 - the same
            token: str = json.load(answer)["token"]
    except (OSError, ValueError, KeyError) as error:
        fail(f"{server} did not give the session: {error}")
    return token
