"""Conflicts: a file that holds both sides of what two people changed, for somebody to settle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from promptwire.files.body import KEYS as BODY_KEYS
from promptwire.files.merging import Merged, merged_lines
from promptwire.files.prompt_file import PromptFile, State
from promptwire.files.reading import KEYS, Parsed, read
from promptwire.files.writing import parts, write
from promptwire.files.writing import replace as replace_in

_TEXT_KEYS: Final = (*BODY_KEYS, "messages")
_HERE: Final = "<<<<<<< here\n"
_BETWEEN: Final = "=======\n"


@dataclass(frozen=True, slots=True)
class _Texts:
    """A part of the file as it was last, as it is here, and as it is there; `base` is None where nobody knows."""

    base: str | None
    here: str
    there: str


def conflicted(text: str, parsed: Parsed, merged: Merged, sides: tuple[State | None, State, str]) -> str:
    """Give the text of a file with what could be merged, and with both sides of what could not.

    Args:
        text: What the file holds.
        parsed: What it says.
        merged: What came of the merge.
        sides: What was last the same, what the server says, and what to call that.
    """
    base, there, name = sides
    if not _has_lines(text, parsed):
        text = write(parsed.file)
        parsed = read(text, "", known=text)
    now = replace(parsed.file, state=merged.state)
    files = [replace(now, state=state) if state else None for state in (base, merged.state, there)]
    (entries, body), (entries_there, body_there) = (parts(file) for file in files[1:] if file)
    entries_base, body_base = parts(files[0]) if files[0] else (None, None)
    texts = {
        key: _Texts(
            entries_base.get(key, "") if entries_base else None, entries.get(key, ""), entries_there.get(key, "")
        )
        for key in KEYS
    }
    keys = _keys(merged.conflicts)
    before, _ = parts(parsed.file)
    changed = {key: texts[key].here for key in KEYS if before.get(key, "") != texts[key].here}
    changed |= {key: _marked(texts[key], name) for key in keys if texts[key].here != texts[key].there}
    if "text" not in merged.conflicts:
        return replace_in(text, parsed, changed, None if _says_same(parsed.file, now) else body)
    return replace_in(text, parsed, changed, _marked(_Texts(body_base, body, body_there), name))


def _has_lines(text: str, parsed: Parsed) -> bool:
    """Tell whether each entry begins a line, so that marks can stand around it."""
    start = parsed.front[0]
    return all(one.start == 0 or text[start + one.start - 1] == "\n" for one in parsed.entries)


def _keys(conflicts: Iterable[str]) -> list[str]:
    found: list[str] = []
    for field in conflicts:
        found += _TEXT_KEYS if field == "text" else [field]
    return found


def _says_same(one: PromptFile, other: PromptFile) -> bool:
    return one.state.content.template == other.state.content.template


def _marked(texts: _Texts, name: str) -> str:
    """Put marks around what both changed; around all of it where the lines say nothing."""
    if texts.here == texts.there:
        return texts.here
    after = f">>>>>>> {name}\n"
    chunks = merged_lines(texts.base, texts.here, texts.there)
    if not any(chunk.is_conflict for chunk in chunks):
        return f"{_HERE}{_ended(texts.here)}{_BETWEEN}{_ended(texts.there)}{after}"
    return "".join(
        f"{_HERE}{_ended(''.join(chunk.here))}{_BETWEEN}{_ended(''.join(chunk.there))}{after}"
        if chunk.is_conflict
        else _ended("".join(chunk.merged))
        for chunk in chunks
    )


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"
