"""Prompts on `/v1` (contracts/px0.md 1.4)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel

from promptwire.api.exchange import Exchange
from promptwire.api.v1.answers import JsonSchema, Prompt, answer, errors
from promptwire.api.v1.requests import Body, Segment, SubjectExchange, body_of, prompt_id, takes, uuid_of
from promptwire.api.v1.search import PromptsAnswer, SearchQuery, listed
from promptwire.api.v1.terms import AnyMoveQuery, MoveBody, terms_of
from promptwire.api.v1.version_answers import PromptVersion
from promptwire.domain import prompts as domain
from promptwire.domain.prompts import NewPrompt, PromptUpdate
from promptwire.domain.versions import by_label, parse_path_reference
from promptwire.ports.storage import Transaction
from promptwire.services import moving, prompts, search
from promptwire.services.access import find_prompt
from promptwire.services.authors import Authored, authored
from promptwire.services.calls import Act, Input
from promptwire.services.finding import find_version
from promptwire.services.schemas import read_schema
from promptwire.services.search import Asked

router = APIRouter(tags=["Prompts"])


class CreatePromptRequest(Body):
    """A prompt to add; the slug is made of the name when it is not given.

    `input_schema` is a JSON Schema (draft 2020-12) of the variables, for each version that is written.
    """

    REQUIRED = ("name",)

    name: str = ""
    description: str = ""
    slug: str = ""
    input_schema: JsonSchema = None


class UpdatePromptRequest(Body):
    """A description; left out means empty, as in px0, but not beside `input_schema`.

    `input_schema` is for each version written from now on; null takes it away, left out it stays.
    """

    NULLABLE = frozenset({"input_schema"})

    description: str = ""
    input_schema: JsonSchema = None


class MovePromptRequest(MoveBody):
    """The team to move a prompt to."""

    REQUIRED = ("team_id",)

    team_id: str = ""


class PromptAnswer(BaseModel):
    """A prompt, and the version that was asked for with it."""

    prompt: Prompt
    version: PromptVersion | None = None


@router.post(
    "/v1/teams/{teamID}/prompts",
    operation_id="createPrompt",
    summary="Create Prompt",
    status_code=201,
    response_model=PromptAnswer,
    responses=errors(400, 401, 403, 409, 413),
    openapi_extra=takes(CreatePromptRequest),
)
async def create_prompt(exchange: SubjectExchange, team: Annotated[str, Path(alias="teamID")]) -> Response:
    """Add a prompt to a team."""
    read = await body_of(
        exchange,
        CreatePromptRequest,
        lambda new: NewPrompt(
            name=new.name,
            description=new.description,
            slug=new.slug or None,
            input_schema=read_schema(exchange.context.schemas, new.input_schema),
        ),
    )
    return await exchange.carry_out(
        lambda tx, act: prompts.create(tx, act, uuid_of(team, "invalid id"), read),
        lambda prompt: _one(prompt, 201),
    )


@router.get(
    "/v1/teams/{teamID}/prompts",
    operation_id="listPrompts",
    summary="List Prompts in Team",
    response_model=PromptsAnswer,
    responses=errors(400, 401, 403),
)
async def list_prompts(
    exchange: SubjectExchange, team: Annotated[str, Path(alias="teamID")], read: SearchQuery
) -> Response:
    """List a team's prompts, all of them or those that are looked for; `status` decides before `archived`."""
    return await _list(exchange, team, read)


@router.get(
    "/v1/prompts",
    operation_id="listAllPrompts",
    summary="List Prompts",
    response_model=PromptsAnswer,
    responses=errors(400, 401, 403),
)
async def list_all_prompts(
    exchange: SubjectExchange,
    read: SearchQuery,
    team: Annotated[str, Query()] = "",
    team_id: Annotated[str, Query()] = "",
) -> Response:
    """List the prompts of the team named; without a team there are none."""
    if team or team_id:
        return await _list(exchange, team or team_id, read)
    return listed(await exchange.read(lambda _tx, _act: search.none(read)))


async def _list(exchange: Exchange, team: str, read: Input[Asked]) -> Response:
    return listed(await exchange.read(lambda tx, act: search.of_team(tx, act, uuid_of(team, "invalid id"), read)))


