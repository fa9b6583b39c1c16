"""The objects in the server's answers, as far as the command line reads them; `--json` prints them as they came."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict


class Team(TypedDict):
    """A team; without `org_id` it belongs to no organization."""

    id: str
    org_id: NotRequired[str]
    name: str
    slug: str


class Organization(TypedDict):
    """An organization of the person who asks."""

    id: str
    name: str
    org_role: str


class Prompt(TypedDict):
    """A prompt."""

    id: str
    team_id: str
    slug: str
    name: str
    description: str
    status: str
    input_schema: Any
    created_at: str
    updated_at: str


class Author(TypedDict):
    """Who wrote a version."""

    kind: str
    id: str
    name: str | None


class Version(TypedDict):
    """A version: docs/reference/versions.md."""

    id: str
    prompt_id: str
    version: int
    template: str
    status: str
    created_at: str
    published_at: str | None
    tags: list[str]
    content_hash: str
    kind: str
    messages: Any
    model: str | None
    model_params: Any
    tools: Any
    response_format: Any
    input_schema: Any
    message: str | None
    source: str | None
    author: Author
    purged: Any


class Tag(TypedDict):
    """A label, and the number of the version it is on."""

    tag: str
    version: int


class ProtectedLabel(TypedDict):
    """A label, and what its move asks for."""

    label: str
    min_required_role: str
    approvals: int
    frozen_until: str | None
    immutable: bool
    checks: list[str]


class Key(TypedDict):
    """An API key without its secret; `team_ids` is there where it is limited to some."""

    id: str
    name: str
    org_id: str
    team_ids: NotRequired[list[str]]
    operation: str
    created_at: str
    last_used_at: str | None
    expires_at: str | None
    created_by: str | None
    readable_labels: NotRequired[list[str]]
    movable_labels: NotRequired[list[str]]


class IssuedKey(TypedDict):
    """A new key, or one with a new secret, with the secret."""

    id: str
    name: str
    key: str
    operation: str
    expires_at: str | None


class Event(TypedDict):
    """An entry of the change log; of the history of a prompt also from where to where."""

    created_at: str
    actor_kind: str
    actor_id: str
    actor_name: str | None
    action: str
    entity_type: str
    entity_id: str
    prompt_id: str | None
    label: str | None
    reason: str | None
    metadata: dict[str, dict[str, Any]]
    revision: int
    from_version: int | None
    to_version: int | None


class PinnedMove(TypedDict):
    """Where a label led when its move was asked for, and where it should."""

    label: str
    from_version: int | None
    to_version: int | None


class Approvals(TypedDict):
    """How many approvals are needed, and given."""

    label: str
    needed: int
    given: int


class Remark(TypedDict):
    """What somebody did with a change request."""

    kind: str
    author_kind: str
    author_id: str
    comment: str | None
    created_at: str


class ChangeRequest(TypedDict):
    """A move that waits for the approval of others."""

    id: str
    team_id: str
    prompt_id: str
    prompt_slug: str
    kind: str
    version: int
    moves: list[PinnedMove]
    reason: str | None
    status: str
    failure: str | None
    requested_by_kind: str
    requested_by_id: str
    created_at: str
    expires_at: str
    approvals: list[Approvals]
    remarks: list[Remark]


class DryRun(TypedDict):
    """What would come of a move."""

    allowed: bool
    moves: list[dict[str, Any]]
    statuses: list[dict[str, Any]]
    displaces: int | None
    missing: list[dict[str, Any]]
    your_role: str | None
    can_request_approval: bool
    checks: list[dict[str, Any]]


class Moved(TypedDict, total=False):
    """What came of a move: the version, a forecast, or a change request; nothing at all where something is gone."""

    version: Version | None
    dry_run: DryRun
    change_request: ChangeRequest


class Rendered(TypedDict):
    """A text, or the messages of a chat, and how to call a model with it."""

    rendered: str
    version: int
    slug: str
    kind: str
    messages: Any


class CallerChange(TypedDict):
    """What is different for whoever renders."""

    kind: str
    path: str
    breaking: bool
    message: str


class Difference(TypedDict, total=False):
    """What changed from one version to another."""

    from_version: int
    to_version: int
    diff: str
    fields: list[dict[str, Any]]
    breaking: list[CallerChange]
    changes: list[CallerChange]
