"""What a version needs of the variables, on `/v1`; a later px0 lists their names (contracts/px0.md section 3)."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel

from promptwire.api.v1.answers import JsonSchema, answer, errors
from promptwire.api.v1.check_answers import Finding, Need, findings
from promptwire.api.v1.requests import SubjectExchange, prompt_id
from promptwire.api.v1.versions import PromptId, VersionPath
from promptwire.domain.versions import parse_path_reference
from promptwire.services import versions

router = APIRouter(tags=["Prompt Versions"])


class VariablesAnswer(BaseModel):
    """The variables that a version reads, by name; what it needs of them, one by one; and the same as a JSON Schema.

    `inferred_schema` comes from the templates, `input_schema` is the one that the version declares, and `findings` says
    where that does not say what the templates need.
    """

    variables: list[str]
    needs: list[Need]
    inferred_schema: JsonSchema
    input_schema: JsonSchema
    findings: list[Finding]
    version: int
    content_hash: str


@router.get(
    "/v1/prompts/{id}/versions/{version}/variables",
    operation_id="listVersionVariables",
    summary="List Version Variables",
    response_model=VariablesAnswer,
    responses=errors(400, 401, 403, 404, 410, 422),
)
async def list_version_variables(exchange: SubjectExchange, prompt: PromptId, version: VersionPath) -> Response:
    """Tell what a version reads of the variables, where, and of which type."""
    reference = parse_path_reference(version)
    found = await exchange.read(lambda tx, act: versions.get_text(tx, act, prompt_id(prompt), reference))
    reads, schema = await exchange.context.checker.reads(found.content)
    return answer(
        VariablesAnswer(
            variables=list(dict.fromkeys(one.name for one in reads)),
            needs=[Need.of(one) for one in reads],
            inferred_schema=schema,
            input_schema=found.content.input_schema,
            findings=findings(await exchange.context.checker.disagreements(found.content)),
            version=found.number,
            content_hash=found.content_hash,
        )
    )
