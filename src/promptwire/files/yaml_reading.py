"""Reading YAML as JSON values: YAML 1.2's core schema, no aliases, no tags, each key once; and where each entry stands.

`no` is a word here, and `2024-01-01` and `12:30` are too: only null, true, false and numbers are more than texts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import yaml
from yaml.composer import Composer
from yaml.events import AliasEvent
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.resolver import BaseResolver
from yaml.scanner import Scanner

from promptwire.files.errors import FileError

if TYPE_CHECKING:
    from promptwire.wire.canonical import JsonValue

_MOST_LEVELS: Final = 200
_TAG: Final = "tag:yaml.org,2002:"
_CORE: Final = (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", list("-+.0123456789")),
)


class _Loader(Reader, Scanner, Parser, Composer, BaseResolver):
    """Composes nodes, and nothing else: no object is ever made of a tag."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - as the base has it

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)
        BaseResolver.__init__(self)

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:  # noqa: ANN401 - as the base has it
        """Refuse aliases: what a reviewer reads is what is meant."""
        if self.check_event(AliasEvent):
            raise FileError("aliases are not read: write it out", _line(self.peek_event().start_mark))  # type: ignore[no-untyped-call]  # its stubs leave it out
        return super().compose_node(parent, index)


for _name, _pattern, _first in _CORE:
    _Loader.add_implicit_resolver(f"{_TAG}{_name}", re.compile(f"(?:{_pattern})$"), _first)


@dataclass(frozen=True, slots=True)
class Entry:
    """One `key: value` of the outermost mapping."""

    key: str
    value: JsonValue
    start: int
    """Where its key begins, in characters of the text."""
    end: int
    """Behind the last line break of its value; comments and blank lines that follow are not part of it."""
    line: int
    """The line of its key, from 1."""


def read_entries(text: str) -> tuple[Entry, ...]:
    """Read a mapping.

    Raises:
        FileError: When it is no mapping of texts to JSON values, with the line.
    """
    try:
        root = _Loader(text).get_single_node()
        if root is None:
            return ()
        if not isinstance(root, yaml.MappingNode):
            raise FileError("the front matter must be a list of `key: value`", _line(root.start_mark))
        value = _mapping(root, 1)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        words = ", ".join(filter(None, (error.context, error.problem)))
        raise FileError(f"the front matter is no YAML: {words}", _line(mark) if mark else None) from None
    except yaml.YAMLError as error:
        raise FileError(f"the front matter is no YAML: {str(error).splitlines()[0]}") from None
    except RecursionError:
        raise FileError(f"the front matter is nested deeper than {_MOST_LEVELS} levels") from None
    nodes = root.value
    starts = [key.start_mark.index for key, _ in nodes[1:]] + [len(text)]
    return tuple(
        Entry(
            key.value,
            value[key.value],
            key.start_mark.index,
            max(_end(text, key.start_mark.index, following), _kept(node)),
            _line(key.start_mark),
        )
        for (key, node), following in zip(nodes, starts, strict=True)
    )


def _line(mark: yaml.Mark) -> int:
    return int(mark.line) + 1


def _end(text: str, start: int, following: int) -> int:
    """Give where an entry ends: before the blank lines and comments that lead to the next."""
    lines = text[start:following].splitlines(keepends=True)
    while len(lines) > 1 and (lines[-1] == "\n" or lines[-1].startswith("#")):
        lines.pop()
    return start + sum(map(len, lines))


def _kept(node: yaml.Node) -> int:
    """Give where the blank lines end that belong to a value, because its last text keeps them; else 0."""
    while isinstance(node, yaml.CollectionNode) and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(node, yaml.MappingNode) else last
    is_kept = isinstance(node, yaml.ScalarNode) and node.style in {"|", ">"} and node.value.endswith("\n\n")
    return int(node.end_mark.index) if is_kept else 0


def _value(node: yaml.Node, level: int) -> JsonValue:
    if level > _MOST_LEVELS:
        raise FileError(f"it is nested deeper than {_MOST_LEVELS} levels", _line(node.start_mark))
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, level)
    if isinstance(node, yaml.SequenceNode):
        _check_tag(node, "seq")
        return [_value(item, level + 1) for item in node.value]
    return _scalar(node)


def _mapping(node: yaml.MappingNode, level: int) -> Mapping[str, JsonValue]:
    _check_tag(node, "map")
    found: dict[str, JsonValue] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.tag != f"{_TAG}str":
            raise FileError("a key must be a text: put it in quotes", _line(key.start_mark))
        if key.value in found:
            raise FileError(f"the key {key.value!r} stands twice", _line(key.start_mark))
        found[key.value] = _value(value, level + 1)
    return found


def _scalar(node: yaml.Node) -> JsonValue:
    text: str = node.value
    match node.tag.removeprefix(_TAG):
        case "str":
            return text
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int":
            return _integer(text, node)
        case "float":
            return _float(text, node)
    raise FileError(f"the tag {node.tag} is not read", _line(node.start_mark))


def _integer(text: str, node: yaml.Node) -> int:
    try:
        return int(text, 0) if text[:2] in {"0o", "0x"} else int(text)
    except ValueError:
        raise FileError("the number has too many digits", _line(node.start_mark)) from None


def _float(text: str, node: yaml.Node) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise FileError(f"the number {text} is too large", _line(node.start_mark))
    return number


def _check_tag(node: yaml.Node, kind: str) -> None:
    if node.tag != f"{_TAG}{kind}":
        raise FileError(f"the tag {node.tag} is not read", _line(node.start_mark))
