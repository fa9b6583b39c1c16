"""The body of a prompt file: a template as it stands, but for what editors and git change without asking.

Blank lines before and after it, and whether lines end in CRLF, are said in the front matter where they matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from promptwire.files.errors import FileError

if TYPE_CHECKING:
    from promptwire.wire.canonical import JsonValue

KEYS: Final = ("line_endings", "leading_newlines", "trailing_newlines", "template")
"""What the front matter may say of the body, in the order in which it is written."""
_MOST: Final = 262_144


@dataclass(frozen=True, slots=True)
class Body:
    """A template in a file: what the front matter says of it, and the text below, with its last line break."""

    keys: Mapping[str, JsonValue]
    text: str


def write_body(template: str) -> Body:
    """Put a template into a file, so that `read_body` gives it back."""
    keys: dict[str, JsonValue] = {}
    text = template
    if "\r" in template:
        text = template.replace("\r\n", "\n")
        if "\r" in text or text.replace("\n", "\r\n") != template:
            return Body({"template": template}, "")
        keys["line_endings"] = "crlf"
    core = text.strip("\n")
    leading = len(text) - len(text.lstrip("\n")) if core else 0
    trailing = len(text) - leading - len(core)
    if leading:
        keys["leading_newlines"] = leading
    if trailing:
        keys["trailing_newlines"] = trailing
    return Body(keys, f"{core}\n" if core else "")


def read_body(keys: Mapping[str, JsonValue], text: str) -> str | None:
    """Give the template; None where there is none.

    Raises:
        FileError: When the front matter says something else of it than may be said.
    """
    core = text.strip("\n")
    if "template" in keys:
        template = keys["template"]
        if not isinstance(template, str):
            raise FileError("template must be a text")
        if core:
            raise FileError("the template stands in the front matter and in the body: give one of them")
        return template
    found = "\n" * _count(keys, "leading_newlines") + core + "\n" * _count(keys, "trailing_newlines")
    endings = keys.get("line_endings", "lf")
    if endings not in ("lf", "crlf"):
        raise FileError("line_endings must be lf or crlf")
    return (found.replace("\n", "\r\n") if endings == "crlf" else found) or None


def _count(keys: Mapping[str, JsonValue], name: str) -> int:
    count = keys.get(name, 0)
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= _MOST:
        raise FileError(f"{name} must be a whole number from 0 up")
    return count
