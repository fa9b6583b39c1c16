"""The objects in the answers of `/api/v1`, always in EvalGuard's envelope (contracts/evalguard-labels.md 1.2, 1.3)."""

from __future__ import annotations

from typing import Literal

from fastapi.responses import Response
from pydantic import BaseModel

from promptwire.services.labels import Outcome


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


def answer(model: BaseModel) -> Response:
    """Answer with an object; never with nothing, which EvalGuard's clients refuse."""
    return Response(model.model_dump_json(), media_type="application/json")
