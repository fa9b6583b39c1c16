"""Moves: where labels and the live status of a prompt lead, and on which terms somebody asks to change that."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from promptwire.domain.errors import InvalidInput

MAX_REASON = 1000
"""Code points."""


class Effect(Enum):
    """What a move does to whoever reads by the label; each is refused where the label's protection asks for more."""

    LEADS = "leads"
    """It leads elsewhere, or nowhere; also asked for where it does so already."""
    TEXT = "text"
    """It leads where it did, to another text."""
    RETIRES = "retires"
    """It leads where it did, to what is taken out of use."""
    LEAVES = "leaves"
    """It goes with its prompt to another team, or out of the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What a call does to one label, `live` standing for the status; a side is None where it leads nowhere."""

    label: str
    from_version_id: str | None
    to_version_id: str | None
    effect: Effect = Effect.LEADS

    @property
    def changes(self) -> bool:
        """Tell whether it leads elsewhere afterwards."""
        return self.from_version_id != self.to_version_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a move is asked for, beside what is moved where."""

    reason: str | None = None
    """Why, in the words of whoever asks; it is kept in the change log."""
    expected_version: int | None = None
    """The number of the version that the label must lead to before; 0 for none. Of a call that moves one label."""
    expected_ids: frozenset[str] | None = None
    """The ids of the versions to one of which it must lead before: what `If-Match` names."""
    dry_run: bool = False
    """Whether to say what would happen, and change nothing."""
    request_approval: bool = False
    """Whether to ask others for their approval where that is what is missing."""


PLAIN = Terms()
"""What is meant where nothing is said."""


def check_expected(number: int | None) -> int | None:
    """Give back the number of a version that a label is expected to be on; 0 is none.

    Raises:
        InvalidInput: When it is below 0.
    """
    if number is not None and number < 0:
        raise InvalidInput("expected_version must be the number of a version, or 0 for none", "expected_version")
    return number


def check_reason(text: str | None) -> str | None:
    """Give back a reason that may be kept; a blank one is none.

    Raises:
        InvalidInput: When it is longer than 1000 code points or holds a NUL.
    """
    if text is None or not text.strip():
        return None
    if len(text) > MAX_REASON:
        raise InvalidInput(f"reason must be at most {MAX_REASON} characters", "reason")
    if "\0" in text:
        raise InvalidInput("reason must not contain NUL characters", "reason")
    return text
