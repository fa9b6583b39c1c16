"""Go's answers to our own questions (oracle/): random templates, and what the two ways to read numbers differ in."""

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

LINES = (Path(__file__).parent / "oracle" / "answers.jsonl").read_text(encoding="utf-8").rstrip("\n").split("\n")
ANSWERS = [json.loads(line) for line in LINES]
PART = 100


@pytest.mark.parametrize("start", range(0, len(ANSWERS), PART))
def test_answers_as_go_does(start: int, ask: Callable[..., Any], questions: ModuleType) -> None:
    for line in ANSWERS[start : start + PART]:
        want = {key: line["want"][key] for key in ("out", "stage", "err") if key in line["want"]}
        got = ask(line["template"], questions.DATA, missingkey=line["missingkey"], numbers=line["numbers"])
        assert got == want, f"{line['id']}: {line['template']}"


def test_both_ways_to_read_numbers_are_asked() -> None:
    asked = [line["numbers"] for line in ANSWERS]
    assert asked.count("exact") > 500
    assert asked.count("float64") > 500
