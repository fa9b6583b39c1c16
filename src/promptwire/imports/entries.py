"""What is imported: prompts with their versions, as far as they could be translated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from promptwire.wire.content import Content


class Unreadable(ValueError):
    """What was given holds no prompts in a form that is known; the message says where and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One version of a prompt elsewhere."""

    number: str
    """What it is called there."""
    content: Content | None
    """None where there are problems."""
    message: str | None = None
    labels: tuple[str, ...] = ()
    served: bool = False
    """Whether it is what is given there to whoever names no version."""
    problems: tuple[str, ...] = ()
    """Why it is not imported."""
    notes: tuple[str, ...] = ()
    """What of it is not carried over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One prompt elsewhere, its versions oldest first."""

    name: str
    slug: str
    description: str = ""
    drafts: tuple[Draft, ...] = ()


def matched(drafts: Sequence[Draft], there: Iterable[tuple[int, str]]) -> list[tuple[Draft, int | None]]:
    """Give each version with its number here, or None where it is not here yet; those with problems are left out.

    Of equal versions each is matched with another one.

    Args:
        drafts: what is to be imported, oldest first.
        there: numbers and content hashes of the versions that are here, oldest first.
    """
    numbers: dict[str, list[int]] = {}
    for number, found in there:
        numbers.setdefault(found, []).append(number)
    pairs: list[tuple[Draft, int | None]] = []
    for draft in drafts:
        if draft.content is not None:
            free = numbers.get(draft.content.content_hash)
            pairs.append((draft, free.pop(0) if free else None))
    return pairs
