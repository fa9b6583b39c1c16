"""What validators of JSON Schema cost: `python benchmarks/schemas.py`, with those that are installed."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from typing import Any

TIMES = 200
TITLE = {"type": "object", "properties": {"title": {"type": "string"}, "n": {"type": "number"}}, "required": ["title"]}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "age": {"type": "integer", "minimum": 0},
        "docs": {"type": "array", "items": TITLE},
        "lang": {"enum": ["en", "de"]},
        "tone": {"pattern": "^[a-z]+$"},
    },
    "required": ["name", "docs"],
    "additionalProperties": False,
}
VARIABLES = {"name": "Ada", "age": 36, "lang": "en", "docs": [{"title": f"t{at}", "n": at} for at in range(50)]}


def libraries() -> dict[str, Callable[[Any], Callable[[dict[str, Any]], Callable[[Any], object]]]]:
    """Give, for each library, what makes a schema ready, and what that gives."""
    return {
        "jsonschema_rs": lambda module: lambda schema: module.Draft202012Validator(schema).is_valid,
        "jsonschema": lambda module: lambda schema: module.Draft202012Validator(schema).is_valid,
        "fastjsonschema": lambda module: module.compile,
    }


def microseconds(work: Callable[[Any], object], value: object) -> float:
    """Give what one call takes, the best of five rounds."""
    rounds = []
    for _ in range(5):
        began = time.perf_counter()
        for _ in range(TIMES // 5):
            work(value)
        rounds.append((time.perf_counter() - began) / (TIMES // 5))
    return min(rounds) * 1e6


def main() -> None:
    """Print a line for each library."""
    for name, ready_of in libraries().items():
        try:
            ready = ready_of(importlib.import_module(name))
        except ImportError:
            print(f"{name:16} is not installed")
            continue
        check = ready(SCHEMA)
        made, checked = microseconds(ready, SCHEMA), microseconds(check, VARIABLES)
        print(f"{name:16} makes ready in {made:8.1f} µs, checks in {checked:8.1f} µs")


if __name__ == "__main__":
    main()
