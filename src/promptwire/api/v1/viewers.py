"""Who asks for deliveries, and until when; from memory where that is known."""

from __future__ import annotations

from datetime import UTC, datetime

from promptwire.api.exchange import Exchange
from promptwire.readmodel.delivery.sights import Viewer, sight_of
from promptwire.readmodel.model import ReadModel
from promptwire.readmodel.readers import NEVER


async def viewer_of(exchange: Exchange) -> tuple[Viewer, datetime | None]:
    """Give who asks, what they see, and when the credential ends.

    Raises:
        Unauthenticated, UserNotVerified, Unavailable: As their names say.
    """
    viewer, until = await recognize(exchange.context.model, authorization_of(exchange))
    if viewer.key_id:
        exchange.context.used_keys[viewer.key_id] = exchange.call.now
    return viewer, until


def authorization_of(exchange: Exchange) -> str | None:
    """Give the `Authorization` of a request; of a browser, the one that its cookie stands for."""
    header = exchange.request.headers.get("authorization")
    if header is None and exchange.call.token:
        return f"Bearer {exchange.call.token}"
    return header


async def recognize(model: ReadModel, authorization: str | None) -> tuple[Viewer, datetime | None]:
    """Give who sends an `Authorization` header now, and when that ends.

    Raises:
        Unauthenticated, UserNotVerified, Unavailable: As their names say.
    """
    reader = await model.recognize(None if authorization is None else authorization.encode("latin-1"))
    until = None if reader.until == NEVER else datetime.fromtimestamp(reader.until, UTC)
    return Viewer(reader.subject, sight_of(reader.subject, reader.teams)), until
