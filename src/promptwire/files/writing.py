"""Writing a prompt file: one text for one prompt, and changes of a file that leave the rest of it as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from promptwire.files.body import Body, write_body
from promptwire.files.errors import FileError
from promptwire.files.prompt_file import PromptFile
from promptwire.files.reading import CALL_KEYS, KEYS, Parsed, read
from promptwire.files.yaml_writing import write_entry
from promptwire.wire.chat_shape import parse

if TYPE_CHECKING:
    from promptwire.wire.canonical import JsonValue


def write(file: PromptFile) -> str:
    """Give the text of a file that says this, in the one way in which it is written."""
    front, body = parts(file)
    return f"---\n{''.join(front.values())}---\n{body}"


def parts(file: PromptFile) -> tuple[dict[str, str], str]:
    """Give the text of each entry of the front matter, by its key and in order, and the body."""
    values, body = _values(file)
    return {key: write_entry(key, values[key]) for key in KEYS if key in values}, body


def edit(text: str, parsed: Parsed, file: PromptFile, stem: str) -> str:
    """Give the text of a file changed to say something else; what does not change keeps its form and its comments.

    Where that cannot be done, the whole of it is written anew.
    """
    now, _ = _values(parsed.file)
    wanted, _ = _values(file)
    front, body = parts(file)
    changed = {key: front.get(key) for key in KEYS if now.get(key) != wanted.get(key)}
    is_same_body = _template(parsed.file) == _template(file)
    edited = replace(text, parsed, changed, None if is_same_body else body)
    try:
        found = read(edited, stem, known=edited).file
    except FileError:
        return write(file)
    same = found.state.is_like(file.state) and (found.slug, found.labels) == (file.slug, file.labels)
    return edited if same else write(file)


def replace(text: str, parsed: Parsed, entries: Mapping[str, str | None], body: str | None) -> str:
    """Put other texts in the place of entries, None for no entry, and of the body, None for the one that is there."""
    start, end = parsed.front
    front = text[start:end]
    for at, until, entry in sorted((_place(parsed, key, entry) for key, entry in entries.items()), reverse=True):
        front = front[: at[0]] + entry + front[until:]
    opening, closing = ("---\n", "---\n") if start == 0 else (text[:start], text[end : parsed.body])
    closing = f"{closing.removesuffix(chr(10))}\n"
    old = text[parsed.body :]
    if body is None:
        return f"{opening}{front}{closing}{old}"
    blank = old[: len(old) - len(old.lstrip("\n"))] if old.strip("\n") else ""
    return f"{opening}{front}{closing}{blank if body else ''}{body}"


def _place(parsed: Parsed, key: str, entry: str | None) -> tuple[tuple[int, int], int, str]:
    """Give where an entry goes: its place and its rank among those that go there, and the end of what it replaces."""
    rank = KEYS.index(key)
    there = next((one for one in parsed.entries if one.key == key), None)
    if there is not None:
        return (there.start, rank), there.end, entry or ""
    at = max((one.end for one in parsed.entries if KEYS.index(one.key) < rank), default=0)
    return (at, rank), at, entry or ""


def _values(file: PromptFile) -> tuple[dict[str, JsonValue], str]:
    """Give what the front matter says, and the body."""
    state, content = file.state, file.state.content
    body = write_body(content.template or "") if content.kind == "text" else Body({}, "")
    said: dict[str, JsonValue] = {
        "name": state.name,
        "slug": file.slug,
        "description": state.description or None,
        "labels": list(file.labels) or None,
        **{key: getattr(content, key) for key in CALL_KEYS},
        "messages": _messages(content.messages),
        **body.keys,
    }
    return {key: value for key, value in said.items() if value is not None}, body.text


def _messages(messages: JsonValue) -> JsonValue:
    """Give messages with their members in one order."""
    return None if messages is None else [item.as_json() for item in parse(messages)]


def _template(file: PromptFile) -> str | None:
    return file.state.content.template
