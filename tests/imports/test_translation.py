"""What a translated template says, against what its own engine says."""

from __future__ import annotations

from typing import Any

import jinja2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gotemplate import Template
from promptwire.imports.dialects import Dialect, translate

NAMES = {"a": "<A & {{b}}>", "b": "", "name": "Ada", "n": 7, "xs": ["one", "", "{{three}}"], "empty": []}
DATA: dict[str, Any] = {**NAMES, "user": {"name": "Bob", "tags": ["x", "y"]}, "rows": [{"v": "1"}, {"v": "2"}]}


def pieces(*words: str) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(words), max_size=14).map("".join)


def render(text: str) -> str:
    return Template.parse(text).render(DATA)


def problems(text: str, dialect: Dialect) -> list[str]:
    return [str(one) for one in translate(text, dialect).problems]


@given(pieces("{", "{{", "{{{", "}", "}}", "a", "-", " ", "\n", '"', "`", "/*", "%", "é"))
def test_a_literal_text_comes_out_as_it_is(text: str) -> None:
    found = translate(text, Dialect.LITERAL)
    assert not found.problems
    assert render(found.text) == text


@given(
    pieces("{", "}", "{{", "}}", "{a}", "{name}", "{n}", "{n:>5}", "{a!r}", "{}", "{0}", "{user.name}", " ", "\n", "-")
)
@example("{{{a}}}")
@example("{{{{{a}")
def test_an_fstring_says_what_str_format_says(text: str) -> None:
    found = translate(text, Dialect.FSTRING)
    if not found.problems:
        assert render(found.text) == text.format(**DATA)


@given(pieces("{", "}", "{{", "}}", "{{a}}", "{{ name }}", "{{\nn}}", "{{#a}}", "{{user.name}}", " ", "\n", "-"))
def test_a_mustache_says_what_putting_values_into_the_text_says(text: str) -> None:
    found = translate(text, Dialect.MUSTACHE)
    if not found.problems:
        assert render(found.text) == replaced(text)


def replaced(text: str) -> str:
    """Do what Langfuse's client does: from left to right, what stands between double braces is a name."""
    done = ""
    while "{{" in text and "}}" in text.partition("{{")[2]:
        before, _, after = text.partition("{{")
        name, _, text = after.partition("}}")
        done += before + str(DATA[name.strip()])
    return done + text


TAGS = (
    *("{{", "}}", "{%", "%}", "{#", "#}", "{", "}", "-", "+", " ", "\n", "\r\n", "t", "'", "|"),
    *(
        "{{ a }}",
        "{{- name -}}",
        "{{ x }}",
        "{{ x.v }}",
        "{{ user.name }}",
        "{{ user.items }}",
        "{{ n|upper }}",
        "{{ loop }}",
    ),
    *("{% if a %}", "{%- if not b -%}", "{% elif n %}", "{% else %}", "{%- endif +%}", "{% if a == n %}"),
    *(
        "{% for x in xs %}",
        "{% for x in rows -%}",
        "{% for y in user.tags %}",
        "{{ y }}",
        "{% for x in empty %}",
        "{% for x in x %}",
        "{% endfor %}",
    ),
    *("{# c #}", "{#- c -#}", "{% raw %}", "{%- endraw -%}", "{% raw -%}", "{% set x = 1 %}"),
)


@given(pieces(*TAGS))
@example("{% for x in xs %}{{ x }}{{ name }}{% else %}{{ a }}{% endfor %}\n")
@example("{% for x in rows %}{% for y in user.tags %}{{ x.v }}{{ y }}{% endfor %}{% endfor %}")
@example("{% for x in empty %}{% else %}{{ name }}{% endfor %}")
@example("{% for x in xs %}{% for x in empty %}{% else %}{{ x }}{% endfor %}{% endfor %}")
@example("{% if b %}1{% elif n %}2{% else %}3{% endif %}")
@example("{ {{- name }}")
@example("{% raw %}{{ a }}{% endraw %}")
def test_a_jinja_template_says_what_jinja_says(text: str) -> None:
    found = translate(text, Dialect.JINJA)
    if found.problems:
        return
    template = jinja2.Environment(autoescape=False, undefined=jinja2.StrictUndefined).from_string(text)  # noqa: S701 - prompts are no HTML
    try:
        expected = template.render(DATA)
    except jinja2.UndefinedError:
        return  # x outside of its loop: nobody's variable
    assert render(found.text) == expected


@pytest.mark.parametrize(
    ("dialect", "text", "go"),
    [
        (Dialect.MUSTACHE, "Hello {{ name }}, {{a}}", "Hello {{.name}}, {{.a}}"),
        (Dialect.FSTRING, "{{{name}}} {{}}", '{{"{"}}{{.name}}} {}'),
        (
            Dialect.JINJA,
            "{% for x in xs %}- {{ x }} of {{ name }}\n{% endfor %}",
            "{{range $x := .xs}}- {{$x}} of {{$.name}}\n{{end}}",
        ),
        (Dialect.JINJA, "{% if not user.name %}a{% else %}b{% endif %}", "{{if not .user.name}}a{{else}}b{{end}}"),
        (Dialect.LITERAL, "{{x}} {", '{{"{{"}}x}} {'),
        (Dialect.GO, "{{.x}}", "{{.x}}"),
    ],
)
def test_what_becomes_of_each(dialect: Dialect, text: str, go: str) -> None:
    assert translate(text, dialect).text == go


@pytest.mark.parametrize(
    ("dialect", "text", "said"),
    [
        (
            Dialect.MUSTACHE,
            "\n{{#xs}}\n{{/xs}}",
            [
                "line 2: {{#xs}} is more than the name of a variable",
                "line 3: {{/xs}} is more than the name of a variable",
            ],
        ),
        (
            Dialect.FSTRING,
            "a\n{n:>5} {x!r}",
            ["line 2: {n:>5} is more than the name of a variable", "line 2: {x!r} is more than the name of a variable"],
        ),
        (Dialect.FSTRING, "}", ["line 1: str.format does not read it: Single '}' encountered in format string"]),
        (
            Dialect.JINJA,
            "{{ a|upper }}",
            ["line 1: {{ a|upper }} is more than a name, or names with dots between them"],
        ),
        (
            Dialect.JINJA,
            "{{ user.items }}",
            ["line 1: {{ user.items }} is more than a name, or names with dots between them"],
        ),
        (Dialect.JINJA, "\n{% set a = 1 %}", ["line 2: {% set a = 1 %} is neither an if of a name nor a for over one"]),
        (
            Dialect.JINJA,
            "{% if a == 1 %}{% endif %}",
            [
                "line 1: {% if a == 1 %} is neither an if of a name nor a for over one",
                "line 1: {% endif %} stands where nothing is open that it could belong to",
            ],
        ),
        (Dialect.JINJA, "{% for x in xs %}", ["a block of for is never ended"]),
        (Dialect.JINJA, "{{ a", ["line 1: {{ is never closed"]),
        (Dialect.GO, "{{.x", ["template: prompt:1: unclosed action"]),
    ],
)
def test_what_is_not_exact_is_said_with_its_line(dialect: Dialect, text: str, said: list[str]) -> None:
    assert problems(text, dialect) == said
