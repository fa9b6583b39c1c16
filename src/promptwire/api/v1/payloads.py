"""Payloads on `/v1` (contracts/px0.md 1.8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, WithJsonSchema

from promptwire.api.bodies import decode_json, decode_members, read_body
from promptwire.api.exchange import Exchange, deferred_body, no_content
from promptwire.api.v1.answers import Time, Uuid, errors
from promptwire.api.v1.pages import CutByMoment, Paged, next_cursor
from promptwire.api.v1.requests import Body, SubjectExchange, prompt_id, takes, uuid_of
from promptwire.api.v1.versions import PromptId
from promptwire.domain import payloads as domain
from promptwire.domain.errors import InvalidInput
from promptwire.domain.payloads import PayloadUpdate
from promptwire.services import payloads
from promptwire.services.calls import Input
from promptwire.wire.canonical import JsonValue

router = APIRouter(tags=["Prompt Payloads"])

PayloadPath = Annotated[str, Path(alias="payloadID", description="The payload's UUID.")]

_ANY = WithJsonSchema({"description": "Variables and their values; any JSON is taken, and comes back as it was sent."})
JsonText = Annotated[str | None, _ANY]
RawJson = Annotated[Any, _ANY]


class CreatePromptPayloadRequest(Body):
    """Variables to save."""

    REQUIRED = ("variables",)

    variables: JsonText = None


class UpdatePromptPayloadRequest(Body):
    """What to change; what is left out stays."""

    name: str | None = None
    variables: JsonText = None


class PromptPayload(BaseModel):
    """Saved variables of a prompt."""

    id: Uuid
    prompt_id: Uuid
    name: str | None = None
    variables: RawJson
    created_at: Time
    updated_at: Time

    @classmethod
    def of(cls, payload: domain.Payload) -> PromptPayload:
        """Write a payload."""
        return cls(
            id=payload.id,
            prompt_id=payload.prompt_id,
            name=payload.name,
            variables=msgspec.Raw(payload.variables.encode()),
            created_at=payload.created_at,
            updated_at=payload.updated_at,
        )


class PayloadAnswer(BaseModel):
    """One payload."""

    payload: PromptPayload


class PayloadsAnswer(Paged):
    """Payloads, newest first."""

    payloads: list[PromptPayload]


BodyT = TypeVar("BodyT", bound=Body)
Value = TypeVar("Value")


async def _body_of(exchange: Exchange, model: type[BodyT], make: Callable[[BodyT], Value]) -> Input[Value]:
    """Do what `body_of` does, but keep the variables in the text that was sent; so null is not the same as nothing."""
    raw = await read_body(exchange.request)
    content_type = exchange.request.headers.get("content-type")

    def read() -> Value:
        members = decode_members(raw, content_type).items()
        known = [(key, text) for key, text in members if key.lower() in model.model_fields]
        return make(model.read({key: text if key.lower() == "variables" else _decoded(text) for key, text in known}))

    return await deferred_body(raw, read)


def _decoded(text: str) -> JsonValue:
    return decode_json(text.encode(), "application/json")


def _variables(body: CreatePromptPayloadRequest) -> str:
    if body.variables is None:
        raise InvalidInput("payload variables are required", "variables")
    return body.variables


def _update(body: UpdatePromptPayloadRequest) -> PayloadUpdate:
    return PayloadUpdate(name=body.name, variables=body.variables)


def _payload_id(text: str) -> str:
    return uuid_of(text, "invalid payload id")


def _answer(model: BaseModel, status: int = 200) -> Response:
    content = msgspec.json.encode(model.model_dump(exclude_unset=True))
    return Response(content, status, media_type="application/json")


def _one(payload: domain.Payload, status: int = 200) -> Response:
    return _answer(PayloadAnswer(payload=PromptPayload.of(payload)), status)


@router.post(
    "/v1/prompts/{id}/payloads",
    operation_id="createPromptPayload",
    summary="Create a Prompt Payload",
    status_code=201,
    response_model=PayloadAnswer,
    responses=errors(400, 401, 403, 404, 413),
    openapi_extra=takes(CreatePromptPayloadRequest),
)
async def create_payload(exchange: SubjectExchange, prompt: PromptId) -> Response:
    """Save variables to try a prompt with."""
    read = await _body_of(exchange, CreatePromptPayloadRequest, _variables)
    return await exchange.carry_out(
        lambda tx, act: payloads.create(tx, act, prompt_id(prompt), read), lambda made: _one(made, 201)
    )


@router.get(
    "/v1/prompts/{id}/payloads",
    operation_id="listPromptPayloads",
    summary="List Prompt Payloads",
    response_model=PayloadsAnswer,
    responses=errors(400, 401, 403, 404),
)
async def list_payloads(exchange: SubjectExchange, prompt: PromptId, cut: CutByMoment) -> Response:
    """List a prompt's payloads."""
    page = await exchange.read(lambda tx, act: payloads.of_prompt(tx, act, prompt_id(prompt), cut))
    return _answer(PayloadsAnswer(payloads=[PromptPayload.of(one) for one in page.items], **next_cursor(page)))


@router.get(
    "/v1/prompts/{id}/payloads/{payloadID}",
    operation_id="getPromptPayload",
    summary="Get a Prompt Payload",
    response_model=PayloadAnswer,
    responses=errors(400, 401, 403, 404),
)
async def get_payload(exchange: SubjectExchange, prompt: PromptId, payload: PayloadPath) -> Response:
    """Give a payload."""
    return _one(await exchange.read(lambda tx, act: payloads.get(tx, act, prompt_id(prompt), _payload_id(payload))))


@router.put(
    "/v1/prompts/{id}/payloads/{payloadID}",
    operation_id="updatePromptPayload",
    summary="Update a Prompt Payload",
    response_model=PayloadAnswer,
    responses=errors(400, 401, 403, 404, 413),
    openapi_extra=takes(UpdatePromptPayloadRequest),
)
async def update_payload(exchange: SubjectExchange, prompt: PromptId, payload: PayloadPath) -> Response:
    """Change what is given of a payload."""
    read = await _body_of(exchange, UpdatePromptPayloadRequest, _update)
    return await exchange.carry_out(
        lambda tx, act: payloads.update(tx, act, prompt_id(prompt), _payload_id(payload), read=read), _one
    )


@router.delete(
    "/v1/prompts/{id}/payloads/{payloadID}",
    operation_id="deletePromptPayload",
    summary="Delete a Prompt Payload",
    status_code=204,
    responses=errors(400, 401, 403, 404),
)
async def delete_payload(exchange: SubjectExchange, prompt: PromptId, payload: PayloadPath) -> Response:
    """Remove a payload for good."""
    return await exchange.carry_out(
        lambda tx, act: payloads.delete(tx, act, prompt_id(prompt), _payload_id(payload)), no_content
    )
