"""A real OpenAI client, instrumented by OpenTelemetry's own package, against a stand-in for a model's server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import openai
import pytest
from opentelemetry.instrumentation.genai.openai import OpenAIInstrumentor
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from promptwire.otel import instrument
from promptwire.testing import InMemoryServer

ANSWER = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": "gpt-stand-in",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hi"}}],
    "usage": {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4},
}


class _Model(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps(ANSWER).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def model() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Model) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()
        thread.join()


def test_a_call_with_a_rendered_prompt_carries_its_name_and_version(model: str) -> None:
    exporter, provider, meters = InMemorySpanExporter(), TracerProvider(), MeterProvider()
    instrumentor = OpenAIInstrumentor()
    with InMemoryServer() as server, server.client() as pw:
        server.put("greeting", "Hello {{.name}}!")
        instrument(pw, tracer_provider=provider, meter_provider=meters)
        provider.add_span_processor(SimpleSpanProcessor(exporter))
        instrumentor.instrument(tracer_provider=provider, meter_provider=meters, logger_provider=LoggerProvider())
        try:
            with openai.OpenAI(base_url=model, api_key="none", max_retries=0) as client:
                text = pw.render("greeting", {"name": "Ada"})
                client.chat.completions.create(model="gpt-stand-in", messages=[{"role": "user", "content": text}])
        finally:
            instrumentor.uninstrument()
    [call] = [span for span in exporter.get_finished_spans() if span.name.startswith("chat")]
    attributes = dict(call.attributes or {})
    assert attributes["gen_ai.request.model"] == "gpt-stand-in"
    assert (attributes["gen_ai.prompt.name"], attributes["gen_ai.prompt.version"]) == ("greeting", "1")
    assert attributes["promptwire.source"] == "server"
