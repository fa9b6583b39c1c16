"""Prompts as an application holds them."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextvars import ContextVar
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count
from time import monotonic
from typing import Any, Literal, TypeAlias

from promptwire.client.errors import UnsupportedPromptError
from promptwire.client.renderer import Renderer
from promptwire.client.variables import NO_VARIABLES, Variables
from promptwire.wire.anthropic import AnthropicMessages, for_anthropic
from promptwire.wire.content import Content, Kind

Source: TypeAlias = Literal["server", "disk", "bundle", "fallback"]
"""Where a copy came from."""


@dataclass(slots=True)
class Confirmation:
    """The moment (monotonic seconds) at which the server last said that a copy is what its reference means."""

    at: float
    max_stale: float = math.inf


class Uses:
    """How often a version was rendered through one reference; counted without a lock, and exactly."""

    __slots__ = ("_count", "_errors", "fail", "prompt_id", "tick")

    def __init__(self, prompt_id: str = "") -> None:
        self._count, self._errors = count(), count()
        self.tick: Callable[[], int] = self._count.__next__
        """Counts one render."""
        self.fail: Callable[[], int] = self._errors.__next__
        """Counts one render that failed."""
        self.prompt_id: str = prompt_id
        """The id of the prompt; empty for a fallback."""

    @property
    def renders(self) -> int:
        """Give the number of renders so far."""
        return _ticks(self._count)

    @property
    def errors(self) -> int:
        """Give the number of renders that failed so far."""
        return _ticks(self._errors)


def _ticks(counter: count[int]) -> int:
    return int(repr(counter)[6:-1])  # "count(7)": the only look at it that does not count


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One version of a prompt, as the server gave it; it never changes under the hands of who holds it."""

    slug: str
    team: str
    """The slug of the team that owns the prompt."""
    label: str | None
    """The label it was asked for by, if it was."""
    version: int
    """Its number; 0 for a fallback, which has none."""
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
    _content: Content = field(repr=False)
    _renderer: Renderer = field(repr=False, compare=False)
    _confirmation: Confirmation = field(repr=False, compare=False)
    _uses: Uses = field(repr=False, compare=False)

    @property
    def text(self) -> str:
        """Give the template as it was written, before any variable is filled in.

        Raises:
            UnsupportedPromptError: For a chat, which has no one text.
        """
        if self.kind == "chat" or self._content.template is None:
            raise UnsupportedPromptError.chat(f"{self.team}/{self.slug}", self.version)
        return self._content.template

    @property
    def model(self) -> str | None:
        """Give the model that the version is written for, if it says so."""
        return self._content.model

    @property
    def model_params(self) -> dict[str, Any]:
        """Give the parameters to call the model with: a copy, to change as you like."""
        return dict(_copy(self._content.model_params) or {})

    @property
    def tools(self) -> list[Any]:
        """Give the tools that the model may call, as its client takes them: a copy."""
        return list(_copy(self._content.tools) or [])

    @property
    def response_format(self) -> Any:  # noqa: ANN401 (JSON)
        """Give the format that the model must answer in, as its client takes it, or None: a copy."""
        return _copy(self._content.response_format)

    @property
    def input_schema(self) -> Any:  # noqa: ANN401 (JSON)
        """Give the JSON Schema of the variables, or None: a copy."""
        return _copy(self._content.input_schema)

    @property
    def age(self) -> float:
        """Give the seconds since the server last confirmed that this is what was asked for; infinity: not known."""
        return max(0.0, monotonic() - self._confirmation.at)

    @property
    def confirmed_at(self) -> float:
        """Give the moment (monotonic seconds) of the last confirmation; minus infinity if it is not known."""
        return self._confirmation.at

    @property
    def stale(self) -> bool:
        """Say whether the server has not confirmed it for longer than the client's `max_stale`."""
        return self.age > self._confirmation.max_stale

    def render(self, variables: Variables = NO_VARIABLES) -> str:
        """Fill the template with one mapping of variables.

        Raises:
            gotemplate.TemplateError: When a variable is missing or the template fails, with line and reason.
            VariablesError: When one is missing that the prompt's schema requires, or, with `strict`, one is unknown.
            UnsupportedPromptError: For a chat.
        """
        try:
            text = self._renderer.fill(variables)
        except Exception:
            self._uses.fail()
            raise
        self._uses.tick()
        in_use.set(self)
        if _remembers:
            _variables.set((self, variables))
        return text

    def messages(self, variables: Variables = NO_VARIABLES) -> list[Any]:
        """Fill a chat with one mapping of variables: the list of messages that OpenAI's client takes.

        Raises:
            gotemplate.TemplateError: As for `render`.
            promptwire.wire.chat_shape.ChatError: When a placeholder's messages are missing, or are none.
            VariablesError: As for `render`.
            UnsupportedPromptError: For a text.
        """
        try:
            messages = self._renderer.say(variables)
        except Exception:
            self._uses.fail()
            raise
        self._uses.tick()
        in_use.set(self)
        if _remembers:
            _variables.set((self, variables))
        return messages

    def anthropic(self, variables: Variables = NO_VARIABLES) -> AnthropicMessages:
        """Fill a chat: `messages` as Anthropic's client takes them, and `system` where the chat has such a text.

        Raises:
            ValueError: When a tool call's arguments are no JSON object; and as for `messages`.
        """
        return for_anthropic(self.messages(variables))


in_use: ContextVar[Prompt | None] = ContextVar("promptwire_in_use", default=None)
"""What was rendered last here: in this thread, task, or whatever else has a context of its own (`promptwire.otel`)."""

_remembers = False
_variables: ContextVar[tuple[Prompt, Variables] | None] = ContextVar("promptwire_variables", default=None)


def remember_variables() -> None:
    """Keep the variables of the last render beside its prompt, from now on: for who asked to have them on spans."""
    global _remembers  # noqa: PLW0603 (one switch for the process: a render has no time to ask its client)
    _remembers = True


def remembered_variables(prompt: Prompt) -> Variables:
    """Give the variables that a prompt was last rendered with here, if they are kept."""
    last = _variables.get()
    return last[1] if last is not None and last[0] is prompt else NO_VARIABLES


def _copy(value: object) -> Any:  # noqa: ANN401 (JSON)
    return deepcopy(value)
