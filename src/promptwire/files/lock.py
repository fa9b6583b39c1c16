"""The lock file: what files and the registry last said alike, so that a later difference can be told from a change.

It is JSON, sorted, one prompt after the other, so that git merges it where two branches synchronised different prompts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from promptwire.files.errors import FileError
from promptwire.files.prompt_file import State
from promptwire.wire import fields
from promptwire.wire.canonical import JsonValue
from promptwire.wire.delivery import content_from_json

NAME: Final = "promptwire.lock"
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What was last the same of one prompt."""

    prompt_id: str
    version: int
    """The number of the version that it was; 0 where there was none."""
    state: State


@dataclass(frozen=True, slots=True)
class Lock:
    """What was last the same, by the path of the file below the folder, with `/` between its parts."""

    entries: Mapping[str, Entry] = field(default_factory=dict)

    def of_prompt(self, prompt_id: str) -> Entry | None:
        """Give what was last the same of a prompt, wherever its file is now."""
        return next((one for one in self.entries.values() if one.prompt_id == prompt_id), None)

    def changed(self, entries: Mapping[str, Entry | None]) -> Lock:
        """Give the lock with other entries; None removes one, and a prompt stands at its newest path only."""
        ids = {entry.prompt_id for entry in entries.values() if entry is not None}
        kept = {path: entry for path, entry in self.entries.items() if entry.prompt_id not in ids}
        merged = {**kept, **entries}
        return Lock({path: entry for path, entry in merged.items() if entry is not None})


def write_lock(lock: Lock) -> str:
    """Give the text of a lock."""
    prompts = {path: _as_json(entry) for path, entry in sorted(lock.entries.items())}
    return json.dumps({"format": _FORMAT, "prompts": prompts}, ensure_ascii=False, indent=1) + "\n"


def read_lock(text: str) -> Lock:
    """Read a lock.

    Raises:
        FileError: When it is none, or one of a later release.
    """
    try:
        return _lock(fields.mapping(json.loads(text), "the file"))
    except (ValueError, RecursionError) as error:
        raise FileError(f"it is no lock file: {error}") from None


def _lock(lock: Mapping[str, object]) -> Lock:
    if lock.get("format") != _FORMAT:
        raise ValueError(f"it has format {lock.get('format')!r}, which this release does not read")
    prompts = fields.mapping(lock.get("prompts"), "prompts")
    return Lock({path: _entry(value) for path, value in prompts.items()})


def joined(changes: Iterable[Mapping[str, Entry | None]]) -> dict[str, Entry | None]:
    """Put changes of a lock together, the later before the earlier."""
    found: dict[str, Entry | None] = {}
    for change in changes:
        found |= change
    return found


def _as_json(entry: Entry) -> JsonValue:
    content = entry.state.content
    said = {key: value for key, value in content.as_json().items() if value is not None}
    return {
        "id": entry.prompt_id,
        "version": entry.version,
        "hash": content.content_hash,
        "name": entry.state.name,
        "description": entry.state.description,
        "content": said,
    }


def _entry(value: object) -> Entry:
    entry = fields.mapping(value, "a prompt")
    content = content_from_json(entry.get("content"))
    if content.content_hash != fields.string(entry, "hash"):
        raise ValueError("a content is not what its hash says")
    state = State(name=fields.string(entry, "name"), description=fields.string(entry, "description"), content=content)
    return Entry(prompt_id=fields.string(entry, "id"), version=fields.integer(entry, "version"), state=state)
