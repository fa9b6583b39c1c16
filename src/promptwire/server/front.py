"""In front of the surfaces: a request gets its id, its path its one form, and goes to the surface it is for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from promptwire.api.evalguard.errors import answer as evalguard_answer
from promptwire.api.exchange import ONLY_HEAD
from promptwire.api.paths import one_form
from promptwire.api.v1.documents import DOCUMENT_PATH
from promptwire.api.v1.errors import answer as v1_answer
from promptwire.domain.errors import DomainError, Overloaded
from promptwire.server.gate import STREAM, UNCOUNTED, Gate, Rates
from promptwire.server.request_ids import request_id_of
from promptwire.telemetry import logs

ROUTE = "promptwire.route"
"""Set in the scope of a request that was served: the route's path, with names for what varies; None for pages."""
log = logging.getLogger("promptwire.server")


@dataclass(frozen=True, slots=True)
class Surfaces:
    """Who answers, each under its own paths."""

    v1: ASGIApp
    evalguard: ASGIApp
    web: ASGIApp


class Front:
    """The ASGI application that a server runs."""

    def __init__(
        self,
        *,
        surfaces: Surfaces,
        lifespan: ASGIApp,
        prefix: str = "",
        stop: Callable[[], None] = lambda: None,
        gate: Gate | None = None,
    ) -> None:
        self.gate = gate or Gate(Rates())
        self.stop = stop
        """Ends what would go on for ever, when the server begins to stop."""
        self._surfaces = surfaces
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
            await self._in_time(inner, receive, send_with_id)
        except ClientDisconnect:
            pass  # whoever asked has gone, in the middle of a body
        except DomainError as error:
            api = f"{path}/".startswith("/api/v1/")
            respond = (evalguard_answer if api else v1_answer)(Request(inner), error)
            await respond(inner, receive, send_with_id)
        except Exception:
            # The surface has answered 500 already; what happened belongs in the log, not on the wire.
            log.exception("request failed", extra={"path": path})
        scope[ROUTE] = getattr(inner.get("route"), "path_format", None) if path != DOCUMENT_PATH else path

    async def _in_time(self, inner: Scope, receive: Receive, send: Send) -> None:
        """Have a surface serve a request, if it may come in, and begin to answer in time.

        Raises:
            TooManyRequests, Overloaded: When it may not, or did not.
        """
        path, surface = inner["path"], self._surface(inner["path"])
        self._let_in(inner)
        at_work = nullcontext() if path in UNCOUNTED or path == STREAM else self.gate.work()
        try:
            with at_work:
                async with asyncio.timeout(self.gate.seconds) as deadline:

                    async def send_in_time(message: Message) -> None:
                        if message["type"] == "http.response.start":
                            deadline.reschedule(None)
                        await send(message)

                    await surface(inner, receive, send_in_time)
        except TimeoutError:
            if not deadline.expired():
                raise
            log.error("an answer took too long to begin", extra={"path": path})  # noqa: TRY400 - where is not known
            raise Overloaded from None

    def _let_in(self, inner: Scope) -> None:
        """Find out whose request it is, and count it.

        Raises:
            TooManyRequests: When it is one too many.
        """
        client = inner.get("client") or ("", 0)
        address = self.gate.address_of(client[0], inner["headers"])
        inner["client"] = (address, client[1])
        if inner["path"] in UNCOUNTED:
            return
        authorization = next((value for name, value in inner["headers"] if name == b"authorization"), None)
        refusal = self.gate.refusal(address, authorization)
        if refusal is not None:
            raise refusal

    def _inside(self, path: str) -> str:
        """Take the prefix from a path, where the proxy in front has left it."""
        if self._prefix and f"{path}/".startswith(f"{self._prefix}/"):
            return path[len(self._prefix) :] or "/"
        return path

    def _surface(self, path: str) -> ASGIApp:
        if f"{path}/".startswith("/v1/") or path == DOCUMENT_PATH:
            return self._surfaces.v1
        return self._surfaces.evalguard if f"{path}/".startswith("/api/v1/") else self._surfaces.web
