"""Each field of `Limits` is refused by name, in both tiers, with the place."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest

from gotemplate import LimitError, Limits, Template

AT_PARSE = {
    "template_bytes": (10, "é" * 6),
    "tokens": (20, "{{print" + " 1" * 20 + "}}"),
    "actions": (3, "{{1}}" * 4),
    "nesting": (2, "{{if 1}}{{with 2}}{{range 3}}{{end}}{{end}}{{end}}"),
    "parens": (2, "{{(((1)))}}"),
    "variables": (2, "{{$a := 1}}{{$a = 2}}{{$b := 1}}"),
    "definitions": (1, '{{define "a"}}{{end}}{{block "b" .}}{{end}}'),
}
AT_RENDER: dict[str, tuple[Any, str]] = {
    "steps": (100, "{{range 1000}}x{{end}}"),
    "output_bytes": (100, "{{range .l}}{{.}}{{end}}"),
    "string_chars": (100, '{{printf "%200d" 1}}'),
    "template_depth": (5, '{{define "r"}}{{template "r" .}}{{end}}{{template "r" .}}'),
    "seconds": (0.0, "{{range 100000}}{{range 5}}{{end}}{{end}}"),
}
DATA = {"l": ["é" * 30] * 3, "s": "é" * 60}


def test_every_limit_is_tested() -> None:
    assert {field.name for field in fields(Limits)} == AT_PARSE.keys() | AT_RENDER.keys()


@pytest.mark.parametrize("name", AT_PARSE)
def test_refused_at_parse(name: str) -> None:
    allowed, text = AT_PARSE[name]
    with pytest.raises(LimitError) as caught:
        Template.parse(text, limits=replace(Limits(), **{name: allowed}))
    assert caught.value.limit == name
    assert caught.value.line == 1
    assert str(caught.value).startswith("template: prompt:1: ")
    assert name in str(caught.value) or "expression depth" in str(caught.value)


@pytest.mark.parametrize("name", AT_PARSE)
def test_the_allowed_amount_is_allowed(name: str) -> None:
    Template.parse(AT_PARSE[name][1], limits=replace(Limits(), **{name: AT_PARSE[name][0] * 3}))


@pytest.mark.parametrize("name", AT_RENDER)
def test_refused_at_render(name: str) -> None:
    allowed, text = AT_RENDER[name]
    template = Template.parse(text, limits=replace(Limits(), **{name: allowed}))
    for _ in range(4):  # in both tiers
        with pytest.raises(LimitError) as caught:
            template.render(DATA)
        assert caught.value.limit == name
        assert caught.value.line == 1
        assert str(caught.value).startswith("template: prompt:1:")


def test_output_counts_bytes(code: Callable[..., Any]) -> None:
    tight = replace(Limits(), output_bytes=100)
    for text in ("{{.s}}", "{{.s}}{{range .l}}{{break}}{{end}}"):
        template = Template.parse(text, limits=tight)
        for _ in range(4):
            with pytest.raises(LimitError, match="output_bytes"):
                template.render(DATA)
        assert Template.parse(text).render(DATA) == DATA["s"]
    assert code(Template.parse("{{.s}}")) is not None


def test_depth_is_said_in_go_s_words() -> None:
    template = Template.parse('{{define "r"}}{{template "r"}}{{end}}{{template "r"}}')
    text = 'template: prompt:1:25: executing "r" at <{{template "r"}}>: exceeded maximum template depth (100)'
    with pytest.raises(LimitError) as caught:
        template.render({})
    assert str(caught.value) == text


def test_parens_are_said_in_go_s_words() -> None:
    with pytest.raises(LimitError, match="template: prompt:2: max expression depth exceeded"):
        Template.parse("\n{{" + "(" * 101 + "1" + ")" * 101 + "}}")


def test_a_long_error_is_cut() -> None:
    template = Template.parse("{{index .l 9" + " 1" * 5000 + "}}")
    with pytest.raises(Exception, match="index out of range") as caught:
        template.render(DATA)
    assert len(str(caught.value)) < 2500
    with pytest.raises(Exception, match="illegal number syntax") as caught:
        Template.parse("{{" + "9" * 10_000 + ".}}")
    assert len(str(caught.value)) < 2500
    for sign in ("", "-"):  # Python refuses to read integers that long
        with pytest.raises(Exception, match="illegal number syntax"):
            Template.parse("{{" + sign + "9" * 10_000 + "}}")


def test_data_too_deep_to_print_is_refused() -> None:
    data: Any = []
    for _ in range(5_000):
        data = [data]
    template = Template.parse("{{.d}}")
    for _ in range(4):
        with pytest.raises(LimitError, match="nesting"):
            template.render({"d": data})


def test_analysis_is_bounded() -> None:
    calls = "".join(
        f'{{{{define "t{n}"}}}}{{{{template "t{n + 1}" .a}}}}{{{{template "t{n + 1}" .b}}}}{{{{end}}}}'
        for n in range(50)
    )
    template = Template.parse(calls + '{{template "t0" .}}')
    with pytest.raises(LimitError, match=r"steps|seconds"):
        template.variables()
    deep = "".join(f'{{{{define "t{n}"}}}}{{{{template "t{n + 1}" .}}}}{{{{end}}}}' for n in range(450))
    with pytest.raises(LimitError, match="nesting"):
        Template.parse(deep + '{{template "t0" .}}').input_schema()
    path = Template.parse("{{" + ".a" * 5000 + "}}")
    for analysis in (path.variables, path.input_schema):
        with pytest.raises(LimitError, match="nesting"):
            analysis()


def test_a_variable_far_back_costs_work() -> None:
    text = "".join(f"{{{{$x{n} := 1}}}}" for n in range(900)) + "{{print" + " $x0" * 10_000 + "}}"
    with pytest.raises(LimitError, match=r"steps|seconds"):
        Template.parse(text).interpret({})


def test_output_is_refused_while_it_is_written() -> None:
    template = Template.parse("{{range .l}}{{.}}{{end}}", limits=replace(Limits(), output_bytes=100))
    with pytest.raises(LimitError, match="output_bytes") as caught:
        template.interpret({"l": ["x" * 60] * 2})
    assert caught.value.column == 14


def test_more_parentheses_than_python_has_frames_for() -> None:
    with pytest.raises(LimitError, match="parens"):
        Template.parse("{{" + "(" * 5000 + "1" + ")" * 5000 + "}}", limits=replace(Limits(), parens=10_000))
