"""Waiting for one's turn, where a server says when that is."""

from __future__ import annotations

from time import sleep
from typing import Final

from promptwire.cli.printing import note
from promptwire.client.exchange import Reply, Request, Response
from promptwire.client.transport import Transport

LONGEST: Final = 60.0
"""Seconds that somebody at a terminal is let wait for one turn; a server that asks for more is taken to refuse."""
TURNS: Final = 5
"""How often one request is sent again."""
_LATER: Final = frozenset({429, 503})
"""Nothing was done, says either; what has an idempotency key is done once in any case."""


def send(transport: Transport, request: Request, url: str) -> Reply:
    """Send a request, again after as long as the server asks to wait; gives the last answer."""
    reply = transport.send(request)
    for _ in range(TURNS):
        seconds = _asked(reply)
        if seconds is None:
            break
        note(f"{url} asks to wait {seconds:g} s")
        sleep(seconds)
        reply = transport.send(request)
    return reply


def _asked(reply: Reply) -> float | None:
    if not isinstance(reply, Response) or reply.status not in _LATER:
        return None
    told = reply.headers.get("retry-after", "")
    seconds = float(told) if told.isdecimal() else None  # a date is for those who have much time
    return seconds if seconds is not None and seconds <= LONGEST else None
