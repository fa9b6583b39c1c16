"""OpenAI's client: a chat from the registry, with the user's history, and a span that says which version it was.

Without OPENAI_API_KEY it talks to a stand-in (`model_server.py`). The span is written by hand here, as an
instrumentation of the client does it; with one installed, nothing but `instrument` is needed.
"""

from __future__ import annotations

import os

import model_server
from openai import OpenAI
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SimpleSpanProcessor

from promptwire import Promptwire
from promptwire.otel import instrument

CHAT = [{"role": "system", "content": "You help {{.name}}."}, {"placeholder": "history"}]
"""What to say where the registry has no such chat."""


def main() -> None:
    """Ask once."""
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter()))
    trace.set_tracer_provider(provider)
    pw = Promptwire()
    instrument(pw)
    key = os.environ.get("OPENAI_API_KEY")
    client = OpenAI(api_key=key or "none", base_url=None if key else model_server.start())

    history = [{"role": "user", "content": "What is {{.name}}?"}]  # never read as a template
    prompt = pw.get("assistant", fallback=CHAT)
    messages = prompt.messages({"name": "Ada", "history": history})
    attributes = {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai"}
    with trace.get_tracer("example").start_as_current_span("chat", attributes=attributes):
        answer = client.chat.completions.create(model=prompt.model or "gpt-4.1-mini", messages=messages)
    print(answer.choices[0].message.content)
    pw.close()


if __name__ == "__main__":
    main()
