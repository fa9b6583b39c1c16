"""Previews of unsaved content, on `/v1`; px0 has none."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, Field

from promptwire.api.v1.answers import JsonSchema, answer, errors
from promptwire.api.v1.check_answers import Finding, Need, findings
from promptwire.api.v1.requests import SubjectExchange, body_of, takes, uuid_of
from promptwire.api.v1.version_answers import JsonObjects
from promptwire.api.v1.version_bodies import VersionBody
from promptwire.services import previews
from promptwire.services.previews import Unsaved

router = APIRouter(tags=["Prompt Renders"])


class PreviewRequest(VersionBody):
    """What a version would say, and variables to try it with."""

    variables: dict[str, Any] = Field(default_factory=dict, description="What to fill the templates with.")


class PreviewError(BaseModel):
    """Why it does not parse, or does not render with these variables.

    `path` is `template`, `messages[1].content`, or a variable's; `line` counts from 1, `column` is the byte in it, from
    0, as Go counts it. What cannot be said is null.
    """

    code: str
    message: str
    path: str | None
    line: int | None
    column: int | None

    @classmethod
    def of(cls, problem: previews.Problem) -> PreviewError:
        """Write a problem."""
        return cls(
            code=problem.code.value,
            message=problem.message,
            path=problem.path,
            line=problem.line,
            column=problem.column,
        )


class PreviewAnswer(BaseModel):
    """What it would say, or the errors; and what it reads, as far as it parses.

    Of a chat, `messages` are what a model's client takes, and `rendered` is a text that shows them. `variables`,
    `needs`, `inferred_schema` and `findings` are those of a version's variables.
    """

    kind: Literal["text", "chat"]
    rendered: str | None
    messages: JsonObjects
    errors: list[PreviewError]
    variables: list[str]
    needs: list[Need]
    inferred_schema: JsonSchema
    findings: list[Finding]
    content_hash: str


@router.post(
    "/v1/teams/{teamID}/preview",
    operation_id="previewContent",
    summary="Preview Content",
    response_model=PreviewAnswer,
    responses=errors(400, 401, 403, 413),
    openapi_extra=takes(PreviewRequest),
)
async def preview_content(
    exchange: SubjectExchange, team: Annotated[str, Path(alias="teamID", description="The team's UUID.")]
) -> Response:
    """Tell what unsaved content would say with some variables; nothing is stored."""
    context = exchange.context

    def make(body: PreviewRequest) -> Unsaved:
        return Unsaved(content=body.draft(context.schemas).content(), variables=body.variables)

    read = await body_of(exchange, PreviewRequest, make)
    unsaved = await exchange.read(lambda tx, act: previews.load(tx, act, uuid_of(team, "invalid id"), read))
    found = await previews.preview(context.renderer, context.checker, unsaved)
    return answer(
        PreviewAnswer(
            kind=unsaved.content.kind,
            rendered=found.rendered.text if found.rendered else None,
            messages=found.rendered.messages if found.rendered else None,
            errors=[PreviewError.of(one) for one in found.problems],
            variables=list(dict.fromkeys(one.name for one in found.variables)),
            needs=[Need.of(one) for one in found.variables],
            inferred_schema=found.inferred_schema,
            findings=findings(found.findings),
            content_hash=unsaved.content.content_hash,
        )
    )
