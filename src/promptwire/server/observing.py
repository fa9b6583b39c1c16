"""Telemetry of the requests that a server serves: how long each took, and a trace of those that are sampled."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf, log
from random import random
from time import monotonic, perf_counter
from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from promptwire.server.front import ROUTE
from promptwire.server.request_ids import new_request_id, request_id_of
from promptwire.telemetry.choice import Sampling
from promptwire.telemetry.metrics import Metrics
from promptwire.telemetry.tracing import parent_in, traced

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span, Tracer

SAMPLED = "promptwire.sampled"
"""Set in the scope of a request that the protocol has sampled."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"})
_REMEMBERED = 2_000
_READS = ("/resolve", "/render")
_FAILED, TOO_MANY = 500, 429


class Traces:
    """Decides which requests are traced, and remembers the traces of those that may cause something later."""

    def __init__(self, tracer: Tracer, sampling: Sampling) -> None:
        self.tracer = tracer
        self.sampling = sampling
        self._passed_over = self._draw()
        self._not_before = 0.0
        self._known: OrderedDict[str, Context] = OrderedDict()

    def wants_read(self) -> bool:
        """Decide of a read that belongs to no trace yet; drawn is how many to pass over, not each time whether."""
        self._passed_over -= 1
        if self._passed_over >= 0:
            return False
        self._passed_over = self._draw()
        now = monotonic()
        if now < self._not_before:
            return False
        self._not_before = now + 1 / self.sampling.reads_a_second
        return True

    def _draw(self) -> float:
        """Give how many reads are not sampled until one is."""
        ratio = self.sampling.reads
        if 0 < ratio < 1:
            return log(1 - random()) // log(1 - ratio)  # noqa: S311 - no secret
        return 0 if ratio else inf

    def decide(self, parent: Context | None, *, is_read: bool = False) -> bool:
        """Decide of a request."""
        if parent is not None:
            from opentelemetry.trace import get_current_span  # noqa: PLC0415 - loaded where there are traces only

            context = get_current_span(parent).get_span_context()
            if self.sampling.follows:
                return context.trace_flags.sampled
            low = context.trace_id & 0xFFFF_FFFF_FFFF_FFFF  # as others decide of the same trace
            return low < round(self.sampling.ratio * (1 << 64))
        return self.wants_read() if is_read else random() < self.sampling.ratio  # noqa: S311 - no secret

    def remember(self, request_id: str) -> None:
        """Remember the trace of this block under the id of its request."""
        from opentelemetry.context import get_current  # noqa: PLC0415 - the same

        self._known[request_id] = get_current()
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    @contextmanager
    def continued(self, request_id: str) -> Iterator[None]:
        """Do something in the trace of the request that caused it, or in one of its own where that is not known."""
        from opentelemetry import context  # noqa: PLC0415 - the same

        known = self._known.get(request_id)
        samples = known is not None or random() < self.sampling.ratio  # noqa: S311 - no secret
        token = context.attach(known or context.Context())
        was = traced.set(self.tracer if samples else None)
        try:
            yield
        finally:
            traced.reset(was)
            context.detach(token)


class Observing:
    """An ASGI application that measures and traces another."""

    def __init__(self, app: ASGIApp, metrics: Metrics, traces: Traces | None) -> None:
        self._app = app
        self._metrics = metrics
        self._traces = traces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the life of the process."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, head = perf_counter(), _Head(send)
        traces = self._traces
        try:
            if traces is None:
                await self._app(scope, receive, head)
            else:
                await self._traced(traces, scope, receive, head)
        finally:
            ended = head.began if head.goes_on and head.began else perf_counter()
            self._count(scope, head.status, ended - began)

    def _count(self, scope: Scope, status: int | None, seconds: float) -> None:
        route, method = scope.get(ROUTE), scope["method"]
        known = method if method in _METHODS else "_OTHER"
        self._metrics.requests.add((known, route, status, scope["scheme"]), seconds)
        if status == TOO_MANY:
            self._metrics.limited.add((route,))

    async def _traced(self, traces: Traces, scope: Scope, receive: Receive, head: _Head) -> None:
        headers = dict(reversed(scope["headers"]))
        parent = parent_in(headers.get(b"traceparent"), headers.get(b"tracestate"))
        is_read = scope["path"].endswith(_READS)
        if not (scope.get(SAMPLED) or traces.decide(parent, is_read=is_read)):
            await self._app(scope, receive, head)
            return
        if b"x-request-id" not in headers:
            scope["headers"] = [*scope["headers"], (b"x-request-id", new_request_id())]
        request_id = request_id_of(scope["headers"]).decode()
        with server_span(traces.tracer, scope, parent, request_id) as made:
            if scope["method"] not in {"GET", "HEAD"} and not is_read:
                traces.remember(request_id)
            await self._app(scope, receive, head)
            finish(made, scope, head.status)


class _Head:
    """A way to send that notes when an answer began, and whether it goes on by itself."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status: int | None = None
        self.began: float | None = None
        self.goes_on = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.began = perf_counter()
            self.goes_on = any(
                name.lower() == b"content-type" and value.startswith(b"text/event-stream")
                for name, value in message.get("headers", ())
            )
        await self._send(message)


@contextmanager
def server_span(tracer: Tracer, scope: Scope, parent: Context | None, request_id: str) -> Iterator[Span]:
    """Trace the serving of a request in this block."""
    from opentelemetry.context import Context  # noqa: PLC0415 - the same
    from opentelemetry.trace import SpanKind  # noqa: PLC0415 - the same

    method = scope["method"]
    known = method if method in _METHODS else "_OTHER"
    attributes = {
        "http.request.method": known,
        "url.path": scope["path"],
        "url.scheme": scope["scheme"],
        "network.protocol.version": scope["http_version"],
        "promptwire.request_id": request_id,
    }
    if known != method:
        attributes["http.request.method_original"] = method
    was = traced.set(tracer)
    try:
        with tracer.start_as_current_span(
            known if known in _METHODS else "HTTP",
            context=parent or Context(),
            kind=SpanKind.SERVER,
            attributes=attributes,
            record_exception=False,
        ) as made:
            yield made
    finally:
        traced.reset(was)


def finish(made: Span, scope: Scope, status: int | None) -> None:
    """Say in a span what was asked for, and what came of it."""
    from opentelemetry.trace import Status, StatusCode  # noqa: PLC0415 - the same

    if route := scope.get(ROUTE):
        method = scope["method"] if scope["method"] in _METHODS else "HTTP"
        made.update_name(f"{method} {route}")
        made.set_attribute("http.route", route)
    if status is not None:
        made.set_attribute("http.response.status_code", status)
        if status >= _FAILED:
            made.set_attribute("error.type", str(status))
            made.set_status(Status(StatusCode.ERROR))
