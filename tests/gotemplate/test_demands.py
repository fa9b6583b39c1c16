"""What a template may fail on where others did not, with the same data."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from types import ModuleType
from typing import Any

import pytest

from gotemplate import Demand, LimitError, Limits, Template, TemplateError, new_demands


def beyond(old: str, new: str, **options: Any) -> list[str]:
    found = new_demands([Template.parse(old, **options)], [Template.parse(new)])
    return [f"{one.operation} {' '.join(one.operands)}" for one in found]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{{.a}}", "other words {{.a}} {{.a}}"),
        ("{{.a.b}}", "{{with .a}}{{.b}}{{end}}{{$x := .a}}{{$x.b}}{{(print .a.b)}}"),
        ("{{.a}}{{.b}}", "{{and .a .b}}{{if .b}}{{.a}}{{else}}{{not .a}}{{end}}"),
        ("{{if .a}}{{.b}}{{end}}", "{{if .a}}{{if .a}}{{.b}}{{end}}{{end}}"),
        ("{{and .a .b}}", "{{if .a}}{{.b}}{{end}}"),
        ("{{or .a .b}}", "{{if .a}}{{else}}{{.b}}{{end}}"),
        ("{{if .a}}{{else if .b}}{{.c}}{{end}}", "{{if .a}}{{else}}{{if .b}}{{.c}}{{end}}{{end}}"),
        ("{{range .l}}{{.a}}{{end}}", "{{range $i := .l}}{{$i.a}}{{end}}{{range .l}}{{.a}}{{break}}{{end}}"),
        ("{{range $i, $x := .l}}{{$x.a}}{{end}}", "{{range .l}}{{.a}}{{else}}none{{end}}"),
        ("{{range .l}}{{range .m}}{{.a}}{{end}}{{end}}", "{{range $x := .l}}{{range $x.m}}{{.a}}{{end}}{{end}}"),
        ('{{template "t" .a}}{{define "t"}}{{.b}}{{end}}', "{{.a.b}}"),
        ("{{.a.b}}", '{{block "t" .a}}{{.b}}{{end}}'),
        ('{{eq .a "x"}}', '{{ne "y" .a}}{{eq .a "z" "w"}}'),
        ("{{lt .a 3}}", "{{gt 4 .a}}{{eq .a 5}}{{le .a -1}}"),
        ("{{.a.b}}", '{{index .a "c"}}{{index .a "d" | print}}'),
        ("{{len .l}}", "{{if gt (len .l) 3}}{{len .l | printf `%d`}}{{end}}"),
        ("{{slice .s 1 2}}", "{{html (slice .s 1 2)}}"),
        ("{{$x := .a}}{{$x = .b}}{{$x.c}}", "new words{{$x := .a}}{{$x = .b}}{{$x.c}}"),
        ('{{template "gone"}}', 'x {{template "gone"}}'),
        ("{{if .a}}x{{else}}y{{end}}", "{{if .a}}z{{end}}"),
    ],
)
def test_what_others_did_with_the_same_values_does_not_fail(old: str, new: str) -> None:
    assert beyond(old, new) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{{.a}}", "{{.b}}", ["read $ b"]),
        ("{{.a}}", "{{.a.b}}", ["read a b"]),
        ("{{if .a}}{{.b}}{{end}}", "{{.b}}", ["read $ b"]),
        ("{{if .a}}{{.b}}{{end}}{{.c}}", "{{if .c}}{{.b}}{{end}}", ["read $ b"]),
        ("{{if .a}}{{.b}}{{end}}", "{{if not .a}}{{.b}}{{end}}", ["read $ b"]),
        ("{{or .a .b}}", "{{.b}}", ["read $ b"]),
        ("{{range .l}}{{.a}}{{break}}{{end}}", "{{range .l}}{{.a}}{{end}}", ["read l[] a"]),
        ("{{range .l}}{{if .a}}{{continue}}{{end}}{{.b}}{{end}}", "{{range .l}}{{.b}}{{end}}", ["read l[] b"]),
        ("{{range .l}}{{end}}", "{{range $i, $x := .l}}{{end}}", ["range2 l"]),
        (
            "{{range .l}}{{lt . 1}}{{end}}",
            "{{range $x := .l}}{{range $.l}}{{lt . $x}}{{end}}{{end}}",
            ["order l[] l[]'"],
        ),
        ('{{eq .a "x" 1}}', "{{eq .a 1}}", ["compare <int> a"]),
        ('{{eq .a "x"}}', '{{lt .a "x"}}', ["order <string> a"]),
        ("{{index .l 0}}", "{{index .l 1}}", ["index l #1"]),
        ("{{index .l .nil}}", "{{index .l nil}}", ["index l #nil"]),
        ("{{$x := .a}}{{$x.c}}", "{{$x := .a}}{{$x = .a}}{{$x.c}}", ["read ? c"]),
        ("{{$x := .a}}{{if .b}}{{$x = .c}}{{end}}{{$x.d}}", "{{.a.d}}{{.b}}{{.c}}", ["read a d", "read $ c"]),
        ("{{.a}}", '{{template "gone" .a}}', ['template "gone"']),
        ("{{.a}}", '{{define "t"}}{{if .}}{{template "t" .}}{{end}}{{end}}{{template "t" .a}}', ['template "t" ?']),
        ("{{.a}}", "{{.a 1}}", ["call a"]),
        ("{{.a}}", "{{not .a .a}}{{and}}{{len}}", ["call #not", "call #and", "call #len"]),
        ("{{.a}}", "{{printf .a}}", ["printf a"]),
        ("{{.a}}", "{{slice .a 1}}", ["slice a #1 <Number>"]),
        ("{{.a}}", "{{and .a ($y := .a)}}{{len $y}}", ["len ?"]),
    ],
)
def test_everything_else_is_listed(old: str, new: str, expected: list[str]) -> None:
    assert beyond(old, new) == expected


def test_a_demand_says_where_it_stands_and_how_often_it_is_made() -> None:
    old = [Template.parse("{{.a}}")]
    new = [Template.parse("{{.a}}"), Template.parse("x\n{{if .a}}{{.b.c}}{{end}}\n{{.b}}{{len (index .a 0)}}")]
    first, second, third, fourth = new_demands(old, new)
    assert first == Demand("read", ("$", "b"), always=True, template=1, line=2)
    assert (first.place, first.always) == ("b", True)
    assert second == Demand("read", ("b", "c"), always=False, template=1, line=2)
    assert (third.operation, third.place, third.line) == ("index", "a", 3)
    assert (fourth.operation, fourth.place) == ("len", None)


def test_templates_are_taken_together() -> None:
    both = [Template.parse("{{.a}}"), Template.parse("{{.b}}")]
    assert new_demands(both, [Template.parse("{{.b}}{{.a}}")]) == ()
    assert new_demands([], [Template.parse("text")]) == ()
    assert [one.place for one in new_demands(both[:1], both)] == ["b"]


def test_a_read_that_did_not_have_to_succeed_shows_nothing() -> None:
    assert beyond("{{.a}}", "{{.a}}!", missingkey="zero") == ["read $ a"]


def test_following_calls_is_bounded() -> None:
    calls = "".join(f'{{{{define "t{at}"}}}}{f"{{{{template `t{at + 1}` .}}}}" * 9}{{{{end}}}}' for at in range(9))
    many = Template.parse(calls + '{{define "t9"}}{{.a}}{{end}}{{template "t0" .}}')
    with pytest.raises(LimitError, match="limit exceeded"):
        new_demands([], [many])
    with pytest.raises(LimitError, match="limit exceeded"):
        new_demands([], [Template.parse("{{.a}}{{.b}}", limits=Limits(steps=3))])


def test_needs_name_the_lines_of_every_template() -> None:
    first, second = (
        Template.parse("{{.a}}\n{{.b.c}}"),
        Template.parse("\n\n{{.a}}{{with .b}}{{.c}}{{end}}{{index .m `k`}}"),
    )
    lines = {need.path: need.lines for need in first.variables(second)}
    assert lines == {"a": ((0, 1), (1, 3)), "b": ((1, 3),), "b.c": ((0, 2), (1, 3)), "m": ((1, 3),), "m.k": ((1, 3),)}
    assert first.input_schema(second)["required"] == ["a", "b", "m"]


def test_what_is_proved_not_to_fail_does_not_fail(questions: ModuleType, code: Callable[..., Any]) -> None:
    """The questions that Go answered: whatever renders with some data, and what another shares with it."""
    assert code is not None
    asked = [one for one in questions.questions(11, 1500) if one["missingkey"] == "error"]
    proved = 0
    for old, new in pairwise(asked):
        try:
            before = Template.parse(old["template"])
            after = Template.parse(old["template"] + "{{/* */}} words " + old["template"].replace(" ", "  "))
            other = Template.parse(new["template"])
            before.interpret(old["data"])
        except TemplateError:
            continue
        for template in (after, other):
            if not new_demands([before], [template]):
                proved += 1
                template.interpret(old["data"])
    assert proved > 50
