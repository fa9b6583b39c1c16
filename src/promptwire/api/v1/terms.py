"""On which terms somebody asks for a move, as every route of `/v1` that moves something takes them.

They stand in the body where the route has one, or in the query.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Query
from pydantic import WithJsonSchema

from promptwire.api.preconditions import expected_version, if_match
from promptwire.api.v1.requests import Body
from promptwire.domain.moves import Terms, check_expected, check_reason
from promptwire.services.calls import Input
from promptwire.services.moves import AskedTerms


class MoveBody(Body):
    """What may stand in the body of a request for a move, beside what it moves."""

    reason: str | None = None
    """Why; it is kept in the change log."""
    expected_version: int | None = None
    """The number of the version that the label, or `live`, leads to before; 0 for none."""


@dataclass(frozen=True, slots=True)
class MoveQuery:
    """What the query of a request for a move says."""

    reason: str | None = None
    expected_version: str | None = None
    if_match: tuple[str, ...] = ()


async def _move_query(
    reason: Annotated[str | None, Query(description="Why; it is kept in the change log.")] = None,
    expected_version: Annotated[
        str | None, Query(description="The number of the version that the label leads to before; 0 for none.")
    ] = None,
    if_match: Annotated[
        list[str] | None,
        WithJsonSchema({"type": "string"}),  # several headers are one list, and generated clients take no list
        Header(alias="If-Match", description="The ETag of the label as it was read."),
    ] = None,
) -> MoveQuery:
    return MoveQuery(reason=reason, expected_version=expected_version, if_match=tuple(if_match or ()))


AnyMoveQuery = Annotated[MoveQuery, Depends(_move_query)]


def _no_body() -> MoveBody:
    return MoveBody()


def terms_of(query: MoveQuery, body: Input[MoveBody] = _no_body) -> AskedTerms:
    """Give the terms of a request; what the body says counts before what the query says."""

    def read() -> Terms:
        said = body()
        number = expected_version(query.expected_version) if said.expected_version is None else said.expected_version
        return Terms(
            reason=check_reason(said.reason or query.reason),
            expected_version=check_expected(number),
            expected_ids=if_match(query.if_match),
        )

    return read
