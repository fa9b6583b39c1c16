"""Searching the prompts of a team: what is looked for, where, and in which order it is listed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TypeAlias

from promptwire.domain.errors import InvalidInput
from promptwire.domain.pages import Cut, Moment, Named
from promptwire.domain.prompts import Prompt, PromptStatus
from promptwire.domain.texts import MAX_NAME, fold
from promptwire.domain.versions import Status
from promptwire.wire.content import Content

MAX_QUERY = 200
"""Characters that may be looked for."""
MAX_WORDS = 10
MAX_EXCERPT = 160
"""Characters of a line that are shown of a text that was found."""
MAX_SEARCHED = 262_144
"""Characters of one text that are looked through: as many as a text may have."""
SEPARATOR = "/"
"""What makes folders of the names of prompts."""

AnyPlace: TypeAlias = Moment | Named | int


class Sort(Enum):
    """The order of a list of prompts."""

    CREATED = "created"
    """Newest first."""
    CHANGED = "changed"
    """What was changed last first, by anything that the change log tells of it."""
    NAME = "name"
    """By name, without its case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which prompts of a team to list; what is not given does not limit."""

    words: tuple[str, ...] = ()
    """Folded. Each must stand in the prompt's names or in the text of one and the same version of it."""
    status: PromptStatus | None = None
    version_status: Status | None = None
    """Those with a version in it."""
    label: str | None = None
    """Those in which it leads to a version; `live` is the status."""
    author_id: str | None = None
    """Those that a person or a key made, or wrote a version of."""
    folder: str | None = None
    """Those in it, and in the folders in it."""
    sort: Sort = Sort.CREATED
    cut: Cut[AnyPlace] | None = None

    @property
    def is_about_versions(self) -> bool:
        """Tell whether it takes looking at versions beyond those that a label leads to."""
        return bool(self.words or self.version_status or self.author_id)


@dataclass(frozen=True, slots=True)
class Hit:
    """A prompt that was listed, and its place there."""

    prompt: Prompt
    place: AnyPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """The version of a prompt with the highest number."""

    number: int
    status: Status
    author: tuple[str, str]
    """Kind and id."""
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What a list says of a prompt beside its names."""

    versions: int = 0
    newest: Newest | None = None
    live: int | None = None
    """The number of the live version."""
    labels: Sequence[tuple[str, int]] = ()
    """Each with the number of its version, in ascending order by code point."""
    changed_at: datetime | None = None
    """When the change log last told something of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the prompts of a team can be narrowed down to, each with how many prompts in use that leaves."""

    active: int
    archived: int
    folders: Sequence[tuple[str, int]]
    """In ascending order; those in them count too."""
    labels: Sequence[tuple[str, int]]
    """`live` among them, in ascending order by code point."""
    authors: Sequence[tuple[tuple[str, str], int]]
    """By kind and id, who wrote of most prompts first."""


def parse_query(text: str) -> tuple[str, ...]:
    """Read what is looked for: words, each as it is compared.

    Raises:
        InvalidInput: When there is too much of it.
    """
    if len(text) > MAX_QUERY:
        raise InvalidInput(f"q must be at most {MAX_QUERY} characters", "q")
    words = tuple(dict.fromkeys(fold(text).split()))
    if len(words) > MAX_WORDS:
        raise InvalidInput(f"q must have at most {MAX_WORDS} words", "q")
    return words


def parse_sort(text: str) -> Sort:
    """Read an order.

    Raises:
        InvalidInput: For a word that is none.
    """
    try:
        return Sort(text)
    except ValueError:
        raise InvalidInput("invalid sort, must be created, changed, or name", "sort") from None


def check_folder(text: str) -> str:
    """Give back a folder without the separators around it.

    Raises:
        InvalidInput: When nothing is left, or no name is as long.
    """
    folder = text.strip(SEPARATOR)
    if not folder or len(folder) > MAX_NAME:
        raise InvalidInput(f"folder must be 1 to {MAX_NAME} characters of a name, without / at its end", "folder")
    return folder


def name_key(prompt: Prompt) -> str:
    """Give what a prompt is sorted by."""
    return fold(prompt.name)


def searched_names(prompt: Prompt) -> str:
    """Give what of a prompt itself is looked through: a line each, folded."""
    return fold(f"{prompt.name}\n{prompt.slug}\n{prompt.description}")[:MAX_SEARCHED]


def searched_text(content: Content) -> str:
    """Give what of a version is looked through: its template, or what the messages of its chat say, folded."""
    return fold("\n".join(_said(content)))[:MAX_SEARCHED]


def _said(content: Content) -> Iterator[str]:
    if content.template is not None:
        yield content.template
    messages = content.messages if isinstance(content.messages, list | tuple) else ()
    for message in messages:
        said = message.get("content") if isinstance(message, dict) else None
        if isinstance(said, str):
            yield said


def excerpt(content: Content, words: Sequence[str]) -> str | None:
    """Give a line of a version that has one of the words, the first that is found; None where no line has one."""
    lines = [line for text in _said(content) for line in text[:MAX_SEARCHED].splitlines()]
    folded = [fold(line) for line in lines]
    for word in words:
        for line, known in zip(lines, folded, strict=True):
            if word in known:
                return _around(line.strip(), word)
    return None


def _around(line: str, word: str) -> str:
    """Cut a long line so that a word is in what is left; where folding moved it, that is the beginning."""
    at = line.casefold().find(word)
    start = max(0, at - MAX_EXCERPT // 4) if at + len(word) > MAX_EXCERPT else 0
    end = start + MAX_EXCERPT
    return f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"


def folders(names: Sequence[str]) -> list[tuple[str, int]]:
    """Give the folders of some names, each with how many names are somewhere in it."""
    found: dict[str, int] = {}
    for name in names:
        parts = name.split(SEPARATOR)[:-1]
        for depth in range(1, len(parts) + 1):
            folder = SEPARATOR.join(parts[:depth])
            if folder.strip(SEPARATOR):
                found[folder] = found.get(folder, 0) + 1
    return sorted(found.items())
