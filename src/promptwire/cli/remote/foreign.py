"""Servers of other systems, which prompts are read from."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Self

from promptwire.cli.exits import Exit, Failure
from promptwire.cli.remote.connection import with_query
from promptwire.cli.remote.errors import STATUSES
from promptwire.cli.remote.site import settings
from promptwire.cli.remote.turns import send
from promptwire.client.connection import Route
from promptwire.client.exchange import Request, Silence
from promptwire.client.transport import Transport

_SECONDS = 60.0


class Foreign:
    """Reads JSON from a server, and changes nothing there.

    Args:
        url: its address.
        headers: what shows who asks.
        hint: what to do where it refuses.
    """

    def __init__(self, url: str, headers: Mapping[str, str], hint: str) -> None:
        self._url = url.rstrip("/")
        self._transport = Transport(Route(settings(self._url, None, os.environ)), _SECONDS)
        self._headers = headers
        self._hint = hint

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._transport.close()

    def get(self, target: str, **query: object) -> Any:  # noqa: ANN401 - the caller knows what it asked for
        """Ask for something; gives the decoded answer.

        Raises:
            Failure: When it is refused, or there is no usable answer.
        """
        reply = send(self._transport, Request("GET", with_query(target, query), self._headers), self._url)
        if isinstance(reply, Silence):
            raise Failure(f"{self._url} {reply.cause.partition(' (PROMPTWIRE_URL')[0]}", Exit.UNREACHABLE)
        if reply.status != 200:  # noqa: PLR2004 - HTTP's own number
            status = STATUSES.get(reply.status, Exit.FAILED)
            raise Failure(f"{self._url}{target} answered {reply.status}", status, self._hint)
        try:
            return json.loads(reply.body)
        except (ValueError, RecursionError):
            raise Failure(f"{self._url}{target} did not answer with JSON", Exit.UNREACHABLE) from None


def basic(user: str, password: str) -> dict[str, str]:
    """Give the header of a name and a password."""
    return {"Authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"}
