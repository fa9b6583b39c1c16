"""Reading a prompt file: front matter between two lines of `---`, and below it the template."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from promptwire.domain.drafts import Draft
from promptwire.domain.errors import InvalidInput
from promptwire.domain.labels import check_label
from promptwire.domain.texts import check_description, check_name, normalize_slug
from promptwire.files import body
from promptwire.files.errors import FileError, Unresolved
from promptwire.files.prompt_file import PromptFile, State
from promptwire.files.yaml_reading import Entry, read_entries
from promptwire.wire.content import Content

if TYPE_CHECKING:
    from promptwire.wire.canonical import JsonValue

CALL_KEYS: Final = ("model", "model_params", "tools", "response_format", "input_schema")
KEYS: Final = ("name", "slug", "description", "labels", *CALL_KEYS, *body.KEYS, "messages")
"""All that the front matter may say, in the order in which it is written."""
_BOM: Final = "\ufeff"
_CLOSING: Final = re.compile(r"^---[ \t]*$", re.MULTILINE)
_MARKS: Final = ("<<<<<<< ", "=======", ">>>>>>> ")


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a file, and what its bytes were like."""

    text: str
    """With a line feed at the end of each line."""
    crlf: bool = False
    bom: bool = False

    def encoded(self, text: str) -> bytes:
        """Give the bytes of another text, in the manner of this one."""
        lines = text.replace("\n", "\r\n") if self.crlf else text
        return f"{_BOM if self.bom else ''}{lines}".encode()


@dataclass(frozen=True, slots=True)
class Parsed:
    """A prompt file, and where in it things stand."""

    file: PromptFile
    entries: tuple[Entry, ...]
    """Those of the front matter; their places are in characters of it."""
    front: tuple[int, int]
    """Where the front matter begins and ends in the text; both 0 where there is none."""
    body: int
    """Where the body begins in the text."""
    body_line: int
    """The line of the file, from 1, on which the template begins."""

    def line_of(self, key: str) -> int | None:
        """Give the line of a key of the front matter, or of what it holds (`messages[0].content`)."""
        outermost = re.split(r"[.\[]", key, maxsplit=1)[0]
        return next((entry.line for entry in self.entries if entry.key == outermost), None)


def decode(data: bytes) -> Source:
    """Read the bytes of a file.

    Raises:
        FileError: When they are not UTF-8.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise FileError("it is not UTF-8", data[: error.start].count(b"\n") + 1) from None
    bare = text.removeprefix(_BOM)
    lf = bare.replace("\r\n", "\n")
    return Source(lf, crlf="\n" in bare and bare.count("\r\n") == bare.count("\n"), bom=bare != text)


def is_conflicted(text: str) -> bool:
    """Tell whether a text holds both sides of a conflict, as `pull` and git write them."""
    return _conflict(text) is not None


def read(text: str, stem: str, *, known: str = "") -> Parsed:
    """Read a prompt file.

    Args:
        text: What it holds, with a line feed at the end of each line (`decode`).
        stem: Its name without `.prompt.md`, which is the name of the prompt where the file has no other.
        known: A text that may hold what looks like a conflict, because it stood there before anybody edited.

    Raises:
        Unresolved: When it holds both sides of a conflict.
        FileError: When it is no prompt, with the line.
    """
    line = _conflict(text)
    if line is not None and not is_conflicted(known):
        raise Unresolved("both sides of a conflict stand here: keep what is right, and remove the marks", line)
    front, at = _front(text)
    entries = _entries(text, front)
    parsed = Parsed(_NOTHING, entries, front, at, 0)
    keys = {entry.key: entry.value for entry in entries}
    try:
        file = _file(keys, text[at:], stem)
    except InvalidInput as error:
        raise FileError(error.message, parsed.line_of(error.field or "")) from None
    except FileError as error:
        named = next((key for key in keys if re.search(rf"\b{re.escape(key)}\b", error.reason)), "")
        raise FileError(error.reason, error.line or parsed.line_of(named)) from None
    return Parsed(file, entries, front, at, _body_line(text, at, parsed, file))


_NOTHING: Final = PromptFile(state=State(name="", content=Content()))


def _conflict(text: str) -> int | None:
    """Give the line on which a conflict begins, from 1."""
    began, seen = 0, 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith(_MARKS[0]):
            began, seen = number, 1
        elif seen == 1 and line == _MARKS[1]:
            seen = 2
        elif seen == 2 and line.startswith(_MARKS[2]):  # noqa: PLR2004 - the marks that were seen
            return began
    return None


def _front(text: str) -> tuple[tuple[int, int], int]:
    """Give where the front matter begins and ends, and where the body begins."""
    first = _CLOSING.match(text)
    if first is None:
        return (0, 0), 0
    start = min(first.end() + 1, len(text))
    closing = _CLOSING.search(text, start)
    if closing is None:
        raise FileError("the front matter that begins here never ends: it ends with a line of ---", 1)
    return (start, closing.start()), min(closing.end() + 1, len(text))


def _entries(text: str, front: tuple[int, int]) -> tuple[Entry, ...]:
    try:
        entries = read_entries(text[slice(*front)])
    except FileError as error:
        raise FileError(error.reason, None if error.line is None else error.line + 1) from None
    moved = tuple(Entry(one.key, one.value, one.start, one.end, one.line + 1) for one in entries)
    for entry in moved:
        if entry.key not in KEYS:
            close = get_close_matches(entry.key, KEYS, 1)
            hint = f": did you mean {close[0]}?" if close else f"; there are {', '.join(KEYS)}"
            raise FileError(f"there is no key {entry.key!r}{hint}", entry.line)
    return moved


def _file(keys: Mapping[str, JsonValue], text: str, stem: str) -> PromptFile:
    name = keys.get("name", stem)
    if not isinstance(name, str):
        raise FileError("name must be a text: put it in quotes")
    description = keys.get("description") or ""
    if not isinstance(description, str):
        raise FileError("description must be a text: put it in quotes")
    slug = keys.get("slug")
    if slug is not None and not isinstance(slug, str):
        raise FileError("slug must be a text: put it in quotes")
    return PromptFile(
        state=State(name=check_name(name), description=check_description(description), content=_content(keys, text)),
        slug=None if slug is None else normalize_slug(slug),
        labels=_labels(keys.get("labels")),
    )


def _labels(value: JsonValue) -> tuple[str, ...]:
    labels = [] if value is None else value
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise FileError("labels must be a list of texts: put a number in quotes")
    return tuple(dict.fromkeys(check_label(str(label), "labels") for label in labels))


def _content(keys: Mapping[str, JsonValue], text: str) -> Content:
    said = {key: keys[key] for key in body.KEYS if key in keys}
    fields = {key: keys[key] for key in CALL_KEYS if key in keys}
    messages = keys.get("messages")
    template = body.read_body(said, text)
    if messages is None:
        if template is None:
            raise FileError("there is no template: it stands below the front matter, or messages in it")
        return Draft({**fields, "kind": "text", "template": template}).content()
    if template is not None:
        raise FileError("messages stand in the front matter and a template too: a prompt is one of them")
    return Draft({**fields, "kind": "chat", "messages": messages}).content()


def _body_line(text: str, at: int, parsed: Parsed, file: PromptFile) -> int:
    in_front = parsed.line_of("template") or parsed.line_of("messages")
    if in_front is not None or file.state.content.kind == "chat":
        return in_front or 1
    blank = len(text[at:]) - len(text[at:].lstrip("\n"))
    return text.count("\n", 0, at) + blank + 1
