"""Where a person is signed in, on `/v1` (contracts/px0.md 3, without the tokens)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel

from promptwire.api.exchange import no_content
from promptwire.api.v1.answers import Time, Uuid, answer, errors
from promptwire.api.v1.requests import PersonExchange, uuid_of
from promptwire.services import sessions

router = APIRouter(tags=["Auth"])


class Session(BaseModel):
    """A session; `current` says whether it is the one that asks. Its token is never shown again."""

    id: Uuid
    user_id: Uuid
    created_at: Time
    expires_at: Time
    current: bool

    @classmethod
    def of(cls, own: sessions.OwnSession) -> Session:
        """Write a session."""
        one = own.session
        return cls(
            id=one.id,
            user_id=one.user_id,
            created_at=one.created_at,
            expires_at=one.expires_at,
            current=own.is_current,
        )


class SessionsAnswer(BaseModel):
    """Sessions, newest first."""

    sessions: list[Session]


@router.get(
    "/v1/auth/sessions",
    operation_id="listSessions",
    summary="List Sessions",
    response_model=SessionsAnswer,
    responses=errors(401, 403),
)
async def list_sessions(exchange: PersonExchange) -> Response:
    """List where the person is signed in."""
    found = await exchange.read(sessions.of_person)
    return answer(SessionsAnswer(sessions=[Session.of(one) for one in found]))


@router.delete(
    "/v1/auth/sessions/{sessionID}",
    operation_id="deleteSession",
    summary="End a Session",
    status_code=204,
    responses=errors(400, 401, 403, 404),
)
async def delete_session(exchange: PersonExchange, session: Annotated[str, Path(alias="sessionID")]) -> Response:
    """Sign the person out there, at once."""
    return await exchange.carry_out(
        lambda tx, act: sessions.end_one(tx, act, uuid_of(session, "invalid id")), no_content
    )
