"""One request and its answer, as a surface's routes see it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

from promptwire.api.bodies import LARGE_BODY
from promptwire.api.context import Context
from promptwire.api.cookies import session_cookie
from promptwire.api.named import HEADER, carried_out_once
from promptwire.domain.credentials import bearer_token, token_hash
from promptwire.domain.errors import DomainError
from promptwire.domain.subjects import KeySubject
from promptwire.ports.storage import Transaction
from promptwire.services.access import Access, authenticate
from promptwire.services.calls import Act, Call, Input
from promptwire.services.checks import Look, checked_ahead

Result = TypeVar("Result")
Value = TypeVar("Value")

ONLY_HEAD = "promptwire.only_head"
"""Set in the scope of a request of which only the head of the answer is sent."""


class Exchange:
    """A request, ready to be served by use cases with the access that its route declares."""

    def __init__(self, request: Request, access: Access) -> None:
        context: Context = request.app.state.context
        self.request = request
        self.context = context
        self.access = access
        self._counted = False
        self.call = Call(
            token=_token(request),
            request_id=request.scope["promptwire.request_id"],
            now=context.clock(),
            address=request.client.host if request.client else "",
        )

    async def read(self, work: Callable[[Transaction, Act], Result]) -> Result:
        """Run a use case that changes nothing, for the authenticated subject."""
        self._check()
        return await self.context.store.read(self._authenticated(work))

    async def write(self, work: Callable[[Transaction, Act], Result]) -> Result:
        """Run a use case and commit it, for the authenticated subject; routes use `carry_out`."""
        self._check()
        return await checked_ahead(
            self.context.checker, lambda look: self.context.store.write(self._authenticated(work, look))
        )

    async def carry_out(
        self, work: Callable[[Transaction, Act], Result], respond: Callable[[Result], Response]
    ) -> Response:
        """Run a use case, answer, and commit: once, however often the request comes under one `Idempotency-Key`.

        What is answered is kept in the same transaction, so `respond` must do nothing but make the answer.
        """
        if HEADER not in self.request.headers:
            return respond(await self.write(work))

        def answered(tx: Transaction, act: Act) -> Response:
            return respond(work(tx, act))

        return await self.write(carried_out_once(self.request, self.context.seal, answered))

    def _authenticated(
        self, work: Callable[[Transaction, Act], Result], look: Look | None = None
    ) -> Callable[[Transaction], Result]:
        def run(tx: Transaction) -> Result:
            act = authenticate(tx, replace(self.call, look=look), self.access)
            if isinstance(act.subject, KeySubject):
                self.context.used_keys[act.subject.key.id] = act.now
            self._count(act)
            return work(tx, act)

        return run

    def _check(self) -> None:
        if self.context.throttle and self.call.token:
            self.context.throttle.check(token_hash(self.call.token))

    def _count(self, act: Act) -> None:
        """Count the request; a unit of work may run again, a request is one."""
        if self.context.throttle and not self._counted:
            self.context.throttle.take(":".join(act.subject.log_name), token_hash(self.call.token or ""))
        self._counted = True


def no_content(_: object) -> Response:
    """Answer that something was done, with nothing to show for it."""
    return Response(status_code=204)


def exchange_with(access: Access) -> Callable[[Request], Exchange]:
    """Give the dependency of a route that takes the credentials named."""

    async def make(request: Request) -> Exchange:
        return Exchange(request, access)

    make.access = access  # type: ignore[attr-defined]  # the test that walks the routes reads it
    return make  # type: ignore[return-value]  # FastAPI awaits it


def _token(request: Request) -> str | None:
    header = request.headers.get("authorization")
    return bearer_token(header) if header else session_cookie(request)


def given(value: Value) -> Input[Value]:
    """Make an input of something that cannot be wrong any more."""
    return lambda: value


def deferred(make: Callable[[], Value]) -> Input[Value]:
    """Make an input now, and keep what is wrong with it until somebody asks."""
    try:
        return given(make())
    except DomainError as error:
        return _raising(error)


async def deferred_body(raw: bytes, make: Callable[[], Value]) -> Input[Value]:
    """Do what `deferred` does with what is made of a body; a large one holds up nobody else."""
    if len(raw) <= LARGE_BODY:
        return deferred(make)
    return await asyncio.to_thread(deferred, make)


def _raising(error: DomainError) -> Input[Value]:
    def ask() -> Value:
        raise error

    return ask
