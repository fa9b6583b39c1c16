"""Writing JSON values as YAML in one way only, for a review: texts of several lines as they stand, nothing folded.

The same value is the same text in every release, whichever YAML library reads it; texts that YAML 1.1 takes for
something else (`no`, `12:30`) stand in quotes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from promptwire.wire.canonical import canonical_json

if TYPE_CHECKING:
    from promptwire.wire.canonical import JsonValue

_LONGEST_KEY: Final = 1000
"""Characters of a key that stands before its colon: YAML has 1,024."""
_WORDS: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_PLAIN: Final = re.compile(r"[^\W\d_](?:[^\s:#]|:(?=\S)|(?<=\S)#| (?=\S))*")
_ESCAPED: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What YAML takes for a line break, or refuses."""
_UNBLOCKED: Final = re.compile("[\x00-\x08\x0b-\x1f]")


def write_entry(key: str, value: JsonValue) -> str:
    """Write one `key: value`, with its last line break."""
    return "".join(f"{line}\n" for line in _entry(key, value))


def _entry(key: str, value: JsonValue) -> list[str]:
    name = _text(key)
    first, head = ([], f"{name}:") if len(name) <= _LONGEST_KEY else ([f"? {name}"], ":")
    if isinstance(value, str) and _is_block(value):
        header, lines = _block(value)
        return [*first, f"{head} {header}", *_indented(lines)]
    if value and isinstance(value, Mapping | list | tuple):
        return [*first, head, *_indented(_lines(value))]
    return [*first, f"{head} {_inline(value)}"]


def _lines(value: Mapping[str, JsonValue] | Sequence[JsonValue]) -> list[str]:
    if isinstance(value, Mapping):
        return [line for key, item in value.items() for line in _entry(key, item)]
    return [line for item in value for line in _item(item)]


def _item(value: JsonValue) -> list[str]:
    if isinstance(value, str) and _is_block(value):
        header, lines = _block(value)
        return [f"- {header}", *_indented(lines)]
    if value and isinstance(value, Mapping | list | tuple):
        first, *rest = _indented(_lines(value))
        return [f"-{first[1:]}", *rest]
    return [f"- {_inline(value)}"]


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"  {line}" if line else "" for line in lines]


def _inline(value: JsonValue) -> str:
    if isinstance(value, str):
        return _text(value)
    return canonical_json(value).decode()


def _text(text: str) -> str:
    is_plain = (
        _PLAIN.fullmatch(text) and text.lower() not in _WORDS and text.isprintable() and not _ESCAPED.search(text)
    )
    return text if is_plain else _ESCAPED.sub(_escaped, json.dumps(text, ensure_ascii=False))


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _is_block(text: str) -> bool:
    return "\n" in text and bool(text.strip()) and not _UNBLOCKED.search(text) and not _ESCAPED.search(text)


def _block(text: str) -> tuple[str, list[str]]:
    """Give the head of a literal block, and its lines."""
    kept = {False: "-", True: ""}[text.endswith("\n")] if not text.endswith("\n\n") else "+"
    indent = "2" if text[0] in " \t\n" else ""
    return f"|{indent}{kept}", text.removesuffix("\n").split("\n")
