"""The template as an object: errors that say where, pickling, threads, and the two tiers behind one door."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import gotemplate
from gotemplate import ExecError, LimitError, Limits, ParseError, Template, TemplateError


def test_the_public_names() -> None:
    assert sorted(gotemplate.__all__) == list(gotemplate.__all__)
    assert all(hasattr(gotemplate, name) for name in gotemplate.__all__)


def test_parse_errors_have_a_line_and_a_byte_column() -> None:
    with pytest.raises(ParseError) as caught:
        Template.parse("one\ntwo {{if}}", name="greeting")
    assert str(caught.value) == "template: greeting:2: missing value for if"
    assert (caught.value.line, caught.value.column) == (2, 8)


def test_exec_errors_have_a_line_and_a_byte_column() -> None:
    with pytest.raises(ExecError) as caught:
        Template.parse("é\né{{.missing}}").render({})
    assert (caught.value.line, caught.value.column) == (2, 4)
    assert str(caught.value).startswith('template: prompt:2:4: executing "prompt" at <.missing>: ')


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{\n\n\n", "template: prompt:4: unclosed action started at prompt:1"),
        ('{{if 1}}{{end "a long string"}}', 'template: prompt:1: unexpected "\\"a long st"... in end'),
        ("{{.a\n!}}", 'template: prompt:2: unexpected "!" in operand'),
        (
            "{{.a\n\n\x01}}",
            "template: prompt:3: unrecognized character in action: U+0001 in action started at prompt:1",
        ),
    ],
)
def test_errors_in_long_actions_say_where_they_began(text: str, message: str) -> None:
    with pytest.raises(ParseError) as caught:
        Template.parse(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "error",
    [
        TemplateError("x"),
        ParseError("x", line=3),
        ExecError("x", line=3, column=4),
        LimitError("x", limit="steps", line=1, column=2),
    ],
)
def test_errors_travel_between_processes(error: TemplateError) -> None:
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert type(copy) is type(error)
    assert (str(copy), vars(copy)) == (str(error), vars(error))


def test_a_template_travels_between_processes() -> None:
    template = Template.parse(
        "{{.n}} {{.zz}}", name="x", missingkey="default", numbers="float64", limits=Limits(steps=99)
    )
    copy = pickle.loads(pickle.dumps(template))  # noqa: S301 - our own
    assert copy.render({"n": 10**6}) == "1e+06 <no value>"
    assert copy._limits.steps == 99
    assert copy._tree == template._tree


def test_a_template_takes_no_attributes() -> None:
    with pytest.raises(AttributeError):
        Template.parse("").extra = 1  # type: ignore[attr-defined]


def test_values_are_never_read_as_template_text() -> None:
    template = Template.parse("{{.a}}{{print .a}}{{printf .f .a}}")
    for _ in range(4):
        assert template.render({"a": "{{.b}}", "f": "%s{{.b}}"}) == "{{.b}}{{.b}}{{.b}}{{.b}}"


def test_every_render_gives_the_same() -> None:
    template = Template.parse("{{range .l}}{{.a}},{{end}}{{.n}}")
    data = {"l": [{"a": 1}, {"a": "x"}], "n": 2.5}
    assert {template.render(data) for _ in range(5)} == {"1,x,2.5"}
    assert template.interpret(data) == "1,x,2.5"


def test_generated_code_that_fails_is_no_news() -> None:
    template = Template.parse("{{.a.b}}")
    for data, text in (({"a": {"b": 1}}, "1"), ({"a": {"b": "x"}}, "x")):
        for _ in range(3):
            assert template.render(data) == text
    with pytest.raises(ExecError, match=r"<.a.b>: can't evaluate field b in type interface {}"):
        template.render({"a": 1})
    assert template.render({"a": {"b": 2}}) == "2"


def test_a_template_that_only_the_interpreter_does() -> None:
    template = Template.parse("{{.zz}}", missingkey="zero")
    assert {template.render({}) for _ in range(4)} == {"<no value>"}


def test_one_template_with_two_budgets() -> None:
    template = Template.parse("{{range .l}}{{.}}{{end}}")
    frugal = template.with_limits(Limits(steps=10))
    for _ in range(4):
        assert template.render({"l": range(20)}) == "".join(map(str, range(20)))
        assert frugal.render({"l": [1, 2]}) == "12"
        with pytest.raises(LimitError, match="steps"):
            frugal.render({"l": range(20)})


def test_much_work_gets_code_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def interpret(*_: object) -> str:
        raise AssertionError

    template = Template.parse("{{range .l}}{{.a}}{{.b}}{{.c}},{{end}}")
    monkeypatch.setattr(Template, "interpret", interpret)
    assert template.render({"l": [{"a": 1, "b": 2, "c": 3}] * 10_000}) == "123," * 10_000


@pytest.mark.parametrize("option", ["missingkey", "numbers"])
def test_options_are_checked(option: str) -> None:
    with pytest.raises(ValueError, match=f"{option} must be one of"):
        Template.parse("", **{option: "sometimes"})  # type: ignore[arg-type]


def test_threads_share_a_template() -> None:
    template = Template.parse("{{range .l}}{{$.n}}{{end}}")

    def render(number: int) -> bool:
        data: Any = {"l": range(20), "n": number}
        return all(template.render(data) == str(number) * 20 for _ in range(50))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(render, range(32)))


def test_the_name_competes_with_definitions() -> None:
    assert Template.parse('{{define "prompt"}}x{{end}}').render({}) == "x"
    assert Template.parse('{{define "prompt"}}x{{end}}y', name="other").render({}) == "y"
    with pytest.raises(ParseError, match="multiple definition"):
        Template.parse('{{define "prompt"}}x{{end}}y')
