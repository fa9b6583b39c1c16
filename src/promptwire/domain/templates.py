"""Templates as the registry uses them: checked when written, parsed once, rendered within bounds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from gotemplate import LimitError, Template, TemplateError
from promptwire.domain.errors import InvalidInput, InvalidTemplate, RenderFailed, RenderLimitExceeded
from promptwire.wire.canonical import JsonValue
from promptwire.wire.delivery import Numbers

_PARSED_AT_MOST = 256


def check_template(text: str) -> None:
    """Let a template be stored if it parses.

    Raises:
        InvalidInput: When it holds a NUL, which PostgreSQL cannot store.
        InvalidTemplate: Naming line and reason, in Go's words.
    """
    if "\0" in text:
        raise InvalidInput("template must not contain NUL characters", "template")
    try:
        Template.parse(text, name="")
        parsed(text)  # under the name it renders with: `{{define "prompt"}}` clashes only then
    except TemplateError as error:
        raise InvalidTemplate(str(error), error.line) from None


@lru_cache(maxsize=_PARSED_AT_MOST)
def parsed(text: str, numbers: Numbers = "exact") -> Template:
    """Give the parsed template of a text; a text never changes, so neither does what is kept of it."""
    return Template.parse(text, numbers=numbers)


def variables_of(text: str) -> list[str] | None:
    """Name the variables that a template reads, in the order of the text; None where it does not parse."""
    try:
        needs = parsed(text).variables()
    except TemplateError:
        return None
    return list(dict.fromkeys(re.split(r"[.\[]", need.path, maxsplit=1)[0] for need in needs if need.path))


def render(text: str, variables: Mapping[str, JsonValue], numbers: Numbers = "exact") -> str:
    """Fill a template with variables.

    Raises:
        RenderLimitExceeded: When it needs more than its limits allow.
        RenderFailed: When it does not parse, or fails with these variables.
    """
    try:
        return parsed(text, numbers).render(variables)
    except LimitError as error:
        raise RenderLimitExceeded(str(error), error.line) from None
    except TemplateError as error:
        raise RenderFailed(str(error), error.line) from None
