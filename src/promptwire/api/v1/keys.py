"""API keys on `/v1` (contracts/px0.md 1.11)."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field, WithJsonSchema

from promptwire.api.v1.answers import APIKey, Time, Uuid, answer, errors
from promptwire.api.v1.requests import Body, SessionExchange, body_of, body_uuid, takes, uuid_of
from promptwire.domain.credentials import IssuedKey, NewKey
from promptwire.domain.errors import InvalidInput
from promptwire.domain.roles import Operation
from promptwire.services import keys

router = APIRouter(tags=["API Keys"])


_OPERATIONS = {
    "type": "string",
    "enum": [operation.value for operation in Operation],
    "default": Operation.READ_RENDER.value,
}


class CreateAPIKeyRequest(Body):
    """A key to make; without teams it is good for the whole organization."""

    REQUIRED = ("name", "org_id")

    name: str = ""
    org_id: Uuid | None = None
    team_ids: list[Uuid] = Field(default_factory=list)
    operation: Annotated[str, WithJsonSchema(_OPERATIONS)] = Operation.READ_RENDER.value


class APIKeyCreatedResponse(BaseModel):
    """A new key, with its secret, which is shown this once."""

    id: Uuid
    name: str
    key: str
    operation: Literal["read_render", "all", "admin"]
    created_at: Time

    @classmethod
    def of(cls, issued: IssuedKey) -> APIKeyCreatedResponse:
        """Write a new key."""
        key = issued.key
        return cls(
            id=key.id, name=key.name, key=issued.secret, operation=key.operation.value, created_at=key.created_at
        )


class APIKeysAnswer(BaseModel):
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
    issued = await exchange.write(lambda tx, act: keys.create(tx, act, read))
    return answer(APIKeyCreatedResponse.of(issued), 201)


def _new_key(body: CreateAPIKeyRequest) -> NewKey:
    return NewKey(
        name=body.name,
        org_id=_org_id(body_uuid(body.org_id or None, "org_id")),
        team_ids=tuple(team for one in body.team_ids if (team := body_uuid(one, "team_ids"))),
        operation=body.operation or Operation.READ_RENDER.value,
    )


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
async def list_api_keys(exchange: SessionExchange, org: Annotated[str, Query(alias="org_id")] = "") -> Response:
    """List the keys of an organization, without their secrets."""
    found = await exchange.read(lambda tx, act: keys.of_org(tx, act, uuid_of(_org_id(org), "invalid id")))
    return answer(APIKeysAnswer(api_keys=[APIKey.of(key) for key in found]))


@router.delete(
    "/v1/api-keys/{id}",
    operation_id="deleteAPIKey",
    summary="Delete an API Key",
    status_code=204,
    responses=errors(400, 401, 403, 404),
)
async def delete_api_key(exchange: SessionExchange, key: Annotated[str, Path(alias="id")]) -> Response:
    """End a key at once."""
    await exchange.write(lambda tx, act: keys.revoke(tx, act, uuid_of(key, "invalid id")))
    return Response(status_code=204)
