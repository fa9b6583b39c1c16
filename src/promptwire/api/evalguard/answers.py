"""The objects in the answers of `/api/v1`, always in EvalGuard's envelope (contracts/evalguard-labels.md 1.2, 1.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi.responses import Response
from pydantic import BaseModel, PlainSerializer
from starlette.status import HTTP_200_OK

from promptwire.domain.needs import names_read
from promptwire.domain.prompts import Prompt
from promptwire.domain.protected_labels import ProtectedLabel
from promptwire.domain.versions import Version
from promptwire.services.labels import Outcome


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Time = Annotated[datetime, PlainSerializer(_iso, return_type=str)]


class MovedLabel(BaseModel):
    """A label that was on another version before."""

    label: str
    fromVersionId: str  # noqa: N815 - EvalGuard's fields are spelled so
    fromVersion: int  # noqa: N815 - the same


class VersionLabels(BaseModel):
    """A version's labels now, what was asked for, and what really changed."""

    promptVersionId: str  # noqa: N815 - EvalGuard's fields are spelled so
    labels: list[str]
    add: list[str]
    remove: list[str]
    added: list[str]
    removed: list[str]
    moved: list[MovedLabel]

    @classmethod
    def of(cls, outcome: Outcome) -> VersionLabels:
        """Write what a request has done."""
        version, numbers = outcome.moved.now, outcome.moved.numbers
        changes = outcome.moved.changes
        moved = {one.label: one.from_version_id for one in changes if one.to_version_id and one.from_version_id}
        return cls(
            promptVersionId=version.id,
            labels=list(version.labels),
            add=list(outcome.request.add),
            remove=list(outcome.request.remove),
            added=[one.label for one in changes if one.to_version_id],
            removed=[one.label for one in changes if not one.to_version_id],
            moved=[
                MovedLabel(label=label, fromVersionId=origin, fromVersion=numbers[origin])
                for label, origin in moved.items()
            ],
        )


class LabelsAnswer(BaseModel):
    """The answer of the labels route."""

    success: Literal[True] = True
    data: VersionLabels


class LabelsOfVersion(BaseModel):
    """A version's labels."""

    promptVersionId: str  # noqa: N815 - EvalGuard's fields are spelled so
    labels: list[str]


class LabelsOfVersionAnswer(BaseModel):
    """The answer to who reads a version's labels."""

    success: Literal[True] = True
    data: LabelsOfVersion


class PromptRow(BaseModel):
    """A version as EvalGuard lists it: with the name of its prompt."""

    id: str
    name: str
    version: int
    content: str
    variables: list[str] | None
    """What the template reads; null where that cannot be told."""
    created_at: Time
    projectId: str  # noqa: N815 - EvalGuard's fields are spelled so
    promptId: str  # noqa: N815 - the same
    status: str
    labels: list[str]
    model: str | None

    @classmethod
    def of(cls, row: tuple[Prompt, Version]) -> PromptRow:
        """Write a version."""
        prompt, version = row
        return cls(
            id=version.id,
            name=prompt.name,
            version=version.number,
            content=version.content.text,
            variables=names_read(version.content),
            created_at=version.created_at,
            projectId=prompt.team_id,
            promptId=prompt.id,
            status=version.status.value,
            labels=list(version.labels),
            model=version.content.model,
        )


class PromptRowAnswer(BaseModel):
    """A version that was written."""

    success: Literal[True] = True
    data: PromptRow


class PromptRowsAnswer(BaseModel):
    """Versions, newest first."""

    success: Literal[True] = True
    data: list[PromptRow]


class ProtectedLabelRow(BaseModel):
    """A label whose move needs a role in the project's organization."""

    projectId: str  # noqa: N815 - EvalGuard's fields are spelled so
    label: str
    minRequiredRole: str  # noqa: N815 - the same
    createdBy: str | None  # noqa: N815 - the same
    createdAt: Time  # noqa: N815 - the same

    @classmethod
    def of(cls, protected: ProtectedLabel) -> ProtectedLabelRow:
        """Write a protected label."""
        return cls(
            projectId=protected.team_id,
            label=protected.label,
            minRequiredRole=protected.min_required_role.value,
            createdBy=protected.created_by,
            createdAt=protected.created_at,
        )


class ProtectedLabelAnswer(BaseModel):
    """A protected label."""

    success: Literal[True] = True
    data: ProtectedLabelRow


class ProtectedLabelsAnswer(BaseModel):
    """A project's registry, in ascending order by code point."""

    success: Literal[True] = True
    data: list[ProtectedLabelRow]


class Unprotected(BaseModel):
    """A label that is protected no longer; EvalGuard's clients take no answer without a word in it."""

    projectId: str  # noqa: N815 - EvalGuard's fields are spelled so
    label: str
    protected: Literal[False] = False


class UnprotectedAnswer(BaseModel):
    """That a protection was lifted."""

    success: Literal[True] = True
    data: Unprotected


class Problem(BaseModel):
    """What went wrong: for people, as a code, and in detail."""

    message: str
    code: str
    requestId: str  # noqa: N815 - EvalGuard's fields are spelled so
    details: dict[str, object] | None = None


class ErrorAnswer(BaseModel):
    """The answer to what went wrong."""

    success: Literal[False] = False
    error: Problem


def answer(model: BaseModel, status: int = HTTP_200_OK) -> Response:
    """Answer with an object; never with nothing, which EvalGuard's clients refuse."""
    return Response(model.model_dump_json(), status, media_type="application/json")


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the errors of an operation for the document."""
    return {status: {"model": ErrorAnswer} for status in statuses}
