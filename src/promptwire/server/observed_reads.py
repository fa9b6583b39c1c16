"""Reads that are measured and traced: the quick way and the quickest, put in place of the plain ones."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter
from typing import Any

from starlette.types import Receive, Scope

from promptwire.api.v1.reads import Answer, Read
from promptwire.api.v1.targets import Target
from promptwire.server.observing import SAMPLED, TOO_MANY, Observing, Traces, finish, server_span
from promptwire.server.protocol import ReadProtocol
from promptwire.server.reading import REQUEST_ID, Reading
from promptwire.telemetry.metrics import Metrics
from promptwire.telemetry.tables import Buckets
from promptwire.telemetry.tracing import parent_in


class Times:
    """How long reads took, at hand by route and status."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._known: dict[str, dict[int, Buckets]] = {}

    def add(self, target: Target, status: int, seconds: float) -> None:
        """Take in how long a read took."""
        try:
            self._known[target.route][status].add(seconds)
        except KeyError:
            self._know(target, status).add(seconds)
        if status == TOO_MANY:
            self._metrics.limited.add((target.route,))

    def _know(self, target: Target, status: int) -> Buckets:
        method = "POST" if target.renders else "GET"
        found = self._metrics.requests.of((method, target.route, status, "http"))
        self._known.setdefault(target.route, {})[status] = found
        return found


class ObservedReading(Reading):
    """The quick way of reads, which are measured and traced; what it hands on is too."""

    def __init__(self, reading: Reading, observing: Observing, times: Times, traces: Traces | None) -> None:
        super().__init__(reading.reads, reading.targets, reading.front)
        self._others = observing
        self._times = times
        self._traces = traces

    async def _serve(self, read: Read, headers: Mapping[bytes, bytes], scope: Scope, receive: Receive) -> Answer:
        began, traces = perf_counter(), self._traces
        sent = headers.get(b"traceparent")
        parent = parent_in(sent, headers.get(b"tracestate")) if sent is not None else None
        if traces is None or not (scope.get(SAMPLED) or traces.decide(parent, is_read=True)):
            answer = await super()._serve(read, headers, scope, receive)
        else:
            with server_span(traces.tracer, scope, parent, scope[REQUEST_ID].decode()) as made:
                answer = await super()._serve(read, headers, scope, receive)
                finish(made, scope, answer.status)
        self._times.add(read.target, answer.status, perf_counter() - began)
        return answer


class ObservedProtocol(ReadProtocol):
    """A connection on which reads are measured, and those that are sampled handed on to be traced."""

    times: Times
    traces: Traces | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(*args, **kwargs)
        self._is_sampled = False
        self._is_decided = False
        """Whether it is known that the request is not sampled."""

    def _to_read(self) -> Read | None:
        read, traces = super()._to_read(), self.traces
        header = next((value for name, value in self.headers if name == b"traceparent"), None)
        parent = parent_in(header) if header is not None else None
        self._is_decided = parent is not None
        if read is not None and traces is not None and parent is not None:
            self._is_sampled = traces.decide(parent)
        return None if self._is_sampled else read

    def _now(self, read: Read, address: str) -> Answer | None:
        traces = self.traces
        if self._is_decided:
            self._is_decided = False
        elif traces is not None and (self._is_sampled or traces.wants_read()):
            self._is_sampled = True
            return None
        began = perf_counter()
        answer = super()._now(read, address)
        if answer is not None:
            self.times.add(read.target, answer.status, perf_counter() - began)
        return answer

    def _hand_on(self) -> None:
        """Let what is behind this go on with a request, and know whether it is sampled."""
        super()._hand_on()
        if self._is_sampled:
            self._is_sampled = False
            self.scope[SAMPLED] = True  # type: ignore[literal-required]  # our own
