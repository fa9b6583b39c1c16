"""Labels: movable names that each point at exactly one version of a prompt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from promptwire.domain.errors import InvalidInput
from promptwire.domain.texts import fold
from promptwire.domain.versions import LIVE

MAX_LABEL = 60
"""Code points after NFC (contracts/evalguard-labels.md A13)."""
MAX_LABELS_PER_CALL = 20
MAX_TAG = 50
_TAG = re.compile(r"[a-zA-Z0-9_\-.]{1,50}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRequest:
    """The labels that one version shall have, and those it shall not have."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """Give every label named, whether it will change or not."""
        return self.add + self.remove


NO_LABELS = LabelRequest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A label on a version, and who put it there."""

    prompt_id: str
    label: str
    version_id: str
    set_by: tuple[str, str]
    """Kind and id of the subject."""
    set_at: datetime


def check_tag(tag: str) -> str:
    """Give back a label that px0's own setter takes.

    Source: contracts/px0.md 1.6, contracts/seeds/px0-set-version-tag.txt.

    Raises:
        InvalidInput: When it is empty, longer than 50 characters, has another character than ASCII letters, digits,
            `_`, `-` and `.`, or is `live`.
    """
    if not tag:
        raise InvalidInput("tag is required", "tag")
    if not _TAG.fullmatch(tag):
        raise InvalidInput(
            "invalid tag format: must be 1-50 characters containing only letters, numbers, dashes, underscores, "
            "and dots",
            "tag",
        )
    _refuse_live(tag, "tag")
    return tag


def check_label(label: str, field: str = "label") -> str:
    """Give the NFC form of a label that may be stored.

    Source: contracts/evalguard-labels.md A13 to A16.

    Raises:
        InvalidInput: When it is empty, longer than 60 code points, begins or ends with a space, holds a control
            character, a lone surrogate or U+FFFD, or is `live`.
    """
    label = check_label_text(label, field)
    _refuse_live(label, field)
    return label


def check_label_text(label: str, field: str = "label") -> str:
    """Do what `check_label` does, for places where `live` stands for the status.

    Raises:
        InvalidInput: As `check_label`, but for `live`.
    """
    normal = unicodedata.normalize("NFC", label)
    if not normal:
        raise InvalidInput(f"{field}: a label must not be empty", field)
    if len(normal) > MAX_LABEL:
        raise InvalidInput(f"{field}: a label must be at most {MAX_LABEL} characters", field)
    if normal != normal.strip():
        raise InvalidInput(f"{field}: a label must not begin or end with a space", field)
    if any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in normal):
        raise InvalidInput(f"{field}: a label must not contain control characters", field)
    if "\ufffd" in normal:
        raise InvalidInput(f"{field}: a label must not contain U+FFFD, which stands for what is no text", field)
    return normal


def _refuse_live(label: str, field: str) -> None:
    if fold(label) == LIVE:
        raise InvalidInput(f"{field}: {label!r} is reserved for the live version: promote a version to live", field)


def label_request(add: Sequence[str], remove: Sequence[str]) -> LabelRequest:
    """Check the two lists of a labels call, and drop what they name twice.

    Source: contracts/evalguard-labels.md A8, A9, A24; the seed's `maxItems`.

    Raises:
        InvalidInput: When a list is too long, a label is not one, or a label stands in both lists.
    """
    request = LabelRequest(add=_checked(add, "add"), remove=_checked(remove, "remove"))
    both = sorted(set(request.add) & set(request.remove))
    if both:
        raise InvalidInput(f"labels stand in both add and remove: {', '.join(map(repr, both))}", "add")
    return request


def _checked(labels: Sequence[str], field: str) -> tuple[str, ...]:
    if len(labels) > MAX_LABELS_PER_CALL:
        raise InvalidInput(f"{field} must have at most {MAX_LABELS_PER_CALL} items", field)
    return tuple(dict.fromkeys(check_label(label, f"{field}[{at}]") for at, label in enumerate(labels)))


def sort_labels(labels: Iterable[str]) -> tuple[str, ...]:
    """Put labels in ascending order by code point (contracts/evalguard-labels.md A17)."""
    return tuple(sorted(labels))
