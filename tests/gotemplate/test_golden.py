"""Go's own answers: contracts/golden, whole. There every number of the data is a float64."""

import base64
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

LINES = (Path(__file__).parent / "golden" / "go_templates.jsonl").read_text(encoding="utf-8").rstrip("\n").split("\n")
CASES = [json.loads(line) for line in LINES]


def text_of(case: dict[str, Any]) -> str:
    if "template" in case:
        return str(case["template"])
    return base64.b64decode(case["template_b64"]).decode("utf-8", "surrogateescape")


@pytest.fixture(autouse=True)
def deep_stack() -> Iterator[None]:
    """A thousand parentheses take more frames than Python allows by default."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(50_000)
    yield
    sys.setrecursionlimit(before)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_answers_as_go_does(case: dict[str, Any], ask: Callable[..., Any]) -> None:
    name, missingkey = case.get("name", "prompt"), case["missingkey"]
    want = {key: case["want"][key] for key in ("out", "stage", "err") if key in case["want"]}
    assert ask(text_of(case), case["data"], name=name, missingkey=missingkey, numbers="float64") == want
