"""Prompts as an application holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from types import MappingProxyType
from typing import Literal, TypeAlias

from promptwire.client.errors import UnsupportedPromptError
from promptwire.client.renderer import Renderer
from promptwire.wire.content import Kind

Source: TypeAlias = Literal["server"]
"""Where a copy came from."""

NO_VARIABLES: Mapping[str, object] = MappingProxyType({})


@dataclass(slots=True)
class Confirmation:
    """The moment (monotonic seconds) at which the server last said that a copy is what its reference means."""

    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One version of a prompt, as the server gave it; it never changes under the hands of who holds it."""

    slug: str
    team: str
    """The slug of the team that owns the prompt."""
    version: int
    status: str
    """What the version was when it was delivered: `draft`, `stable`, `live` or `archived`."""
    labels: tuple[str, ...]
    """Every label on the version, in ascending order."""
    kind: Kind
    content_hash: str
    """The SHA-256 of the content, in hexadecimal."""
    source: Source = "server"
    withdrawn: bool = False
    """Whether the server has since said that it is no longer to be had: the label or the key is gone, for one."""
    _text: str | None = field(repr=False)
    _renderer: Renderer = field(repr=False, compare=False)
    _confirmation: Confirmation = field(repr=False, compare=False)

    @property
    def text(self) -> str:
        """Give the template as it was written, before any variable is filled in.

        Raises:
            UnsupportedPromptError: For a chat, which has no one text.
        """
        if self._text is None:
            raise UnsupportedPromptError.chat(f"{self.team}/{self.slug}", self.version)
        return self._text

    @property
    def age(self) -> float:
        """Give the seconds since the server last confirmed that this is what was asked for."""
        return max(0.0, monotonic() - self._confirmation.at)

    def render(self, variables: Mapping[str, object] = NO_VARIABLES) -> str:
        """Fill the template with one mapping of variables.

        Raises:
            gotemplate.TemplateError: When a variable is missing or the template fails, with line and reason.
            UnsupportedPromptError: For a chat.
        """
        return self._renderer.render(variables)
