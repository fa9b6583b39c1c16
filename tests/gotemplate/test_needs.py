"""What a template says it needs: paths, certainty, types, and the JSON Schema of it all."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from gotemplate import ExecError, Need, Template, TemplateError


def needs(text: str, **options: Any) -> dict[str, Need]:
    return {need.path: need for need in Template.parse(text, **options).variables()}


def required(text: str, **options: Any) -> list[str]:
    return [path for path, need in needs(text, **options).items() if need.required]


@pytest.mark.parametrize(
    ("text", "paths", "always"),
    [
        ("{{.a}} {{.b.c}}", ["a", "b", "b.c"], ["a", "b", "b.c"]),
        ("{{if .a}}{{.b}}{{else}}{{.c}}{{end}}", ["a", "b", "c"], ["a"]),
        ("{{if .a}}{{.b}}{{end}}{{.b}}", ["a", "b"], ["a", "b"]),
        ("{{if .a}}{{else if .b}}{{else}}{{.c}}{{end}}", ["a", "b", "c"], ["a"]),
        ("{{with .u}}{{.name}}{{$.x}}{{end}}", ["u", "u.name", "x"], ["u"]),
        ("{{range .l}}{{.a}}{{$.b}}{{end}}", ["l", "l[].a", "b"], ["l", "l[].a"]),
        ("{{range .l}}{{if .a}}{{.b}}{{end}}{{end}}", ["l", "l[].a", "l[].b"], ["l", "l[].a"]),
        ("{{range .l}}{{if .a}}{{break}}{{end}}{{.b}}{{end}}", ["l", "l[].a", "l[].b"], ["l", "l[].a"]),
        ("{{range .l}}{{range .m}}{{.}}{{end}}{{end}}", ["l", "l[].m", "l[].m[]"], ["l", "l[].m"]),
        ("{{if .c}}{{range .l}}{{.a}}{{end}}{{end}}", ["c", "l", "l[].a"], ["c"]),
        ("{{range $i, $e := .l}}{{$e.a}}{{$i}}{{else}}{{.z}}{{end}}", ["l", "l[].a", "z"], ["l", "l[].a"]),
        ("{{$x := .a}}{{$x.b}}", ["a", "a.b"], ["a", "a.b"]),
        ("{{$x := .a}}{{if .c}}{{$x = .d}}{{end}}{{$x.b}}", ["a", "a.b", "c", "d", "d.b"], ["a", "c"]),
        ("{{$x := .a}}{{range $x = .l}}{{$x.b}}{{end}}", ["a", "l", "l[].b"], ["a", "l", "l[].b"]),
        ('{{template "t" .a}}{{define "t"}}{{.b}}{{$.c}}{{end}}', ["a", "a.b", "a.c"], ["a", "a.b", "a.c"]),
        ('{{template "t"}}{{define "t"}}{{.b}}{{end}}', [], []),
        ('{{template "nowhere" .a}}', ["a"], ["a"]),
        ('{{block "t" .a}}{{.b}}{{end}}', ["a", "a.b"], ["a", "a.b"]),
        ("{{and .a .b}}", ["a", "b"], ["a"]),
        ("{{.a | or .b}}", ["a", "b"], ["a", "b"]),
        ("{{(or .a .b).c}}", ["a", "a.c", "b", "b.c"], ["a"]),
        ("{{(index .l 0).a}}", ["l", "l[].a"], ["l"]),
        ('{{index .m "k"}}', ["m", "m.k"], ["m"]),
        ("{{index .m .k}}", ["m", "m[]", "k"], ["m", "k"]),
        ("{{range slice .l 1}}{{.a}}{{end}}", ["l", "l[].a"], ["l", "l[].a"]),
        ("{{print.x}}{{print}}{{nil | print}}", [], []),
        ("{{range .l}}{{.a}}{{end}}{{range .l}}{{.b}}{{end}}", ["l", "l[].a", "l[].b"], ["l", "l[].a", "l[].b"]),
        ("{{$x = .a}}", ["a"], ["a"]),
    ],
)
def test_paths_and_certainty(text: str, paths: list[str], always: list[str]) -> None:
    found = needs(text)
    assert sorted(found) == sorted(paths)
    assert sorted(required(text)) == sorted(always)


@pytest.mark.parametrize(
    ("text", "types", "uses"),
    [
        ("{{.v}}", (), ("print",)),
        ("{{if .v}}{{end}}", (), ("condition",)),
        ("{{not .v}}", (), ("condition",)),
        ("{{range .v}}{{end}}", ("array", "object", "integer", "null"), ("range",)),
        ("{{range $i, $e := .v}}{{end}}", ("array", "object", "null"), ("range",)),
        ("{{len .v}}", ("array", "object", "string"), ("length",)),
        ("{{slice .v 1}}", ("array", "string"), ("print", "slice")),
        ("{{index .v 1}}", ("array", "string"), ("index",)),
        ("{{gt .v 3}}", ("integer",), ("compare",)),
        ("{{gt .v 3.5}}", ("number",), ("compare",)),
        ('{{eq .v "x"}}', ("string",), ("compare",)),
        ("{{eq .v true}}", ("boolean",), ("compare",)),
        ("{{eq .v .w}}", (), ("compare",)),
        ("{{eq .v nil}}", (), ("compare",)),
        ("{{printf .v 1}}", ("string",), ("format",)),
        ('{{printf "%d" .v}}', ("integer",), ("print",)),
        ('{{.v | printf "%% %5.2f"}}', ("number",), ("print",)),
        ('{{printf "%s" .v}}', ("string",), ("print",)),
        ('{{printf "%t" .v}}', ("boolean",), ("print",)),
        ('{{printf "%v" .v}}', (), ("print",)),
        ('{{printf "" .v}}', (), ("print",)),
        ("{{html .v}}", (), ("print",)),
        ("{{with .v}}{{.a}}{{end}}", ("object", "null"), ("condition",)),
        ('{{if .v}}{{eq .v "x"}}{{end}}', ("string", "null"), ("compare", "condition")),
        ("{{gt .v 3}}{{range $i, $e := .v}}{{end}}", (), ("compare", "range")),
    ],
)
def test_what_is_asked_of_a_value(text: str, types: tuple[str, ...], uses: tuple[str, ...]) -> None:
    need = needs(text)["v"]
    assert (need.types, need.uses) == (types, uses)


def test_constants_are_kept_in_order() -> None:
    text = '{{if eq .tone "formal" "stiff"}}{{else if eq .tone "casual"}}{{else if eq .tone "formal"}}{{end}}'
    assert needs(text)["tone"].values == ("formal", "stiff", "casual")


def test_with_another_missingkey_nothing_is_required() -> None:
    assert required("{{.a}}{{range .l}}{{.b}}{{end}}", missingkey="default") == []


def test_float64_has_no_integers() -> None:
    assert needs("{{range .n}}{{end}}{{gt .m 3}}", numbers="float64")["n"].types == ("array", "object", "null")
    assert needs("{{range .n}}{{end}}{{gt .m 3}}", numbers="float64")["m"].types == ("number",)


def test_recursive_templates_show_their_first_levels() -> None:
    text = '{{template "node" .}}{{define "node"}}{{.name}}{{range .children}}{{template "node" .}}{{end}}{{end}}'
    assert list(needs(text)) == ["name", "children", "children[].name", "children[].children"]


def test_the_schema_of_a_chat() -> None:
    template = Template.parse(
        "{{with .system}}{{.}}{{end}}{{range .messages}}{{.role}}: {{.content}}"
        '{{if .score}}{{printf "%.1f" .score}}{{end}}{{end}}{{if eq .tone "kind" "stern"}}{{end}}{{range $k, $v := .m}}'
        "{{$v.x}}{{end}}"
    )
    message = {
        "type": "object",
        "properties": {"role": {}, "content": {}, "score": {"type": ["number", "null"]}},
        "required": ["role", "content", "score"],
    }
    cell = {"type": "object", "properties": {"x": {}}, "required": ["x"]}
    assert template.input_schema() == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "system": {},
            "messages": {
                "type": ["array", "object", "integer", "null"],
                "items": message,
                "additionalProperties": message,
            },
            "tone": {"type": "string", "examples": ["kind", "stern"]},
            "m": {"type": ["array", "object", "null"], "items": cell, "additionalProperties": cell},
        },
        "required": ["system", "messages", "tone", "m"],
    }


def _holds(schema: dict[str, Any], value: Any) -> bool:
    """Whether a value has the keys its schema requires, all the way down."""
    if isinstance(value, dict):
        below = schema.get("properties", {})
        extra = schema.get("additionalProperties", {})
        return all(key in value for key in schema.get("required", ())) and all(
            _holds(below.get(key, extra), item) for key, item in value.items()
        )
    if isinstance(value, list):
        return all(_holds(schema.get("items", {}), item) for item in value)
    return True


def test_what_is_required_is_what_renders_need(questions: ModuleType, code: Callable[..., Any]) -> None:
    assert code is not None
    rendered = missed = 0
    for question in questions.questions(7, 3000):
        if question["missingkey"] != "error":
            continue
        try:
            template = Template.parse(question["template"])
            template.interpret(question["data"])
        except TemplateError:
            continue
        rendered += 1
        always = [need.path for need in template.variables() if need.required and "." not in need.path]
        for path in always:
            name = path.removesuffix("[]")
            if "[]" in path:
                continue
            without = {key: value for key, value in question["data"].items() if key != name}
            with pytest.raises(ExecError, match=f'no entry for key "{name}"'):
                template.interpret(without)
            missed += 1
        assert _holds(template.input_schema(), question["data"])
    assert rendered > 300
    assert missed > 100
