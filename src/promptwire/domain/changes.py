"""The change log: what an entry says, and the hash that chains it to the one before (DESIGN section 4)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal, NamedTuple, TypeAlias

from promptwire.wire.canonical import canonical_json

Fact: TypeAlias = "str | int | bool | tuple[str, ...] | None"
Facts: TypeAlias = Mapping[str, Fact]

ALLOWED_FACTS = frozenset(
    {
        *("id", "name", "slug", "status", "number", "kind", "content_hash", "label", "version_id", "version_number"),
        *("description_changed", "schema_hash", "role", "min_required_role", "operation", "org_id", "team_id"),
        *("team_ids", "prompt_id", "user_id", "is_admin", "is_verified", "credential_changed", "expires_at"),
        *(
            "email_changed",
            "promotion_checks",
            "readable_labels",
            "movable_labels",
            "approvals",
            "self_approval",
            "approver_role",
        ),
        *("events", "enabled", "host", "url_changed"),
        *("approver_ids", "frozen_until", "immutable", "checks", "request_days", "change_request_id", "failure"),
    }
)
"""The fields an entry may hold: never texts, secrets, codes, e-mail addresses or variables."""

GENESIS = "0" * 64
"""The previous hash of the first entry in a scope."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a revision counts in: an organization, a team without one, or the instance."""

    kind: Literal["org", "team", "instance"]
    id: str = ""

    def __str__(self) -> str:
        """Give the name that is stored and hashed, such as `org:0c…`."""
        return f"{self.kind}:{self.id}" if self.id else self.kind

    @classmethod
    def of_team(cls, team_id: str, org_id: str | None) -> Scope:
        """Give the scope in which a team's changes count."""
        return cls("org", org_id) if org_id else cls("team", team_id)


INSTANCE = Scope("instance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Who did what to what, from what to what, and why."""

    scope: Scope
    at: datetime
    subject_kind: str
    subject_id: str
    action: str
    """Object and past participle, such as `label.moved`."""
    object_kind: str
    object_id: str
    prompt_id: str | None = None
    label: str | None = None
    before: Facts = field(default_factory=dict)
    after: Facts = field(default_factory=dict)
    reason: str | None = None
    request_id: str = ""

    @property
    def subject(self) -> tuple[str, str]:
        """Give kind and id of who did it."""
        return self.subject_kind, self.subject_id

    def __post_init__(self) -> None:
        """Refuse fields that have no place in a log that is kept for ever."""
        unknown = (self.before.keys() | self.after.keys()) - ALLOWED_FACTS
        if unknown:
            raise ValueError(f"not allowed in the change log: {', '.join(sorted(unknown))}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A change as it stands in the log."""

    change: Change
    seq: int
    """Gapless in the store: the cursor of other server processes."""
    revision: int
    """Gapless in the scope."""
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which entries of a scope to list."""

    limit: int
    before: int | None = None
    """Only revisions below this one."""
    after: int = 0
    """Where the oldest come first: only revisions above this one."""
    prompt_id: str | None = None
    label: str | None = None
    team_id: str | None = None
    """Only what happened to this team, what it has, and the prompts that it has now."""


def chain(change: Change, *, seq: int, revision: int, previous_hash: str) -> Entry:
    """Make the entry of a change, with the hash that chains it to the one before."""
    written = Written(
        seq=seq,
        scope=str(change.scope),
        revision=revision,
        at=timestamp(change.at),
        subject_kind=change.subject_kind,
        subject_id=change.subject_id,
        action=change.action,
        object_kind=change.object_kind,
        object_id=change.object_id,
        prompt_id=change.prompt_id,
        label=change.label,
        before=canonical_json(change.before).decode(),
        after=canonical_json(change.after).decode(),
        reason=change.reason,
        request_id=change.request_id,
        previous_hash=previous_hash,
    )
    return Entry(change=change, seq=seq, revision=revision, previous_hash=previous_hash, hash=written.computed_hash())


class Written(NamedTuple):
    """An entry as it stands in the store, letter by letter: what its hash is computed from."""

    seq: int
    scope: str
    revision: int
    at: str
    """As `timestamp` writes it."""
    subject_kind: str
    subject_id: str
    action: str
    object_kind: str
    object_id: str
    prompt_id: str | None
    label: str | None
    before: str
    """Canonical JSON, like `after`."""
    after: str
    reason: str | None
    request_id: str
    previous_hash: str
    hash: str = ""

    def computed_hash(self) -> str:
        """Give the SHA-256 over the canonical JSON of the entry (docs/reference/change-log.md).

        Raises:
            TypeError, ValueError: When the store holds something else than texts and numbers here.
        """
        text = (
            f'{{"action":{_json(self.action)},"after":{self.after},"at":{_json(self.at)},"before":{self.before},'
            f'"label":{_json(self.label)},"object_id":{_json(self.object_id)},"object_kind":{_json(self.object_kind)},'
            f'"previous_hash":{_json(self.previous_hash)},"prompt_id":{_json(self.prompt_id)},'
            f'"reason":{_json(self.reason)},"request_id":{_json(self.request_id)},"revision":{_json(self.revision)},'
            f'"scope":{_json(self.scope)},"subject_id":{_json(self.subject_id)},'
            f'"subject_kind":{_json(self.subject_kind)}}}'
        )
        return sha256(text.encode()).hexdigest()


_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def timestamp(at: datetime) -> str:
    """Give a time as RFC 3339 in UTC with six digits after the point."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
