"""Go's own answers: contracts/golden, whole. There every number of the data is a float64."""

import base64
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from gotemplate import Limits, Template, TemplateError

LINES = (Path(__file__).parent / "golden" / "go_templates.jsonl").read_text(encoding="utf-8").rstrip("\n").split("\n")
CASES = [json.loads(line) for line in LINES]
GO_HAS_NO_LIMITS = Limits(
    template_bytes=1 << 20,
    tokens=1 << 20,
    actions=1 << 20,
    nesting=10_000,
    parens=10_000,
    variables=10_000,
    definitions=10_000,
    steps=1 << 30,
    output_bytes=1 << 30,
    string_chars=1 << 30,
    template_depth=100_000,
    seconds=60,
)
PERCENT_IN_NAME = {"errors/220", "errors/224"}


def text_of(case: dict[str, Any]) -> str:
    if "template" in case:
        return str(case["template"])
    return base64.b64decode(case["template_b64"]).decode("utf-8", "surrogateescape")


def answer(case: dict[str, Any]) -> dict[str, str]:
    name, missingkey = case.get("name", "prompt"), case["missingkey"]
    try:
        template = Template.parse(
            text_of(case), name=name, missingkey=missingkey, numbers="float64", limits=GO_HAS_NO_LIMITS
        )
    except TemplateError as error:
        return {"stage": "parse", "err": str(error)}
    try:
        return {"out": template.render(case["data"])}
    except TemplateError as error:
        return {"stage": "exec", "err": str(error)}


@pytest.fixture(autouse=True)
def deep_stack() -> Any:
    """A thousand parentheses take more frames than Python allows by default."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(50_000)
    yield
    sys.setrecursionlimit(before)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_answers_as_go_does(case: dict[str, Any]) -> None:
    if case["id"] in PERCENT_IN_NAME:
        pytest.skip("a template's name with % in it garbles Go's error texts")
    want = {key: case["want"][key] for key in ("out", "stage", "err") if key in case["want"]}
    assert answer(case) == want
