"""What changed between two versions, on `/v1` (contracts/px0.md 1.4); tags came with a later px0 (section 3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from promptwire.api.v1.answers import answer, errors
from promptwire.api.v1.check_answers import CallerChange, changes
from promptwire.api.v1.requests import SubjectExchange, prompt_id
from promptwire.api.v1.versions import PromptId
from promptwire.domain import compatibility
from promptwire.domain.content_diffs import Compared, ContentDiff
from promptwire.domain.errors import InvalidInput
from promptwire.domain.versions import ByNumber, Reference, Version, parse_path_reference
from promptwire.services import diffs

router = APIRouter(tags=["Prompt Versions"])

FromQuery = Annotated[str, Query(alias="from", description="A version's number, or a tag on it: compare from here.")]
ToQuery = Annotated[str, Query(alias="to", description="A version's number, or a tag on it: compare to here.")]


class MessageDiff(BaseModel):
    """What became of one message: where it was and where it is, from 0, and a unified diff of the two."""

    change: Literal["same", "changed", "added", "removed"]
    from_index: int | None
    to_index: int | None
    diff: str


class FieldDiff(BaseModel):
    """A field of the versions that has another value."""

    field: str
    from_value: Any
    to_value: Any


class VersionDiff(BaseModel):
    """Two texts, and the unified diff between them, which is empty where they are equal.

    `coarse` is there, and true, where all from the first change to the last stands as one, because finding more in
    texts of that size would take too long. `messages` is there where both are chats, `fields` where others differ.
    `breaking` is what breaks callers that render the first and get the second, or may, `changes` what else changes.
    """

    from_version: int
    to_version: int
    from_template: str
    to_template: str
    diff: str
    coarse: bool = False
    messages: list[MessageDiff] = []
    fields: list[FieldDiff] = []
    breaking: list[CallerChange]
    changes: list[CallerChange]


@router.get(
    "/v1/prompts/{id}/versions/diff",
    operation_id="diffVersions",
    summary="Diff Prompt Versions",
    response_model=VersionDiff,
    responses=errors(400, 401, 403, 404, 410),
)
async def diff_versions(
    exchange: SubjectExchange, prompt: PromptId, before: FromQuery = "", after: ToQuery = ""
) -> Response:
    """Compare two versions of a prompt line by line."""

    def read() -> tuple[Reference, Reference]:
        if not (before and after):
            raise InvalidInput("from and to query parameters are required", "to" if before else "from")
        return _reference(before, "from"), _reference(after, "to")

    old, new = await exchange.read(lambda tx, act: diffs.load(tx, act, prompt_id(prompt), read))
    found = await exchange.context.comparer.compare(_compared(old), _compared(new))
    told = await exchange.context.checker.changes(old.content, new.content)
    return answer(_difference(old, new, found, told))


def _difference(
    old: Version, new: Version, found: ContentDiff, changed: Sequence[compatibility.CallerChange]
) -> VersionDiff:
    told: dict[str, Any] = {
        "from_version": old.number,
        "to_version": new.number,
        "from_template": old.content.text,
        "to_template": new.content.text,
        "diff": found.text.text,
        "breaking": changes(changed, breaking=True),
        "changes": changes(changed, breaking=False),
    }
    if found.text.coarse:
        told["coarse"] = True
    if found.messages is not None:
        told["messages"] = [
            MessageDiff(change=one.change, from_index=one.before, to_index=one.after, diff=one.diff)
            for one in found.messages
        ]
    if found.fields:
        told["fields"] = [FieldDiff(field=one.field, from_value=one.before, to_value=one.after) for one in found.fields]
    return VersionDiff.model_validate(told)


def _reference(text: str, field: str) -> Reference:
    reference = parse_path_reference(text)
    if isinstance(reference, ByNumber) and reference.number < 1:
        raise InvalidInput(f"invalid {field} version", field)
    return reference


def _compared(version: Version) -> Compared:
    return Compared(f"v{version.number}", version.content)
