"""One request and its answer, as a surface's routes see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from starlette.requests import Request

from promptwire.api.context import Context
from promptwire.domain.credentials import bearer_token
from promptwire.domain.errors import DomainError
from promptwire.domain.subjects import KeySubject
from promptwire.ports.storage import Transaction
from promptwire.services.access import Access, authenticate
from promptwire.services.calls import Act, Call, Input

Result = TypeVar("Result")
Value = TypeVar("Value")


class Exchange:
    """A request, ready to be served by use cases with the access that its route declares."""

    def __init__(self, request: Request, access: Access) -> None:
        context: Context = request.app.state.context
        self.request = request
        self.context = context
        self.access = access
        self.call = Call(
            token=bearer_token(request.headers.get("authorization")),
            request_id=request.scope["promptwire.request_id"],
            now=context.clock(),
            address=request.client.host if request.client else "",
        )

    async def read(self, work: Callable[[Transaction, Act], Result]) -> Result:
        """Run a use case that changes nothing, for the authenticated subject."""
        return await self.context.store.read(self._authenticated(work))

    async def write(self, work: Callable[[Transaction, Act], Result]) -> Result:
        """Run a use case and commit it, for the authenticated subject."""
        return await self.context.store.write(self._authenticated(work))

    def _authenticated(self, work: Callable[[Transaction, Act], Result]) -> Callable[[Transaction], Result]:
        def run(tx: Transaction) -> Result:
            act = authenticate(tx, self.call, self.access)
            if isinstance(act.subject, KeySubject):
                self.context.used_keys[act.subject.key.id] = act.now
            return work(tx, act)

        return run


def exchange_with(access: Access) -> Callable[[Request], Exchange]:
    """Give the dependency of a route that takes the credentials named."""

    async def make(request: Request) -> Exchange:
        return Exchange(request, access)

    make.access = access  # type: ignore[attr-defined]  # the test that walks the routes reads it
    return make  # type: ignore[return-value]  # FastAPI awaits it


def given(value: Value) -> Input[Value]:
    """Make an input of something that cannot be wrong any more."""
    return lambda: value


def deferred(make: Callable[[], Value]) -> Input[Value]:
    """Make an input now, and keep what is wrong with it until somebody asks."""
    try:
        return given(make())
    except DomainError as error:
        return _raising(error)


def _raising(error: DomainError) -> Input[Value]:
    def ask() -> Value:
        raise error

    return ask
