"""Spans, where a request is traced; everywhere else the price of looking at one variable.

What a request causes (units of work in other threads, tasks, mail) finds its trace by the context it runs in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span, Tracer

Attributes = Mapping[str, str | int | float | bool]
traced: ContextVar[Tracer | None] = ContextVar("traced", default=None)
"""What makes the spans of the request that is served; None where it is not traced."""
_NOTHING: AbstractContextManager[None] = nullcontext()


def span(name: str, attributes: Attributes | None = None) -> AbstractContextManager[Span | None]:
    """Give a block a span of its own, if it belongs to a trace."""
    tracer = traced.get()
    return _NOTHING if tracer is None else _spanned(tracer, name, attributes)


@contextmanager
def _spanned(tracer: Tracer, name: str, attributes: Attributes | None, **more: Any) -> Iterator[Span]:  # noqa: ANN401 - as the API has them
    from opentelemetry.trace import Status, StatusCode  # noqa: PLC0415 - loaded where there are traces only

    with tracer.start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False, **more
    ) as made:
        try:
            yield made
        except Exception as error:
            made.set_attribute("error.type", type(error).__qualname__)
            made.set_status(Status(StatusCode.ERROR))  # no text: it may repeat what somebody has sent
            raise


def client_span(name: str, attributes: Attributes) -> AbstractContextManager[Span | None]:
    """Do what `span` does for a request to somebody else."""
    tracer = traced.get()
    if tracer is None:
        return _NOTHING
    from opentelemetry.trace import SpanKind  # noqa: PLC0415 - the same

    return _spanned(tracer, name, attributes, kind=SpanKind.CLIENT)


def traceparent() -> str | None:
    """Give the W3C header that names the span of this block; None where there is no trace."""
    if traced.get() is None:
        return None
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415 - the same

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get("traceparent")


def parent_in(header: bytes | None, state: bytes | None = None) -> Context | None:
    """Read a `traceparent`, and its `tracestate`; None where it is none."""
    if header is None:
        return None
    from opentelemetry.trace import get_current_span  # noqa: PLC0415 - the same
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415 - the same

    carrier = {"traceparent": header.decode("latin-1")}
    if state is not None:
        carrier["tracestate"] = state.decode("latin-1")
    context = TraceContextTextMapPropagator().extract(carrier)
    return context if get_current_span(context).get_span_context().is_valid else None


def trace_ids() -> tuple[str, str] | None:
    """Give the ids of trace and span of this block, as logs have them; None where there is no trace."""
    if traced.get() is None:
        return None
    from opentelemetry.trace import format_span_id, format_trace_id, get_current_span  # noqa: PLC0415 - the same

    context = get_current_span().get_span_context()
    return (format_trace_id(context.trace_id), format_span_id(context.span_id)) if context.is_valid else None
