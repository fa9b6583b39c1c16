"""Servers of others, played by a function."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Refused:
    """An answer that is no success."""

    status: int = 401
    headers: Mapping[str, str] = field(default_factory=dict)


Answer = Callable[[str, dict[str, str], str], Any]
"""Gives what a path, a query and the Authorization header get: JSON, or a refusal."""


@contextmanager
def standing_in(answer: Answer) -> Iterator[str]:
    """Answer requests; gives the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            split = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(split.query).items()}
            found = answer(split.path, query, self.headers.get("Authorization", ""))
            refused = found if isinstance(found, Refused) else None
            body = b"{}" if refused else json.dumps(found).encode()
            self.send_response(refused.status if refused else 200)
            for name, value in (refused.headers if refused else {}).items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
