"""Versions: one text of a prompt each, with a status that only moves as the rules here say."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from hashlib import sha256
from typing import TypeAlias

from promptwire.domain.errors import ChangedMeanwhile, InvalidInput, VersionPurged, WrongStatus
from promptwire.wire.canonical import canonical_json
from promptwire.wire.content import Content

LIVE = "live"
_NUMBER = re.compile(r"[+-]?[0-9]+")
_MAX_NUMBER = 2**63 - 1


class Status(Enum):
    """Where a version is in its life: draft → stable → live; any → archived."""

    DRAFT = "draft"
    STABLE = "stable"
    LIVE = "live"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Purge:
    """That a text was erased for good: when, by whom, and why."""

    at: datetime
    by: tuple[str, str]
    """Kind and id, as the change log names who did it."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One text of a prompt."""

    id: str
    prompt_id: str
    number: int
    status: Status
    content: Content
    content_hash: str
    author_kind: str
    """`user`, `api_key` or `system`."""
    author_id: str
    message: str | None = None
    """Why it was written, in its author's words."""
    source: str | None = None
    """Where it came from, such as a git commit."""
    created_at: datetime
    published_at: datetime | None = None
    """When it last became live (the seed's meaning, contracts/seeds/px0-list-versions.txt)."""
    labels: tuple[str, ...] = ()
    """In ascending order by code point."""
    purge: Purge | None = None
    """Set once its text is erased; its content is empty then, and its hash that of what it said."""


@dataclass(frozen=True, slots=True)
class ByNumber:
    """The version with this number."""

    number: int


@dataclass(frozen=True, slots=True)
class ByLabel:
    """The version that the label is on."""

    label: str


@dataclass(frozen=True, slots=True)
class ByLive:
    """The live version."""


Reference: TypeAlias = ByNumber | ByLabel | ByLive


def parse_path_reference(text: str) -> Reference:
    """Read the version in a path of `/v1`: a number if it is one, else a label.

    Source: contracts/px0.md 1.5: Go's `strconv.Atoi` decides, so `+1` and `007` are numbers.
    """
    if _NUMBER.fullmatch(text) and len(text) < len(str(_MAX_NUMBER)) * 2 and abs(int(text)) <= _MAX_NUMBER:
        return ByNumber(int(text))
    return by_label(text)


def by_label(label: str) -> Reference:
    """Read a label in a read: `live` means the status, everything else a label."""
    return ByLive() if label == LIVE else ByLabel(label)


def parse_status(text: str) -> Status:
    """Read a status.

    Raises:
        InvalidInput: For a word that is none.
    """
    try:
        return Status(text)
    except ValueError:
        raise InvalidInput("invalid status, must be draft, stable, live, or archived", "status") from None


def check_can_edit(status: Status) -> None:
    """Allow a change of the text to drafts only.

    Raises:
        WrongStatus: For every other version.
    """
    if status is not Status.DRAFT:
        raise WrongStatus("update", status.value)


def check_has_text(version: Version) -> Version:
    """Give back a version whose text is there.

    Raises:
        VersionPurged: For one whose text was erased.
    """
    if version.purge:
        raise VersionPurged(version.number)
    return version


def fingerprint(version: Version) -> str:
    """Give the fingerprint of what an author can write of a version: its content, message and source.

    Status and labels are no part of it: who moves a label does not stand in the way of who edits the text.
    """
    written = [version.id, version.content_hash, version.message, version.source]
    return sha256(canonical_json(written)).hexdigest()[:32]


def check_unchanged(version: Version, over: Collection[str] | None) -> None:
    """Allow a draft to be written over only if its fingerprint is one that its writer knows.

    Raises:
        ChangedMeanwhile: When it is another one.
    """
    if over is not None and fingerprint(version) not in over:
        raise ChangedMeanwhile(version)


def promotion_target(status: Status, to: Status | None) -> Status:
    """Give the status that a promotion leads to.

    Without `to` it is one step, as px0 does it (contracts/px0.md 1.5). With `to` it is that status, from draft to
    live in one call too; a version that is there already stays, so a repeated call changes nothing.

    Raises:
        WrongStatus: When the version is archived, or live and asked to go elsewhere.
    """
    if status is Status.ARCHIVED or (status is Status.LIVE and to is not Status.LIVE):
        raise WrongStatus("promote", status.value)
    if to is None:
        return Status.STABLE if status is Status.DRAFT else Status.LIVE
    return to


def parse_promotion_target(text: str | None) -> Status | None:
    """Read the `to` of a promotion.

    Raises:
        InvalidInput: For anything but `stable` and `live`.
    """
    if text is None:
        return None
    if text not in {Status.STABLE.value, Status.LIVE.value}:
        raise InvalidInput("invalid target, to must be stable or live", "to")
    return Status(text)
