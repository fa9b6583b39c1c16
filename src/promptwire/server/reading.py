"""The quick way of reads: a plain ASGI handler in front of the surfaces."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

from promptwire.api.bodies import MAX_BODY
from promptwire.api.v1.errors import answer_bug, answer_of
from promptwire.api.v1.reads import Answer, Read, Reads
from promptwire.api.v1.targets import Target, Targets
from promptwire.domain.errors import BodyTooLarge, DomainError, Overloaded
from promptwire.server.connections import WHOLE
from promptwire.server.front import ROUTE, Front
from promptwire.server.request_ids import new_request_id, request_id_of
from promptwire.telemetry import logs

REQUEST_ID = "promptwire.read_id"
"""Set in the scope of a read: the id of the request, as it is sent."""
log = logging.getLogger("promptwire.server")


class Reading:
    """Answers resolve and render itself, and hands everything else on."""

    def __init__(self, reads: Reads, targets: Targets, front: Front) -> None:
        self.reads = reads
        self.targets = targets
        self.front = front
        self.stop = front.stop
        self.gate = front.gate
        self._others: ASGIApp = front

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the life of the process."""
        target = self._target(scope) if scope["type"] == "http" else None
        if target is None:
            await self._others(scope, receive, send)
            return
        headers = dict(reversed(scope["headers"]))
        read = read_of(target, headers)
        if read is None:
            await self._others(scope, receive, send)
            return
        request_id = request_id_of(scope["headers"]) if b"x-request-id" in headers else new_request_id()
        scope[ROUTE] = target.route
        scope[REQUEST_ID] = request_id
        try:
            answer = await self._serve(read, headers, scope, receive)
        except ConnectionError:  # whoever asked has gone
            return
        whole = scope.get(WHOLE)
        if whole is not None and whole(answer, request_id):
            return
        sent = [*answer.headers, (b"x-request-id", request_id)]
        await send({"type": "http.response.start", "status": answer.status, "headers": sent})
        await send({"type": "http.response.body", "body": answer.body})

    async def _serve(self, read: Read, headers: Mapping[bytes, bytes], scope: Scope, receive: Receive) -> Answer:
        try:
            self._let_in(read, scope)
            answer = None if read.target.renders else self.reads.now(read)
            if answer is None:
                with self.gate.work():
                    answer = await self._answer(read, headers, receive)
        except DomainError as error:
            answer = Answer.of(answer_of(error))
        except ConnectionError:
            raise
        except Exception:
            logs.request_id.set(scope[REQUEST_ID].decode())
            log.exception("request failed", extra={"path": scope["path"]})
            answer = Answer.of(answer_bug())
        return answer

    def _target(self, scope: Scope) -> Target | None:
        query = scope["query_string"]
        target = self.targets.get(scope["raw_path"] + b"?" + query if query else scope["raw_path"])
        return target if target is not None and target.takes(scope["method"]) else None

    async def _answer(self, read: Read, headers: Mapping[bytes, bytes], receive: Receive) -> Answer:
        if read.target.renders:
            body = await _body(receive) if int(headers.get(b"content-length", 0)) <= MAX_BODY else None
            if body is None:
                return Answer.of(answer_of(BodyTooLarge(MAX_BODY)))
            read.body = body
            answer = self.reads.now(read)
            if answer is not None:
                return answer
        try:
            async with asyncio.timeout(self.gate.seconds):
                return await self.reads.later(read)
        except TimeoutError:
            raise Overloaded from None

    def _let_in(self, read: Read, scope: Scope) -> None:
        gate, client = self.gate, scope["client"]
        refusal = gate.refusal(gate.address_of(client[0] if client else "", scope["headers"]), read.authorization)
        if refusal is not None:
            raise refusal


def read_of(target: Target, headers: Mapping[bytes, bytes]) -> Read | None:
    """Make a read of a request with these headers, of each name the first.

    It is None for a browser that shows its session in a cookie: that is for the surface to judge.
    """
    authorization = headers.get(b"authorization")
    if not authorization and b"cookie" in headers:
        return None
    if target.renders:
        return Read(target, authorization, None, headers.get(b"content-type"))
    return Read(target, authorization, headers.get(b"if-none-match"), None)


async def _body(receive: Receive) -> bytes | None:
    """Read the whole body; None as soon as it is known to be over the limit.

    Raises:
        ConnectionError: When whoever sends it goes away.
    """
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        body: bytes = message["body"]
        return body if len(body) <= MAX_BODY else None
    parts, size = [], 0
    while message["type"] == "http.request":
        parts.append(message["body"])
        size += len(parts[-1])
        if size > MAX_BODY:
            return None
        if not message.get("more_body"):
            return b"".join(parts)
        message = await receive()
    raise ConnectionError
