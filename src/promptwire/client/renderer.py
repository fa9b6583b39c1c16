"""What fills a prompt's text: the engine's template, or something that says why there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import NoReturn, Protocol

from promptwire.client.errors import UnsupportedPromptError
from promptwire.wire.delivery import Resolved


class Renderer(Protocol):
    """Fills a text with variables."""

    def render(self, variables: Mapping[str, object], /) -> str:
        """Give the text."""
        ...


def renderer_of(resolved: Resolved) -> Renderer:
    """Make ready to render a version: parse its template once, so that no read has to."""
    from gotemplate import Template, TemplateError  # noqa: PLC0415 (it is half the time of `import promptwire`)

    text = resolved.content.template
    if resolved.content.kind == "chat" or text is None:
        return _Failing(partial(_refuse_chat, f"{resolved.team}/{resolved.slug}", resolved.version))
    parse = partial(Template.parse, text, name=resolved.slug, numbers=resolved.numbers)
    try:
        return parse()
    except TemplateError:
        return _Failing(parse)  # it fails again, with a traceback of its own, at each render


class _Failing:
    def __init__(self, fail: Callable[[], object]) -> None:
        self._fail = fail

    def render(self, _variables: Mapping[str, object], /) -> NoReturn:
        self._fail()
        raise AssertionError("what has no template cannot be rendered")


def _refuse_chat(name: str, version: int) -> NoReturn:
    raise UnsupportedPromptError.chat(name, version)
