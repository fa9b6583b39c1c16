"""A prompt file: what it says of a prompt."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

from promptwire.domain.errors import InvalidInput
from promptwire.domain.texts import fold, normalize_slug
from promptwire.wire.content import Content

SUFFIX: Final = ".prompt.md"
"""What the name of a prompt file ends with."""
_MOST_BYTES: Final = 120
"""Of a stem that is made of a slug: file systems take 255 a name, and some keep it decomposed."""
_RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{at}" for at in range(10)), *(f"lpt{at}" for at in range(10))}
)
"""What Windows does not take for a file, whatever it ends with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is kept in step of a prompt: its name, its description, and the content of its newest version."""

    name: str
    description: str = ""
    content: Content

    def is_like(self, other: State | None) -> bool:
        """Tell whether two states say the same."""
        return (
            other is not None
            and (self.name, self.description) == (other.name, other.description)
            and self.content.content_hash == other.content.content_hash
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptFile:
    """What a file says."""

    state: State
    slug: str | None = None
    """Where the name of the file is not the slug."""
    labels: tuple[str, ...] = ()
    """Those that the version is to have which is made of this file."""

    def slug_in(self, stem: str) -> str:
        """Give the slug of the prompt, by the name of its file without `.prompt.md`.

        Raises:
            InvalidInput: When the name makes no slug.
        """
        return self.slug or normalize_slug(unicodedata.normalize("NFC", stem))


def stem_of(slug: str, taken: set[str]) -> str:
    """Give the stem of a new file for a prompt, and take it: the slug, or what begins like it.

    Another one where the slug is too long for a file's name, or where some file system does not tell it from one that
    is taken (`taken` holds them folded).
    """
    short = _cut(slug)
    at = 1
    stem = short
    while fold(stem) in taken or stem.casefold() in _RESERVED:
        at += 1
        stem = f"{short}_{at}"
    taken.add(fold(stem))
    return stem


def needs_slug(slug: str, stem: str) -> bool:
    """Tell whether a file with this stem has to name its slug."""
    try:
        return normalize_slug(unicodedata.normalize("NFC", stem)) != slug
    except InvalidInput:
        return True


def _cut(slug: str) -> str:
    data = slug.encode()
    return slug if len(data) <= _MOST_BYTES else data[:_MOST_BYTES].decode(errors="ignore").rstrip("_")
