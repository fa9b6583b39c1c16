"""The change log: what an entry says, and the hash that chains it to the one before (DESIGN section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal, TypeAlias

from promptwire.wire.canonical import canonical_json

Fact: TypeAlias = "str | int | bool | tuple[str, ...] | None"
Facts: TypeAlias = Mapping[str, Fact]

ALLOWED_FACTS = frozenset(
    {
        *("id", "name", "slug", "status", "number", "kind", "content_hash", "label", "version_id", "version_number"),
        *("description_changed", "schema_hash", "role", "min_required_role", "operation", "org_id", "team_id"),
        *("team_ids", "prompt_id", "user_id", "is_admin", "is_verified", "credential_changed", "expires_at"),
        *("email_changed", "readable_labels", "movable_labels", "approvals", "self_approval", "approver_role"),
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
    prompt_id: str | None = None
    label: str | None = None


def chain(change: Change, *, seq: int, revision: int, previous_hash: str) -> Entry:
    """Make the entry of a change, with the hash over its canonical JSON (docs/reference/change-log.md)."""
    digest = sha256(
        canonical_json(
            {
                "scope": str(change.scope),
                "revision": revision,
                "previous_hash": previous_hash,
                "at": timestamp(change.at),
                "subject_kind": change.subject_kind,
                "subject_id": change.subject_id,
                "action": change.action,
                "object_kind": change.object_kind,
                "object_id": change.object_id,
                "prompt_id": change.prompt_id,
                "label": change.label,
                "before": dict(change.before),
                "after": dict(change.after),
                "reason": change.reason,
                "request_id": change.request_id,
            }
        )
    ).hexdigest()
    return Entry(change=change, seq=seq, revision=revision, previous_hash=previous_hash, hash=digest)


def timestamp(at: datetime) -> str:
    """Give a time as RFC 3339 in UTC with six digits after the point."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
