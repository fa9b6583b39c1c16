"""On which terms somebody asks for a move, as every route of `/v1` that moves something takes them.

They stand in the body where the route has one, or in the query.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Query
from pydantic import Field, WithJsonSchema

from promptwire.api.preconditions import expected_version, if_match
from promptwire.api.v1.requests import Body
from promptwire.domain.errors import InvalidInput
from promptwire.domain.moves import Terms, check_expected, check_reason
from promptwire.services.calls import Input
from promptwire.services.moves import AskedTerms

_REASON = "Why; it is kept in the change log."
_EXPECTED = "The number of the version that the label, or `live`, leads to before; 0 for none."
_DRY_RUN = "Whether to say what would happen, and change nothing."
_REQUEST_APPROVAL = "Whether to open a change request (202) where the approval of others is what is missing."
_TRUTHS = {"": False, "true": True, "1": True, "false": False, "0": False}


class MoveBody(Body):
    """What may stand in the body of a request for a move, beside what it moves."""

    reason: str | None = Field(default=None, description=_REASON)
    expected_version: int | None = Field(default=None, description=_EXPECTED)
    dry_run: bool = Field(default=False, description=_DRY_RUN)
    request_approval: bool = Field(default=False, description=_REQUEST_APPROVAL)


@dataclass(frozen=True, slots=True)
class MoveQuery:
    """What the query of a request for a move says."""

    reason: str | None = None
    expected_version: str | None = None
    if_match: tuple[str, ...] = ()
    dry_run: str = ""
    request_approval: str = ""


async def _move_query(  # noqa: PLR0917 - each is a parameter of the route
    reason: Annotated[str | None, Query(description=_REASON)] = None,
    expected_version: Annotated[str | None, Query(description=_EXPECTED)] = None,
    if_match: Annotated[
        list[str] | None,
        WithJsonSchema({"type": "string"}),  # several headers are one list, and generated clients take no list
        Header(alias="If-Match", description="The ETag of the label as it was read."),
    ] = None,
    dry_run: Annotated[str, Query(description=f"true or false. {_DRY_RUN}")] = "",
    request_approval: Annotated[str, Query(description=f"true or false. {_REQUEST_APPROVAL}")] = "",
) -> MoveQuery:
    return MoveQuery(
        reason=reason,
        expected_version=expected_version,
        if_match=tuple(if_match or ()),
        dry_run=dry_run,
        request_approval=request_approval,
    )


AnyMoveQuery = Annotated[MoveQuery, Depends(_move_query)]


def _no_body() -> MoveBody:
    return MoveBody()


def terms_of(query: MoveQuery, body: Input[MoveBody] = _no_body) -> AskedTerms:
    """Give the terms of a request: the reason in the body before that in the query, the rest in either."""

    def read() -> Terms:
        said = body()
        number = expected_version(query.expected_version) if said.expected_version is None else said.expected_version
        return Terms(
            reason=check_reason(said.reason or query.reason),
            expected_version=check_expected(number),
            expected_ids=if_match(query.if_match),
            dry_run=said.dry_run or truth(query.dry_run, "dry_run"),
            request_approval=said.request_approval or truth(query.request_approval, "request_approval"),
        )

    return read


def truth(text: str, field: str) -> bool:
    """Read a truth value in a query.

    Raises:
        InvalidInput: For anything but true, false, 1 and 0.
    """
    try:
        return _TRUTHS[text]
    except KeyError:
        raise InvalidInput(f"{field} must be true or false", field) from None
