"""What fills a prompt in: parsed at its first use, once for all prompts that have the same content."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any, NoReturn, TypeAlias

from promptwire.client.errors import UnsupportedPromptError, VariablesError
from promptwire.client.variables import Variables
from promptwire.wire.chat import Chat
from promptwire.wire.chat_shape import Placeholder, parse
from promptwire.wire.delivery import Resolved

Fill: TypeAlias = Callable[[Variables], str]
Say: TypeAlias = Callable[[Variables], list[Any]]


class Renderer:
    """Fills one version in. `fill` and `say` are attributes, not methods, so that a render costs one call less."""

    __slots__ = ("_resolved", "_strict", "fill", "say")

    def __init__(self, resolved: Resolved, *, strict: bool) -> None:
        self._resolved = resolved
        self._strict = strict
        self.fill: Fill = self._first_fill
        """Gives the text of a text prompt."""
        self.say: Say = self._first_say
        """Gives the messages of a chat."""

    def suits(self, resolved: Resolved) -> bool:
        """Say whether it would fill this version in the same way."""
        mine = self._resolved
        return (
            mine.version_id == resolved.version_id
            and mine.content_hash == resolved.content_hash
            and mine.numbers == resolved.numbers
        )

    @property
    def ready(self) -> bool:
        """Whether it was used."""
        return self.fill != self._first_fill or self.say != self._first_say

    def prepare(self) -> None:
        """Parse now, for a prompt that is in use; what is wrong is told at each render."""
        try:
            if self._resolved.content.kind == "chat":
                self.say = self._chat()
            else:
                self.fill = self._text()
        except Exception:  # noqa: BLE001 (whatever it is, who renders gets it)
            return

    def _first_fill(self, variables: Variables) -> str:
        self.fill = fill = self._text()
        return fill(variables)

    def _first_say(self, variables: Variables) -> list[Any]:
        self.say = say = self._chat()
        return say(variables)

    def _text(self) -> Fill:
        resolved = self._resolved
        text = resolved.content.template
        if resolved.content.kind == "chat" or text is None:
            raise UnsupportedPromptError.chat(f"{resolved.team}/{resolved.slug}", resolved.version)
        from gotemplate import Template  # noqa: PLC0415 (it is half the time of `import promptwire`)

        template = Template.parse(text, name=resolved.slug, numbers=resolved.numbers)
        return self._checked(template.render, _names(template.input_schema()) if self._strict else None)

    def _chat(self) -> Say:
        resolved = self._resolved
        if resolved.content.kind != "chat":
            raise UnsupportedPromptError.text(f"{resolved.team}/{resolved.slug}", resolved.version)
        from gotemplate import Template  # noqa: PLC0415 (the same)

        known: set[str] | None = set() if self._strict else None

        def fill_of(text: str, path: str) -> Fill:
            template = Template.parse(text, name=path, numbers=resolved.numbers)
            nonlocal known
            known = _joined(known, _names(template.input_schema())) if self._strict else None
            return template.render

        items = parse(resolved.content.messages)
        chat = Chat(items, fill_of)
        known = _joined(known, {item.name for item in items if isinstance(item, Placeholder)})
        return self._checked(chat.render, known)

    def _checked(self, render: Callable[[Variables], Any], known: Collection[str] | None) -> Callable[[Variables], Any]:
        """Check the names before: missing ones that the prompt's schema requires, unknown ones in strict mode."""
        schema = self._resolved.content.input_schema
        required, properties = _declared(schema)
        if known is not None:
            known = frozenset(known) | properties
        if not required and known is None:
            return render
        name = f"{self._resolved.team}/{self._resolved.slug}"
        return partial(_after_check, render, _Names(name, self._resolved.version, required, known))


class _Names:
    """The names of the variables that a version takes."""

    __slots__ = ("known", "prompt", "required", "version")

    def __init__(self, prompt: str, version: int, required: frozenset[str], known: Collection[str] | None) -> None:
        self.prompt = prompt
        self.version = version
        self.required = required
        self.known = known

    def refuse(self, variables: Variables) -> NoReturn:
        missing = sorted(self.required - variables.keys())
        unknown = sorted(map(str, variables.keys() - set(self.known))) if self.known is not None else []
        words = [
            f"{what} {', '.join(names)}" for what, names in (("misses", missing), ("does not know", unknown)) if names
        ]
        raise VariablesError(
            f"version {self.version} of prompt {self.prompt!r} {' and '.join(words)}", missing=missing, unknown=unknown
        )


def _after_check(render: Callable[[Variables], Any], names: _Names, variables: Variables) -> Any:  # noqa: ANN401 (text or messages)
    given = variables.keys()
    if not names.required <= given or (names.known is not None and not given <= set(names.known)):
        names.refuse(variables)
    return render(variables)


def _names(schema: Mapping[str, Any]) -> set[str] | None:
    """Give the names that a template reads; None where it reads whatever there is."""
    return None if "additionalProperties" in schema else set(schema.get("properties", ()))


def _joined(one: set[str] | None, other: set[str] | None) -> set[str] | None:
    return None if one is None or other is None else one | other


def _declared(schema: object) -> tuple[frozenset[str], frozenset[str]]:
    if not isinstance(schema, Mapping):
        return frozenset(), frozenset()
    required, properties = schema.get("required"), schema.get("properties")
    return (
        frozenset(map(str, required)) if isinstance(required, list) else frozenset(),
        frozenset(map(str, properties)) if isinstance(properties, Mapping) else frozenset(),
    )
