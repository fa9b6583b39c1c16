"""The objects in the answers of `/v1`, field by field as px0's clients know them (contracts/px0.md 1.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi.responses import Response
from pydantic import BaseModel, PlainSerializer, WithJsonSchema
from starlette.status import HTTP_200_OK

from promptwire.domain import credentials, organizations, prompts, protected_labels, users


def rfc3339(at: datetime) -> str:
    """Write a time as Go does: UTC, up to six digits after the point, without trailing zeros."""
    text = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f").rstrip("0").rstrip(".")
    return f"{text}Z"


Time = Annotated[
    datetime,
    PlainSerializer(rfc3339, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
JsonSchema = Annotated[
    Any, WithJsonSchema({"anyOf": [{"type": "object", "additionalProperties": True}, {"type": "null"}]})
]
Uuid = Annotated[str, WithJsonSchema({"type": "string", "format": "uuid"})]


class APIError(BaseModel):
    """What went wrong: in px0's words, as a code, and in detail."""

    error: str
    code: str
    details: dict[str, Any] | None = None


class User(BaseModel):
    """A person's account."""

    id: Uuid
    email: str
    is_admin: bool
    is_verified: bool
    created_at: Time

    @classmethod
    def of(cls, user: users.User) -> User:
        """Write a person."""
        return cls(
            id=user.id,
            email=user.email,
            is_admin=user.is_admin,
            is_verified=user.is_verified,
            created_at=user.created_at,
        )


class UserAnswer(BaseModel):
    """A person."""

    user: User


class MessageAnswer(BaseModel):
    """That something was done, in words."""

    message: str


class Team(BaseModel):
    """A team; `org_id` is left out where it belongs to no organization.

    `promotion_checks` says which findings about a version stop its promotion to live: `renders`, `schema`, `breaking`.
    """

    id: Uuid
    org_id: Uuid | None = None
    name: str
    slug: str
    promotion_checks: list[str]
    created_at: Time

    @classmethod
    def of(cls, team: organizations.Team) -> Team:
        """Write a team."""
        fields = {"id": team.id, "name": team.name, "slug": team.slug, "created_at": team.created_at}
        fields["promotion_checks"] = [check.value for check in team.promotion_checks]
        return cls.model_validate(fields | ({"org_id": team.org_id} if team.org_id else {}))


class OrganizationWithRole(BaseModel):
    """An organization, and the reader's part in it."""

    id: Uuid
    name: str
    created_at: Time
    role: Literal["ADMIN", "MEMBER"]
    org_role: str
    """The same, as fine as it is."""

    @classmethod
    def of(cls, membership: organizations.Membership) -> OrganizationWithRole:
        """Write a membership."""
        one = membership.organization
        return cls(
            id=one.id,
            name=one.name,
            created_at=one.created_at,
            role="ADMIN" if membership.role.value in {"admin", "owner"} else "MEMBER",
            org_role=membership.role.value,
        )


class APIKey(BaseModel):
    """An API key without its secret; `team_id` and `team_ids` are left out where it is for the whole organization.

    `created_by` is who answers for it. Of a limited key whose teams are all gone, `team_ids` is empty. The labels it
    may read and move are left out where it is not limited to any.
    """

    id: Uuid
    name: str
    org_id: Uuid
    team_id: Uuid | None = None
    team_ids: list[str] = []
    operation: Literal["read_render", "all", "admin"]
    created_at: Time
    last_used_at: Time | None
    expires_at: Time | None
    created_by: Uuid | None
    readable_labels: list[str] = []
    movable_labels: list[str] = []

    @classmethod
    def of(cls, key: credentials.ApiKey) -> APIKey:
        """Write a key."""
        fields = {
            "id": key.id,
            "name": key.name,
            "org_id": key.org_id,
            "operation": key.operation.value,
            "created_at": key.created_at,
            "last_used_at": key.last_used_at,
            "expires_at": key.expires_at,
            "created_by": key.created_by,
        }
        first = {"team_id": key.team_ids[0]} if key.team_ids else {}
        limited = {} if key.team_ids is None else {"team_ids": list(key.team_ids)}
        reads = {} if key.readable_labels is None else {"readable_labels": list(key.readable_labels)}
        moves = {} if key.movable_labels is None else {"movable_labels": list(key.movable_labels)}
        return cls.model_validate(fields | first | limited | reads | moves)


class Prompt(BaseModel):
    """A prompt; `input_schema` is what each new version begins with."""

    id: Uuid
    team_id: Uuid
    slug: str
    name: str
    description: str
    status: Literal["active", "archived"]
    input_schema: JsonSchema
    created_at: Time
    updated_at: Time

    @classmethod
    def of(cls, prompt: prompts.Prompt) -> Prompt:
        """Write a prompt."""
        return cls(
            id=prompt.id,
            team_id=prompt.team_id,
            slug=prompt.slug,
            name=prompt.name,
            description=prompt.description,
            status=prompt.status.value,
            input_schema=prompt.input_schema,
            created_at=prompt.created_at,
            updated_at=prompt.updated_at,
        )


class Tag(BaseModel):
    """A label, and the number of the version it is on."""

    tag: str
    version: int


class ProtectedLabel(BaseModel):
    """A label, and what its move asks for."""

    label: str
    min_required_role: Literal["viewer", "member", "admin", "owner"]
    approvals: int
    self_approval: bool
    approver_role: Literal["viewer", "member", "admin", "owner"] | None
    approver_ids: list[Uuid]
    frozen_until: Time | None
    immutable: bool
    checks: list[str]
    request_days: int
    created_by: str | None
    created_at: Time

    @classmethod
    def of(cls, protected: protected_labels.ProtectedLabel) -> ProtectedLabel:
        """Write a protected label."""
        policy = protected.policy
        return cls(
            label=protected.label,
            min_required_role=protected.min_required_role.value,
            approvals=policy.approvals,
            self_approval=policy.self_approval,
            approver_role=policy.approver_role.value if policy.approver_role else None,
            approver_ids=list(policy.approver_ids),
            frozen_until=policy.frozen_until,
            immutable=policy.immutable,
            checks=list(policy.checks),
            request_days=policy.request_days,
            created_by=protected.created_by,
            created_at=protected.created_at,
        )


def answer(model: BaseModel, status: int = HTTP_200_OK) -> Response:
    """Answer with an object; a field that was never set is left out, one that is null stays."""
    return Response(model.model_dump_json(exclude_unset=True), status, media_type="application/json")


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the errors of an operation for the document."""
    return {status: {"model": APIError} for status in statuses}
