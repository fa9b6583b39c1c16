"""Prompts on the spans of model calls, whichever library makes them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncGenerator, Iterator, Mapping

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from promptwire import AsyncPromptwire, ConfigurationError, Promptwire
from promptwire.client import prompt as prompts
from promptwire.otel import instrument, using
from promptwire.testing import InMemoryServer

CHAT = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt"}


class Traced:
    """A client whose spans can be looked at."""

    def __init__(self, pw: Promptwire | AsyncPromptwire) -> None:
        self.exporter = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.reader = InMemoryMetricReader()
        self.meters = MeterProvider([self.reader])
        self.processor = instrument(pw, tracer_provider=self.provider, meter_provider=self.meters)
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.tracer = self.provider.get_tracer("opentelemetry.instrumentation.openai")

    def call(self, attributes: Mapping[str, str] = CHAT, kind: SpanKind = SpanKind.CLIENT) -> None:
        """Do what an instrumentation does around a model call."""
        self.tracer.start_span("chat gpt", kind=kind, attributes=attributes).end()

    def spans(self, name: str = "chat gpt") -> list[ReadableSpan]:
        return [span for span in self.exporter.get_finished_spans() if span.name == name]

    def names(self) -> list[object]:
        return [(span.attributes or {}).get("gen_ai.prompt.name") for span in self.spans()]

    def metric(self, name: str) -> list[tuple[dict[str, object], object]]:
        data = self.reader.get_metrics_data()
        assert data
        found = [one for scope in data.resource_metrics[0].scope_metrics for one in scope.metrics if one.name == name]
        return [(dict(point.attributes or {}), point) for metric in found for point in metric.data.data_points]


@pytest.fixture
def server() -> Iterator[InMemoryServer]:
    with InMemoryServer() as server:
        server.put("greeting", "Hello {{.name}}!")
        server.put("farewell", "Bye!", label="prod")
        yield server


@pytest.fixture
def pw(server: InMemoryServer) -> Iterator[Promptwire]:
    with server.client() as pw:
        yield pw


@pytest.fixture
def traced(pw: Promptwire) -> Iterator[Traced]:
    prompts.in_use.set(None)
    traced = Traced(pw)
    yield traced
    prompts.in_use.set(None)
    traced.provider.shutdown()
    traced.meters.shutdown()


def test_a_model_call_carries_name_and_version_under_the_standard_names(pw: Promptwire, traced: Traced) -> None:
    pw.render("greeting", {"name": "Ada"})
    traced.call()
    pw.render("farewell", label="prod")
    traced.call()
    first, second = (dict(span.attributes or {}) for span in traced.spans())
    age = first.pop("promptwire.age_ms")
    assert isinstance(age, int)
    assert first == CHAT | {
        "gen_ai.prompt.name": "greeting",
        "gen_ai.prompt.version": "1",
        "promptwire.team": "team",
        "promptwire.source": "server",
        "promptwire.content_hash": pw.get("greeting").content_hash,
    }
    assert (second["gen_ai.prompt.name"], second["promptwire.label"]) == ("farewell", "prod")
    assert not [name for name in (*first, *second) if "variable" in name]


@pytest.mark.parametrize(
    ("attributes", "marked"),
    [
        (CHAT, True),
        ({"gen_ai.system": "anthropic"}, True),
        ({"llm.request.type": "chat"}, True),
        ({"openinference.span.kind": "LLM"}, True),
        ({"openinference.span.kind": "TOOL"}, False),
        ({"gen_ai.operation.name": "execute_tool"}, False),
        ({"gen_ai.operation.name": "embeddings"}, False),
        ({"http.request.method": "POST"}, False),
        ({"db.system.name": "sqlite"}, False),
    ],
)
def test_only_model_calls_are_marked(pw: Promptwire, traced: Traced, attributes: dict[str, str], marked: bool) -> None:
    pw.render("greeting", {"name": "Ada"})
    with traced.tracer.start_as_current_span("request", kind=SpanKind.INTERNAL):
        traced.call(attributes)
    assert traced.names() == ["greeting" if marked else None]


def test_a_span_of_a_model_library_that_says_later_what_it_is_counts_by_its_library(
    pw: Promptwire, traced: Traced
) -> None:
    pw.render("greeting", {"name": "Ada"})
    with traced.tracer.start_as_current_span("request", kind=SpanKind.INTERNAL):
        span = traced.tracer.start_span("chat gpt", kind=SpanKind.CLIENT)
        span.set_attributes(CHAT)
        span.end()
        traced.provider.get_tracer("opentelemetry.instrumentation.redis").start_span(
            "chat gpt", kind=SpanKind.CLIENT
        ).end()
    assert traced.names() == ["greeting", None]


def test_what_an_instrumentation_says_itself_is_left_alone(pw: Promptwire, traced: Traced) -> None:
    pw.render("greeting", {"name": "Ada"})
    traced.call(CHAT | {"gen_ai.prompt.name": "its-own"})
    assert traced.names() == ["its-own"]


def test_a_new_piece_of_work_in_the_same_thread_inherits_nothing(pw: Promptwire, traced: Traced) -> None:
    with traced.tracer.start_as_current_span("GET /a", kind=SpanKind.SERVER):
        pw.render("greeting", {"name": "Ada"})
        traced.call()
        traced.call()
    with traced.tracer.start_as_current_span("GET /b", kind=SpanKind.SERVER):
        traced.call()
    pw.render("greeting", {"name": "Ada"})
    traced.call()
    traced.call()
    assert traced.names() == ["greeting", "greeting", None, "greeting", None]


def test_a_block_says_for_certain_and_is_left_as_it_was_entered(pw: Promptwire, traced: Traced) -> None:
    farewell = pw.get("farewell", label="prod")
    with traced.tracer.start_as_current_span("request", kind=SpanKind.SERVER):
        pw.render("greeting", {"name": "Ada"})
        with using(farewell):
            traced.call()
        with using(None):
            traced.call()
        with pytest.raises(ValueError, match="broken"), using(farewell):
            raise ValueError("broken")
        traced.call()
    assert traced.names() == ["farewell", None, "greeting"]


def test_a_generator_that_is_closed_elsewhere_breaks_nothing(pw: Promptwire) -> None:
    async def stream() -> AsyncGenerator[int, None]:
        with using(pw.get("greeting")):
            yield 1

    async def main() -> None:
        generator = stream()
        await asyncio.create_task(begin(generator))
        await generator.aclose()

    async def begin(generator: AsyncGenerator[int, None]) -> None:
        assert await anext(generator) == 1

    asyncio.run(main())


def test_two_hundred_tasks_and_threads_at_once_are_never_mixed_up(server: InMemoryServer) -> None:
    for number in range(20):
        server.put(f"p{number}", "Hi")

    async def one(pw: AsyncPromptwire, traced: Traced, number: int) -> None:
        name = f"p{number % 20}"
        with traced.tracer.start_as_current_span(name, kind=SpanKind.SERVER):
            await pw.render(name)
            await asyncio.sleep(0)
            await asyncio.gather(*(asyncio.to_thread(traced.call, CHAT | {"wanted": name}) for _ in range(2)))
            traced.call(CHAT | {"wanted": name})

    async def main() -> Traced:
        async with server.async_client() as pw:
            traced = Traced(pw)
            await asyncio.gather(*(one(pw, traced, number) for number in range(200)))
            return traced

    traced = asyncio.run(main())
    spans = [dict(span.attributes or {}) for span in traced.spans()]
    assert len(spans) == 600
    assert all(span["gen_ai.prompt.name"] == span["wanted"] for span in spans)
    traced.provider.shutdown()
    traced.meters.shutdown()


def test_fetches_have_spans_and_looks_without_a_change_have_none(
    server: InMemoryServer, pw: Promptwire, traced: Traced
) -> None:
    pw.render("greeting", {"name": "Ada"})
    (span,) = traced.spans("promptwire sync")
    assert dict(span.attributes or {}) == {
        "http.request.method": "POST",
        "url.path": "/v1/sync",
        "promptwire.asked": 1,
        "promptwire.changed": 1,
    }
    server.fail(500)
    assert pw.render("nobody", fallback="Hi") == "Hi"
    failed = traced.spans("promptwire sync")[-1]
    assert failed.status.status_code is StatusCode.ERROR
    assert (failed.attributes or {})["error.type"] == "UnavailableError"


def test_renders_are_counted_by_version_and_source_and_ages_when_a_model_is_called(
    pw: Promptwire, traced: Traced
) -> None:
    def work() -> None:
        for _ in range(1000):
            pw.render("greeting", {"name": "Ada"})

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pw.render("nobody", fallback="Hi")
    traced.call()
    found = traced.metric("promptwire.renders")
    counted = {(point["gen_ai.prompt.name"], point["promptwire.source"]): one for point, one in found}
    assert counted["greeting", "server"].value == 4000  # type: ignore[attr-defined]
    assert counted["nobody", "fallback"].value == 1  # type: ignore[attr-defined]
    pw.render("greeting", {"name": "Ada"})
    traced.call()
    assert traced.metric("promptwire.prompt.age")


def test_after_shutdown_spans_are_left_alone(pw: Promptwire, traced: Traced) -> None:
    traced.processor.shutdown()
    assert traced.processor.force_flush()
    pw.render("greeting", {"name": "Ada"})
    traced.call()
    assert traced.names() == [None]


def test_without_a_provider_that_takes_processors_it_says_so(pw: Promptwire) -> None:
    with pytest.raises(ConfigurationError, match="OpenTelemetry's SDK is not set up"):
        instrument(pw)


WITH_VARIABLES = """
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from promptwire.otel import instrument
from promptwire.testing import InMemoryServer
exporter, provider = InMemorySpanExporter(), TracerProvider()
with InMemoryServer() as server, server.client() as pw:
    instrument(pw, tracer_provider=provider, record_variables=True)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    server.put("greeting", "Hello {{.name}}!")
    pw.render("greeting", {"name": "Ada"})
    provider.get_tracer("t").start_span("chat", attributes={"gen_ai.operation.name": "chat"}).end()
    print(exporter.get_finished_spans()[-1].attributes["gen_ai.prompt.variable.name"])
"""


def test_values_of_variables_are_recorded_only_when_asked_for() -> None:
    ran = subprocess.run([sys.executable, "-c", WITH_VARIABLES], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "Ada\n"), ran.stderr
