"""What a version reads, what checks find, and what changes for callers, in the answers of `/v1`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel

from promptwire.api.v1.answers import Uuid
from promptwire.domain import checks, compatibility, needs


class Place(BaseModel):
    """Where in a version: `template` or `messages[2].content`, and the line in it, from 1."""

    path: str
    line: int


class Need(BaseModel):
    """One value that a version reads.

    `path` is `user.name`, or `users[].name` for each element of a list; `name` the variable it belongs to. `required`
    says whether every render needs it, below `[]` of each element. `types` are the JSON types that will do, the most
    likely first; none means any. `uses` is what is done with it, `values` are constants it is compared with.
    """

    path: str
    name: str
    required: bool
    types: list[str]
    uses: list[str]
    values: list[str | int | float | bool]
    where: list[Place]

    @classmethod
    def of(cls, variable: needs.Variable) -> Need:
        """Write a variable."""
        return cls(
            path=variable.path,
            name=variable.name,
            required=variable.required,
            types=list(variable.types),
            uses=list(variable.uses),
            values=list(variable.values),
            where=[Place(path=path, line=line) for path, line in variable.where],
        )


class CallerChange(BaseModel):
    """One thing that is different for whoever renders; breaking where it breaks callers, or may."""

    kind: str
    path: str
    breaking: bool
    message: str
    where: Place | None

    @classmethod
    def of(cls, change: compatibility.CallerChange) -> CallerChange:
        """Write a change."""
        where = Place(path=change.where[0], line=change.where[1]) if change.where else None
        return cls(
            kind=change.kind.value, path=change.path, breaking=change.breaking, message=change.message, where=where
        )


class Finding(BaseModel):
    """Something that a check of a version found; an error stops a promotion where the team asks for the check."""

    check: Literal["renders", "schema", "breaking"]
    severity: Literal["error", "warning"]
    path: str
    message: str
    payload_id: Uuid | None
    change: CallerChange | None

    @classmethod
    def of(cls, finding: checks.Finding) -> Finding:
        """Write a finding."""
        return cls(
            check=finding.check.value,
            severity=finding.severity.value,
            path=finding.path,
            message=finding.message,
            payload_id=finding.payload_id,
            change=CallerChange.of(finding.change) if finding.change else None,
        )


def findings(found: Iterable[checks.Finding]) -> list[Finding]:
    """Write findings."""
    return [Finding.of(one) for one in found]


def changes(found: Iterable[compatibility.CallerChange], *, breaking: bool) -> list[CallerChange]:
    """Write the changes that break callers, or those that do not."""
    return [CallerChange.of(one) for one in found if one.breaking is breaking]
