"""On which terms somebody asks for a move, as every route of `/v1` that moves something takes them.

They stand in the body where the route has one, or in the query.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query

from promptwire.api.v1.requests import Body
from promptwire.domain.moves import Terms, check_reason
from promptwire.services.calls import Input
from promptwire.services.moves import AskedTerms


class MoveBody(Body):
    """What may stand in the body of a request for a move, beside what it moves."""

    reason: str | None = None
    """Why; it is kept in the change log."""


@dataclass(frozen=True, slots=True)
class MoveQuery:
    """What the query of a request for a move says."""

    reason: str | None = None


async def _move_query(
    reason: Annotated[str | None, Query(description="Why; it is kept in the change log.")] = None,
) -> MoveQuery:
    return MoveQuery(reason=reason)


AnyMoveQuery = Annotated[MoveQuery, Depends(_move_query)]


def _no_body() -> MoveBody:
    return MoveBody()


def terms_of(query: MoveQuery, body: Input[MoveBody] = _no_body) -> AskedTerms:
    """Give the terms of a request; what the body says counts before what the query says."""

    def read() -> Terms:
        said = body()
        return Terms(reason=check_reason(said.reason or query.reason))

    return read
