"""In front of the surfaces: a request gets its id, its path its one form, and goes to the surface it is for."""

from __future__ import annotations

import logging
from collections.abc import Callable

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from promptwire.api.exchange import ONLY_HEAD
from promptwire.api.paths import one_form
from promptwire.api.v1.documents import DOCUMENT_PATH
from promptwire.server.request_ids import request_id_of
from promptwire.telemetry import logs

log = logging.getLogger("promptwire.server")


class Front:
    """The ASGI application that a server runs."""

    def __init__(
        self,
        *,
        v1: ASGIApp,
        evalguard: ASGIApp,
        web: ASGIApp,
        lifespan: ASGIApp,
        prefix: str = "",
        stop: Callable[[], None] = lambda: None,
    ) -> None:
        self.stop = stop
        """Ends what would go on for ever, when the server begins to stop."""
        self._v1 = v1
        self._evalguard = evalguard
        self._web = web
        self._lifespan = lifespan
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the life of the process."""
        if scope["type"] == "lifespan":
            await self._lifespan(scope, receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = request_id_of(scope["headers"]).decode()
        logs.request_id.set(request_id)
        path = self._inside(one_form(scope.get("raw_path") or scope["path"].encode()))
        inner = dict(scope, path=path)
        inner["promptwire.request_id"] = request_id
        if scope["method"] == "HEAD":
            inner["method"] = "GET"  # the server sends no body to HEAD
            inner[ONLY_HEAD] = True

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await self._surface(path)(inner, receive, send_with_id)
        except ClientDisconnect:
            pass  # whoever asked has gone, in the middle of a body
        except Exception:
            # The surface has answered 500 already; what happened belongs in the log, not on the wire.
            log.exception("request failed", extra={"path": path})

    def _inside(self, path: str) -> str:
        """Take the prefix from a path, where the proxy in front has left it."""
        if self._prefix and f"{path}/".startswith(f"{self._prefix}/"):
            return path[len(self._prefix) :] or "/"
        return path

    def _surface(self, path: str) -> ASGIApp:
        if f"{path}/".startswith("/v1/") or path == DOCUMENT_PATH:
            return self._v1
        return self._evalguard if f"{path}/".startswith("/api/v1/") else self._web
