"""Who asks for deliveries, and until when: by token, so that an open stream can be asked again."""

from __future__ import annotations

from datetime import datetime

from promptwire.api.context import Context
from promptwire.domain.credentials import token_hash
from promptwire.domain.subjects import KeySubject, OperatorSubject
from promptwire.ports.storage import Transaction
from promptwire.readmodel.delivery.sights import Viewer, sight_of, teams_of
from promptwire.services.access import Access, authenticate
from promptwire.services.calls import Act, Call


async def recognize(context: Context, token: str) -> tuple[Viewer, datetime | None]:
    """Give who has a token now, and when it ends.

    Raises:
        Unauthenticated, UserNotVerified, Unavailable: As their names say.
    """
    call = Call(token=token, request_id="", now=context.clock())
    return await context.store.read(lambda tx: viewer_of(tx, authenticate(tx, call, Access.SUBJECT)))


def viewer_of(tx: Transaction, act: Act) -> tuple[Viewer, datetime | None]:
    """Give who acts, what they see, and when the credential ends."""
    subject = act.subject
    assert not isinstance(subject, OperatorSubject)  # noqa: S101 - it is never from a request
    viewer = Viewer(subject, sight_of(subject, teams_of(tx, subject)))
    if isinstance(subject, KeySubject):
        return viewer, subject.key.expires_at
    session = tx.sessions.by_hash(token_hash(act.call.token or ""))
    return viewer, session.expires_at if session else act.now
