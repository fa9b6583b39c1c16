"""OpenTelemetry: which prompt a model was called with, on the span of whichever library makes the call.

Needs the API package only (`pip install 'promptwire[otel]'`). Names are those of the semantic conventions where there
are any: `gen_ai.prompt.name`, `gen_ai.prompt.version`; ours begin with `promptwire.` (docs/howto/trace-with-otel.md).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from time import time_ns
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from opentelemetry import metrics, trace
from opentelemetry.metrics import CallbackOptions, MeterProvider, Observation
from opentelemetry.trace import SpanKind, Status, StatusCode, TracerProvider

from promptwire.client import prompt as prompts
from promptwire.client.asynchronous import AsyncPromptwire
from promptwire.client.blocking import Promptwire
from promptwire.client.core import Errand, News
from promptwire.client.errors import ConfigurationError, PromptwireError
from promptwire.client.office import Office
from promptwire.client.prompt import Prompt, in_use

if TYPE_CHECKING:
    from opentelemetry.context import Context

_SCOPE: Final = "promptwire"
_NO_MODEL_CALLS: Final = frozenset({"execute_tool", "create_agent", "invoke_agent", "invoke_workflow", "embeddings"})
_NEW_WORK: Final = frozenset({SpanKind.SERVER, SpanKind.CONSUMER})
_MODEL_CALLS: Final = ("gen_ai.", "llm.")
_MODEL_LIBRARIES: Final = re.compile(
    r"openai|anthropic|gen_?ai|generativeai|vertexai|bedrock|mistral|cohere|groq|ollama|litellm|llm", re.IGNORECASE
)
"""In the names of instrumentations whose client spans say only later that they are model calls."""
_Attributes: TypeAlias = dict[str, str | int | float]


@contextmanager
def using(prompt: Prompt | None) -> Iterator[None]:
    """Say which prompt the model calls in this block are made with, whatever is rendered meanwhile; None: none of ours.

    Without it, a call carries the prompt that was rendered last in the same thread or task.
    """
    token = in_use.set(prompt)
    try:
        yield
    finally:
        with suppress(ValueError):  # an asynchronous generator may be closed in another context than it was begun in
            in_use.reset(token)


class PromptSpanProcessor:
    """Puts the prompt in use on spans of model calls; for a tracer provider's `add_span_processor`."""

    def __init__(self, *, record_variables: bool = False, meter_provider: MeterProvider | None = None) -> None:
        """Make a processor.

        Args:
            record_variables: Whether values of variables become attributes too; they may be private.
            meter_provider: Where ages are counted; the global one if not given.
        """
        meter = metrics.get_meter(_SCOPE, meter_provider=meter_provider)
        self._ages = meter.create_histogram(
            "promptwire.prompt.age", unit="s", description="Age of the prompt when a model was called with it"
        )
        self.closed: bool = False
        """Whether it leaves spans alone from now on: a provider cannot give a processor back."""
        if record_variables:
            prompts.remember_variables()

    def on_start(self, span: Any, parent_context: Context | None = None) -> None:  # noqa: ANN401 (the SDK's span)
        """Mark the span of a model call; forget what was rendered before where a new piece of work begins."""
        del parent_context  # the prompt in use belongs to the code that runs, whatever context the span is put into
        if self.closed:
            return
        prompt = in_use.get()
        if prompt is None:
            return
        is_root = span.parent is None or span.parent.is_remote
        if is_root and span.kind in _NEW_WORK:
            in_use.set(None)
            return
        if _is_model_call(span):
            self._mark(span, prompt)
            if is_root:
                in_use.set(None)  # nothing says that the next one belongs to the same piece of work

    def _on_ending(self, span: Any) -> None:  # noqa: ANN401 (the SDK's span)
        """Do nothing: by then a span cannot be changed any more (seen with SDK 1.45)."""

    def on_end(self, span: Any) -> None:  # noqa: ANN401 (the SDK's span)
        """Do nothing: an ended span cannot be changed."""

    def shutdown(self) -> None:
        """Leave spans alone from now on."""
        self.closed = True

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Do nothing: nothing is held back."""
        del timeout_millis
        return True

    def _mark(self, span: Any, prompt: Prompt) -> None:  # noqa: ANN401 (the SDK's span)
        if "gen_ai.prompt.name" in (span.attributes or {}):
            return
        span.set_attributes(attributes_of(prompt))
        for name, value in prompts.remembered_variables(prompt).items():
            span.set_attribute(f"gen_ai.prompt.variable.{name}", str(value))
        age = prompt.age
        if math.isfinite(age):
            self._ages.record(age, {"promptwire.source": prompt.source})


def attributes_of(prompt: Prompt) -> _Attributes:
    """Give what a span says of a prompt."""
    found: _Attributes = {
        "gen_ai.prompt.name": prompt.slug,
        "promptwire.source": prompt.source,
        "promptwire.content_hash": prompt.content_hash,
    }
    if prompt.team:
        found["promptwire.team"] = prompt.team
    if prompt.version:
        found["gen_ai.prompt.version"] = str(prompt.version)
    if prompt.label is not None:
        found["promptwire.label"] = prompt.label
    if math.isfinite(prompt.age):
        found["promptwire.age_ms"] = int(prompt.age * 1000)
    return found


def instrument(
    client: Promptwire | AsyncPromptwire,
    *,
    tracer_provider: TracerProvider | None = None,
    meter_provider: MeterProvider | None = None,
    record_variables: bool = False,
) -> PromptSpanProcessor:
    """Put prompts on the spans of model calls, give network fetches spans of their own, and count renders.

    Args:
        client: The client whose renders are counted and whose fetches are traced.
        tracer_provider: Of the OpenTelemetry SDK; the global one if not given, which has to be set up before.
        meter_provider: Where renders and ages are counted; the global one if not given.
        record_variables: Whether values of variables become attributes too; they may be private.

    Returns:
        The processor; `shutdown` ends its work.

    Raises:
        ConfigurationError: When the tracer provider takes no processors: the SDK is not set up.
    """
    provider = tracer_provider or trace.get_tracer_provider()
    add = getattr(provider, "add_span_processor", None)
    if add is None:
        raise ConfigurationError(
            "OpenTelemetry's SDK is not set up: call trace.set_tracer_provider(...) before instrument(...), or pass it"
        )
    processor = PromptSpanProcessor(record_variables=record_variables, meter_provider=meter_provider)
    add(processor)
    office = client._driver.office  # noqa: SLF001 (the same part)
    tracer = trace.get_tracer(_SCOPE, tracer_provider=provider)
    office.watchers.append(lambda errand, news, began: _trace_fetch(tracer, errand, news, began))
    meter = metrics.get_meter(_SCOPE, meter_provider=meter_provider)
    meter.create_observable_counter(
        "promptwire.renders",
        [lambda options: _renders(office, options)],
        unit="{render}",
        description="Prompts rendered",
    )
    return processor


def _renders(office: Office, _: CallbackOptions) -> Iterable[Observation]:
    for (reference, version, source, _prompt), uses in list(office.book.uses.items()):
        attributes: _Attributes = {"gen_ai.prompt.name": reference.slug, "promptwire.source": source}
        if version:
            attributes["gen_ai.prompt.version"] = str(version)
        if reference.label is not None:
            attributes["promptwire.label"] = reference.label
        yield Observation(uses.renders, attributes)


def _trace_fetch(tracer: trace.Tracer, errand: Errand, news: News, began: int) -> None:
    """Give a fetch a span, unless it was a look at which nothing had changed."""
    failed = isinstance(news.outcome, PromptwireError)
    if not errand.references and not news.changes and not failed:
        return
    attributes: Mapping[str, str | int] = {
        "http.request.method": errand.request.method,
        "url.path": errand.request.target,
        "promptwire.asked": len(errand.references),
        "promptwire.changed": len(news.changes),
    }
    span = tracer.start_span("promptwire sync", kind=SpanKind.CLIENT, start_time=began, attributes=attributes)
    if failed:
        span.set_status(Status(StatusCode.ERROR, str(news.outcome)))
        span.set_attribute("error.type", type(news.outcome).__name__)
    span.end(time_ns())


def _is_model_call(span: Any) -> bool:  # noqa: ANN401 (the SDK's span)
    attributes = span.attributes or {}
    operation = attributes.get("gen_ai.operation.name")
    if operation is not None:
        return operation not in _NO_MODEL_CALLS
    kind = attributes.get("openinference.span.kind")
    if kind is not None:
        return bool(kind == "LLM")
    if any(name.startswith(_MODEL_CALLS) for name in attributes):
        return True
    scope = span.instrumentation_scope.name if span.instrumentation_scope else ""
    return not attributes and span.kind is SpanKind.CLIENT and _MODEL_LIBRARIES.search(scope) is not None
