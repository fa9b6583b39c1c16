"""Templates that are ready to be filled on the event loop, for as long as that holds nobody up."""

from __future__ import annotations

from collections.abc import Mapping

from gotemplate import LimitError, Limits, Template, TemplateError
from promptwire.domain.errors import RenderFailed
from promptwire.wire.canonical import JsonValue
from promptwire.wire.delivery import Numbers

QUICK = Limits(steps=3_000, output_bytes=256 * 1024, string_chars=64 * 1024, seconds=0.002)
"""What a render may cost on the event loop, about a millisecond; what needs more starts anew, elsewhere."""
MAX_TEXT = 64 * 1024
"""Characters of a template that is made ready at all."""
MAX_CODE = 8 * 1024
"""Characters inside the actions of a template that is made ready: they are what parsing takes its time for."""
_PASSED_OVER = 16
"""Renders that go elsewhere at once after one that was too much, before the event loop is tried again."""


class Slow(Exception):
    """The render needs more than the event loop may give it."""


class Ready:
    """A template to be filled at once, if it turns out to be quick."""

    __slots__ = ("_pass_over", "_template")

    def __init__(self, template: Template) -> None:
        self._template = template
        self._pass_over = 0

    def render(self, variables: Mapping[str, JsonValue]) -> str:
        """Fill the template.

        Raises:
            Slow: When it must be done elsewhere.
            RenderFailed: When it fails with these variables.
        """
        if self._pass_over:
            self._pass_over -= 1
            raise Slow
        try:
            return self._template.render(variables)
        except LimitError:
            self._pass_over = _PASSED_OVER
            raise Slow from None
        except TemplateError as error:
            raise RenderFailed(str(error), error.line) from None


class Unready:
    """A template that is never filled on the event loop: too large, or none at all."""

    def render(self, _: Mapping[str, JsonValue]) -> str:
        """Say that it must be done elsewhere.

        Raises:
            Slow: Always.
        """
        raise Slow


def prepare(text: str, numbers: Numbers) -> Ready | Unready:
    """Make a template ready; takes some milliseconds, and so belongs into a thread."""
    if len(text) > MAX_TEXT or _code(text) > MAX_CODE:
        return Unready()
    try:
        return Ready(Template.parse(text, numbers=numbers, limits=QUICK))
    except TemplateError:
        return Unready()


def _code(text: str) -> int:
    """Count the characters inside `{{` and `}}`, about."""
    return sum(len(piece.partition("}}")[0]) for piece in text.split("{{")[1:])
