"""What a version reads of the variables it is rendered with: from its templates, and from its placeholders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gotemplate import Demand, Need, Template, TemplateError, new_demands
from promptwire.domain import templates
from promptwire.domain.templates import parsed, sources
from promptwire.wire import chat_shape
from promptwire.wire.chat_shape import ChatError
from promptwire.wire.content import Content
from promptwire.wire.delivery import Numbers

MESSAGES = "messages"
"""What is done with the variable of a placeholder: its messages go on as they are."""
_MESSAGES_SCHEMA = {
    "type": "array",
    "items": {"type": "object", "properties": {"role": {"type": "string"}}, "required": ["role"]},
}


@dataclass(frozen=True, slots=True)
class Source:
    """A template of a version, and where it stands."""

    path: str
    """`template`, or `messages[2].content`."""
    template: Template


@dataclass(frozen=True, slots=True)
class Variable:
    """One value that a version reads."""

    path: str
    """`user.name`; `users[].name` for each element of a list, or each value of a mapping."""
    required: bool
    """Whether every render needs it (below `[]`: of each element)."""
    types: tuple[str, ...]
    """The JSON types that will do, the most likely first; empty where any will."""
    uses: tuple[str, ...]
    """What is done with it, as `gotemplate.Need` says it; `messages` for a placeholder."""
    values: tuple[str | int | float | bool, ...]
    """Constants it is compared with."""
    where: tuple[tuple[str, int], ...]
    """Where it is read: the path of the template, and the line in it, from 1."""

    @property
    def name(self) -> str:
        """Give the variable it belongs to."""
        return self.path.split(".", 1)[0].split("[", 1)[0]


class Reading:
    """What a content reads; makes of it what is asked for, once.

    Raises:
        gotemplate.TemplateError: When a template does not parse, or is too much to look at.
        ChatError: When the messages have not the shape of a chat.
    """

    def __init__(self, content: Content, numbers: Numbers = "exact") -> None:
        self.content = content
        self._numbers: Numbers = numbers
        items = chat_shape.parse(content.messages) if content.kind == "chat" else ()
        self._placeholders = [item for item in items if isinstance(item, chat_shape.Placeholder)]
        self.sources = tuple(self._source(one) for one in sources(content))

    def _source(self, one: templates.Source) -> Source:
        if one.path is None:
            return Source("template", parsed(one.text, self._numbers))
        return Source(f"{one.path}.content", Template.parse(one.text, name=one.path, numbers=self._numbers))

    @cached_property
    def placeholders(self) -> frozenset[str]:
        """The variables that hold the caller's messages."""
        return frozenset(item.name for item in self._placeholders)

    @cached_property
    def variables(self) -> tuple[Variable, ...]:
        """Every value that is read, in the order of the text, then the placeholders."""
        first, *others = self._templates
        found = [self._variable(need) for need in first.variables(*others)]
        known = {one.path for one in found}
        return (*found, *(one for one in self._of_placeholders() if one.path not in known))

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The same as a JSON Schema (draft 2020-12)."""
        first, *others = self._templates
        schema = first.input_schema(*others)
        for name in sorted(self.placeholders):
            schema.setdefault("properties", {})[name] = _MESSAGES_SCHEMA
            schema["required"] = [*(one for one in schema.get("required", ()) if one != name), name]
        return schema

    @cached_property
    def certain(self) -> frozenset[str]:
        """The paths without lists on them that every render needs, in mappings that every render needs."""
        required = {one.path for one in self.variables if one.required and "[]" not in one.path}
        return frozenset(path for path in required if all(above in required for above in parents(path)))

    def demands_beyond(self, old: Reading) -> tuple[tuple[str, Demand], ...]:
        """Give what this may fail on with variables that the old content was rendered with, and where.

        Raises:
            gotemplate.LimitError: When finding out takes too long.
        """
        found = new_demands([one.template for one in old.sources], [one.template for one in self.sources])
        return tuple((self.sources[one.template].path, one) for one in found)

    @property
    def _templates(self) -> Sequence[Template]:
        return [source.template for source in self.sources] or [parsed("", self._numbers)]

    def _variable(self, need: Need) -> Variable:
        where = tuple((self.sources[number].path, line) for number, line in need.lines)
        return Variable(need.path, need.required, need.types, need.uses, need.values, where)

    def _of_placeholders(self) -> Iterator[Variable]:
        for item in self._placeholders:
            yield Variable(item.name, True, ("array",), (MESSAGES,), (), ((item.path, 1),))


def names_read(content: Content) -> list[str] | None:
    """Name the variables that a content reads, in the order of the text; None where that cannot be told."""
    try:
        return list(dict.fromkeys(variable.name for variable in Reading(content).variables))
    except (TemplateError, ChatError):
        return None


def parents(path: str) -> Iterator[str]:
    """Give the paths that lead to a path, the longest first: of `users[].name` these are `users[]` and `users`."""
    while (cut := max(path.rfind("."), path.rfind("["))) > 0:
        path = path[:cut]
        yield path
