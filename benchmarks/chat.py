"""What a render of a chat costs beside its templates alone, and parsing one: `python benchmarks/chat.py`."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from gotemplate import Template
from promptwire.wire.anthropic import for_anthropic
from promptwire.wire.chat import Chat, Fill
from promptwire.wire.chat_shape import parse
from promptwire.wire.chat_text import text_of

TIMES = 20_000
MESSAGES = [
    {"role": "system", "content": "You are a guide to {{.city}}. Be brief."},
    {"role": "user", "content": "Hello"},
    {"placeholder": "history"},
    {"role": "user", "content": "{{.question}}"},
]
HISTORY = [{"role": role, "content": f"turn {at}"} for at in range(5) for role in ("user", "assistant")]
VARIABLES: dict[str, Any] = {"city": "Paris", "question": "What is there to see?", "history": HISTORY}


def ready(text: str, path: str) -> Fill:
    """Parse a template."""
    return Template.parse(text, name=path).render


def microseconds(work: Callable[[], object], times: int = TIMES) -> float:
    """Give what one call takes, the best of ten rounds."""
    rounds = []
    for _ in range(10):
        began = time.perf_counter()
        for _ in range(times // 10):
            work()
        rounds.append((time.perf_counter() - began) / (times // 10))
    return min(rounds) * 1e6


def main() -> None:
    """Print a line for each step."""
    chat = Chat(parse(MESSAGES), ready)
    templates = [ready(str(message["content"]), "") for message in MESSAGES if "{{" in str(message.get("content"))]
    messages = chat.render(VARIABLES)
    for name, work in {
        "render: 4 items, 10 messages of history": lambda: chat.render(VARIABLES),
        "its 2 templates alone": lambda: [fill(VARIABLES) for fill in templates],
        "to Anthropic's": lambda: for_anthropic(messages),
        "to the text form": lambda: text_of(messages),
    }.items():
        print(f"{name:42} {microseconds(work):8.2f} µs")
    print(f"{'shape and parse, once a version':42} {microseconds(lambda: Chat(parse(MESSAGES), ready), 1000):8.2f} µs")


if __name__ == "__main__":
    main()
