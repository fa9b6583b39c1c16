"""API keys on `/v1` (contracts/px0.md 1.11)."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field, WithJsonSchema

from promptwire.api.exchange import no_content
from promptwire.api.v1.answers import APIKey, Time, Uuid, answer, errors
from promptwire.api.v1.pages import CutByMoment, Paged, next_cursor
from promptwire.api.v1.requests import Body, SessionExchange, body_of, body_uuid, takes, uuid_of
from promptwire.domain.credentials import ApiKey, IssuedKey, KeyUpdate, NewKey, parse_expiry
from promptwire.domain.errors import InvalidInput
from promptwire.domain.roles import Operation
from promptwire.services import key_changes, keys

router = APIRouter(tags=["API Keys"])

KeyId = Annotated[str, Path(alias="id", description="The key's UUID.")]


_OPERATIONS = {
    "type": "string",
    "enum": [operation.value for operation in Operation],
    "default": Operation.READ_RENDER.value,
}
_EXPIRY = {
    "type": ["string", "null"],
    "format": "date-time",
    "description": "When the key ends; never if it is left out.",
}
_READABLE = "The labels it may read, `live` for the live version; everything if it is left out."
_MOVABLE = "The labels it may move, `live` for the live status; those its role may if it is left out."
_OTHER_OPERATION = {"type": ["string", "null"], "enum": [*(operation.value for operation in Operation), None]}


class CreateAPIKeyRequest(Body):
    """A key to make; without teams it is good for the whole organization."""

    REQUIRED = ("name", "org_id")

    name: str = ""
    org_id: Uuid | None = None
    team_ids: list[Uuid] = Field(default_factory=list)
    operation: Annotated[str, WithJsonSchema(_OPERATIONS)] = Operation.READ_RENDER.value
    expires_at: Annotated[str | None, WithJsonSchema(_EXPIRY)] = None
    readable_labels: list[str] | None = Field(None, description=_READABLE)
    movable_labels: list[str] | None = Field(None, description=_MOVABLE)


class UpdateAPIKeyRequest(Body):
    """What to change of a key; what is left out, or null, stays, so a limit is lifted only in so many words."""

    name: str | None = None
    team_ids: list[Uuid] | None = None
    all_teams: bool = Field(default=False, description="Whether to lift the limit to teams.")
    operation: Annotated[str | None, WithJsonSchema(_OTHER_OPERATION)] = None
    expires_at: str | None = Field(None, description="An RFC 3339 time, or `never`, which lifts the limit.")
    readable_labels: list[str] | None = Field(None, description=_READABLE)
    all_readable_labels: bool = Field(default=False, description="Whether to lift the limit to labels it may read.")
    movable_labels: list[str] | None = Field(None, description=_MOVABLE)
    all_movable_labels: bool = Field(default=False, description="Whether to lift the limit to labels it may move.")


class APIKeyCreatedResponse(BaseModel):
    """A new key, with its secret, which is shown this once."""

    id: Uuid
    name: str
    key: str
    operation: Literal["read_render", "all", "admin"]
    created_at: Time
    expires_at: Time | None

    @classmethod
    def of(cls, issued: IssuedKey) -> APIKeyCreatedResponse:
        """Write a new key."""
        key = issued.key
        return cls(
            id=key.id,
            name=key.name,
            key=issued.secret,
            operation=key.operation.value,
            created_at=key.created_at,
            expires_at=key.expires_at,
        )


class APIKeyAnswer(BaseModel):
    """A key, without its secret."""

    api_key: APIKey


class APIKeysAnswer(Paged):
    """The keys of an organization, newest first."""

    api_keys: list[APIKey]


@router.post(
    "/v1/api-keys",
    operation_id="createAPIKey",
    summary="Create an API Key",
    status_code=201,
    response_model=APIKeyCreatedResponse,
    responses=errors(400, 401, 403, 404, 413),
    openapi_extra=takes(CreateAPIKeyRequest),
)
async def create_api_key(exchange: SessionExchange) -> Response:
    """Make a key; its secret is in the answer and never shown again."""
    read = await body_of(exchange, CreateAPIKeyRequest, _new_key)
    return await exchange.carry_out(
        lambda tx, act: keys.create(tx, act, read), lambda issued: answer(APIKeyCreatedResponse.of(issued), 201)
    )


def _new_key(body: CreateAPIKeyRequest) -> NewKey:
    return NewKey(
        name=body.name,
        org_id=_org_id(body_uuid(body.org_id or None, "org_id")),
        team_ids=_team_ids(body.team_ids),
        operation=body.operation or Operation.READ_RENDER.value,
        expires_at=None if body.expires_at is None else parse_expiry(body.expires_at),
        readable_labels=_labels(body.readable_labels),
        movable_labels=_labels(body.movable_labels),
    )


def _labels(labels: list[str] | None) -> tuple[str, ...] | None:
    return None if labels is None else tuple(labels)


def _team_ids(texts: list[str]) -> tuple[str, ...]:
    return tuple(team for one in texts if (team := body_uuid(one, "team_ids")))


def _org_id(found: str | None) -> str:
    if not found:
        raise InvalidInput("org_id is required", "org_id")
    return found


@router.get(
    "/v1/api-keys",
    operation_id="listAPIKeys",
    summary="List API Keys",
    response_model=APIKeysAnswer,
    responses=errors(400, 401, 403),
)
async def list_api_keys(
    exchange: SessionExchange, cut: CutByMoment, org: Annotated[str, Query(alias="org_id")] = ""
) -> Response:
    """List the keys of an organization, without their secrets."""
    page = await exchange.read(lambda tx, act: keys.of_org(tx, act, uuid_of(_org_id(org), "invalid id"), cut))
    return answer(APIKeysAnswer(api_keys=[APIKey.of(key) for key in page.items], **next_cursor(page)))


@router.put(
    "/v1/api-keys/{id}",
    operation_id="updateAPIKey",
    summary="Update an API Key",
    response_model=APIKeyAnswer,
    responses=errors(400, 401, 403, 404, 413),
    openapi_extra=takes(UpdateAPIKeyRequest),
)
async def update_api_key(exchange: SessionExchange, key: KeyId) -> Response:
    """Change what is given of a key, at once."""
    read = await body_of(exchange, UpdateAPIKeyRequest, _update)
    return await exchange.carry_out(lambda tx, act: key_changes.update(tx, act, uuid_of(key, "invalid id"), read), _one)


def _update(body: UpdateAPIKeyRequest) -> KeyUpdate:
    never = body.expires_at == "never"
    return KeyUpdate(
        name=body.name,
        team_ids=None if body.team_ids is None else _team_ids(body.team_ids),
        all_teams=body.all_teams,
        operation=body.operation,
        expires_at=None if never or body.expires_at is None else parse_expiry(body.expires_at),
        never_expires=never,
        readable_labels=_labels(body.readable_labels),
        reads_all_labels=body.all_readable_labels,
        movable_labels=_labels(body.movable_labels),
        moves_all_labels=body.all_movable_labels,
    )


def _one(key: ApiKey) -> Response:
    return answer(APIKeyAnswer(api_key=APIKey.of(key)))


@router.post(
    "/v1/api-keys/{id}/regenerate",
    operation_id="regenerateAPIKey",
    summary="Regenerate an API Key",
    response_model=APIKeyCreatedResponse,
    responses=errors(400, 401, 403, 404),
)
async def regenerate_api_key(exchange: SessionExchange, key: KeyId) -> Response:
    """Give a key another secret; it is in the answer and never shown again, and the old one is dead at once."""
    return await exchange.carry_out(
        lambda tx, act: key_changes.regenerate(tx, act, uuid_of(key, "invalid id")),
        lambda issued: answer(APIKeyCreatedResponse.of(issued)),
    )


@router.post(
    "/v1/api-keys/{id}/adopt",
    operation_id="adoptAPIKey",
    summary="Adopt an API Key",
    response_model=APIKeyAnswer,
    responses=errors(400, 401, 403, 404),
)
async def adopt_api_key(exchange: SessionExchange, key: KeyId) -> Response:
    """Answer for a key in place of its maker: its writes go on within the rights of whoever adopts it."""
    return await exchange.carry_out(lambda tx, act: key_changes.adopt(tx, act, uuid_of(key, "invalid id")), _one)


@router.delete(
    "/v1/api-keys/{id}",
    operation_id="deleteAPIKey",
    summary="Delete an API Key",
    status_code=204,
    responses=errors(400, 401, 403, 404),
)
async def delete_api_key(exchange: SessionExchange, key: KeyId) -> Response:
    """End a key at once."""
    return await exchange.carry_out(lambda tx, act: keys.revoke(tx, act, uuid_of(key, "invalid id")), no_content)
