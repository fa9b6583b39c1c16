"""The ways in which prompts are written elsewhere, and what each becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gotemplate import Template, TemplateError
from promptwire.imports import fstring, jinja, mustache
from promptwire.imports.go_text import GoText, Problem


class Dialect(StrEnum):
    """How templates are written where they come from."""

    GO = "go"
    """As here."""
    LITERAL = "literal"
    """No templates: every character comes out as it is."""
    MUSTACHE = "mustache"
    """`{{name}}`: Langfuse, MLflow, Phoenix."""
    FSTRING = "fstring"
    """`{name}`, as str.format reads it."""
    JINJA = "jinja"
    """`{{ name }}`, `{% if name %}`, `{% for x in names %}`, without filters."""


@dataclass(frozen=True, slots=True)
class Translation:
    """A Go template, or what could not be translated exactly."""

    text: str
    """Not to be used where there are problems."""
    problems: tuple[Problem, ...] = ()


def _literal(text: str, into: GoText) -> None:
    into.text(text)


_READERS: Final[Mapping[Dialect, Callable[[str, GoText], None]]] = {
    Dialect.LITERAL: _literal,
    Dialect.MUSTACHE: mustache.read,
    Dialect.FSTRING: fstring.read,
    Dialect.JINJA: jinja.read,
}


def translate(text: str, dialect: Dialect) -> Translation:
    """Give the Go template that says the same for every text and whole number, or why there is none."""
    if dialect is Dialect.GO:
        return _parsed(text)
    into = GoText()
    _READERS[dialect](text, into)
    if into.problems:
        return Translation("", tuple(into.problems))
    return _parsed(into.whole())


def _parsed(text: str) -> Translation:
    try:
        Template.parse(text)
    except TemplateError as error:
        return Translation("", (Problem(str(error)),))
    return Translation(text)
