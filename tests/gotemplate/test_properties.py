"""Laws: printing and parsing, two tiers, only TemplateError, values verbatim."""

import os
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gotemplate import Limits, Template, TemplateError
from gotemplate._parse import parse

SECONDS = float(os.environ.get("GOTEMPLATE_FUZZ_SECONDS", "3"))
FRAGMENTS = [
    "{{",
    "}}",
    "{{-",
    "-}}",
    ".",
    ".x",
    ".l",
    "$",
    "$x",
    ":=",
    "=",
    "|",
    "(",
    ")",
    ",",
    '"',
    "'",
    "`",
    "\\",
    "1",
    "-1",
    "1.5",
    "0x",
    "1e",
    "1i",
    "'a'",
    "true",
    "nil",
    "print",
    "printf",
    "len",
    "index",
    "eq",
    "and",
    "or",
    "if",
    "else",
    "end",
    "range",
    "with",
    "define",
    "template",
    "block",
    '"T"',
    "break",
    "continue",
    "/*",
    "*/",
    "%",
    "!",
    "é",
    "text",
    "{{end}}",
    "{{else}}",
    "{{.x}}",
    "{{.l}}",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)
SOUP = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=3), max_size=25).map(" ".join)
quick = settings(deadline=None, max_examples=150, database=None)


def outcome(render: Callable[[Any], str], data: Any) -> str:
    try:
        return render(data)
    except TemplateError as error:
        return f"{type(error).__name__}: {error}"


@quick
@given(SOUP, st.dictionaries(st.sampled_from(["x", "l"]), JSON))
def test_only_template_errors_escape(text: str, data: dict[str, Any]) -> None:
    try:
        template = Template.parse(text)
    except TemplateError:
        return
    template.variables()
    template.input_schema()
    assert {outcome(template.render, data) for _ in range(4)} == {outcome(template.interpret, data)}


@quick
@given(st.text())
def test_text_without_actions_is_itself(text: str) -> None:
    text = text.replace("{{", "{ {")
    assert Template.parse(text).render({}) == text


@quick
@given(st.text(), st.text())
def test_values_are_verbatim(before: str, value: str) -> None:
    template = Template.parse("{{.before}}{{.value}}{{range .list}}{{.}}{{end}}{{print .value}}")
    for _ in range(4):
        assert template.render({"before": before, "value": value, "list": [value]}) == before + value * 3


@quick
@given(JSON)
def test_the_tiers_print_any_value_alike(value: Any) -> None:
    template = Template.parse(
        '{{.v}}{{print .v}}{{printf "%v|%#v|%q|%s|%d|%.2f" .v .v .v .v .v .v}}{{if .v}}t{{end}}{{html .v}}'
    )
    assert {outcome(template.render, {"v": value}) for _ in range(4)} == {outcome(template.interpret, {"v": value})}


@quick
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_read_back(value: float) -> None:
    assert float(Template.parse("{{.v}}").render({"v": value})) == value


@pytest.mark.parametrize("seed", range(4))
def test_a_printed_tree_parses_to_itself(seed: int, questions: ModuleType) -> None:
    parsed = 0
    for question in questions.questions(seed, 400):
        try:
            template = Template.parse(question["template"])
        except TemplateError:
            continue
        parsed += 1
        source = template.source()
        assert parse(source, "prompt", Limits()) == template._tree, source
    assert parsed > 200


@pytest.mark.parametrize(
    "text", ["a{ {{- .x}}", "a{ {{- /**/ -}} {b", "{{/**/}}a{{/**/}}b", "{", '{{define "x"}}{ {{- end}}']
)
def test_braces_and_comments_print_well(text: str) -> None:
    template = Template.parse(text)
    assert parse(template.source(), "prompt", Limits()) == template._tree


def test_fuzz_for_a_while(questions: ModuleType, ask: Callable[..., Any]) -> None:
    """Random templates, both tiers, for a bounded time: `GOTEMPLATE_FUZZ_SECONDS=600` looks longer."""
    seed = int(os.environ.get("GOTEMPLATE_FUZZ_SEED", str(time.time_ns() % 1_000_000)))
    end = time.monotonic() + SECONDS
    asked = 0
    while time.monotonic() < end:
        for question in questions.questions(seed, 50):
            ask(question["template"], question["data"], missingkey=question["missingkey"], numbers=question["numbers"])
            asked += 1
        seed += 1
    assert asked, f"seed {seed}"