def _one(prompt: domain.Prompt, status: int = 200) -> Response:
    return answer(PromptAnswer(prompt=Prompt.of(prompt)), status)


@router.get(
    "/v1/prompts/{id}",
    operation_id="getPrompt",
    summary="Get Prompt",
    response_model=PromptAnswer,
    responses=errors(401, 403, 404, 409),
)
async def get_prompt(  # noqa: PLR0917 - each is a parameter of the route
    exchange: SubjectExchange,
    reference: Annotated[Segment, Path(alias="id")],
    version: Annotated[str, Query()] = "",
    tag: Annotated[str, Query()] = "",
    team: Annotated[str | None, Query()] = None,
) -> Response:
    """Give a prompt by id or slug, with the version that `version` (number or tag) or `tag` names."""
    wanted = parse_path_reference(version) if version else (by_label(tag) if tag else None)

    def load(tx: Transaction, act: Act) -> tuple[domain.Prompt, Authored | None]:
        prompt = find_prompt(tx, act, reference, team)
        return prompt, authored(tx, act, find_version(tx, act, prompt, wanted)) if wanted else None

    prompt, found = await exchange.read(load)
    if found is None:
        return _one(prompt)
    return answer(PromptAnswer(prompt=Prompt.of(prompt), version=PromptVersion.by(found)))


@router.put(
    "/v1/prompts/{id}",
    operation_id="updatePrompt",
    summary="Update Prompt",
    response_model=PromptAnswer,
    responses=errors(400, 401, 403, 404, 413),
    openapi_extra=takes(UpdatePromptRequest),
)
async def update_prompt(exchange: SubjectExchange, reference: Annotated[str, Path(alias="id")]) -> Response:
    """Replace a prompt's description, and its input schema."""
    read = await body_of(exchange, UpdatePromptRequest, lambda new: _update(exchange, new))
    return await exchange.carry_out(lambda tx, act: prompts.update(tx, act, prompt_id(reference), read), _one)


def _update(exchange: Exchange, new: UpdatePromptRequest) -> PromptUpdate:
    sent = new.model_fields_set
    return PromptUpdate(
        description=None if "input_schema" in sent and "description" not in sent else new.description,
        changes_schema="input_schema" in sent,
        input_schema=read_schema(exchange.context.schemas, new.input_schema),
    )


@router.post(
    "/v1/prompts/{id}/archive",
    operation_id="archivePrompt",
    summary="Archive Prompt",
    response_model=PromptAnswer,
    responses=errors(400, 401, 403, 404, 409, 412),
)
async def archive_prompt(
    exchange: SubjectExchange, reference: Annotated[str, Path(alias="id")], query: AnyMoveQuery
) -> Response:
    """Take a prompt out of use; it still renders."""
    terms = terms_of(query)
    return await exchange.carry_out(lambda tx, act: prompts.archive(tx, act, prompt_id(reference), terms=terms), _one)


@router.post(
    "/v1/prompts/{id}/restore",
    operation_id="restorePrompt",
    summary="Restore Prompt",
    response_model=PromptAnswer,
    responses=errors(400, 401, 403, 404, 409, 412),
)
async def restore_prompt(exchange: SubjectExchange, reference: Annotated[str, Path(alias="id")]) -> Response:
    """Bring an archived prompt back."""
    return await exchange.carry_out(
        lambda tx, act: prompts.restore(tx, act, prompt_id(reference)),
        _one,
    )


@router.post(
    "/v1/prompts/{id}/move",
    operation_id="movePrompt",
    summary="Move a Prompt",
    response_model=PromptAnswer,
    responses=errors(400, 401, 403, 404, 409, 412, 413),
    openapi_extra=takes(MovePromptRequest),
)
async def move_prompt(
    exchange: SubjectExchange, reference: Annotated[str, Path(alias="id")], query: AnyMoveQuery
) -> Response:
    """Give a prompt to another team, with its versions, tags and payloads."""
    body = await body_of(exchange, MovePromptRequest, lambda body: body)
    terms = terms_of(query, body)

    def read() -> str:
        return uuid_of(body().team_id, "invalid target team_id")

    return await exchange.carry_out(lambda tx, act: moving.move(tx, act, prompt_id(reference), read, terms=terms), _one)
