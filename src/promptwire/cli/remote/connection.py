"""One connection to a server: requests that count once however often they are sent, and lists to their end."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import Any, Self
from urllib.parse import quote, urlencode
from uuid import uuid4

from promptwire.cli.exits import Exit, Failure
from promptwire.cli.remote.errors import refusal, unreachable
from promptwire.cli.remote.site import SECONDS, Site
from promptwire.cli.remote.turns import send
from promptwire.client.answers import AnswerReader, Malformed
from promptwire.client.connection import Route, receive, silence
from promptwire.client.exchange import Request, Response, Silence
from promptwire.client.transport import Transport

PAGE = 200
"""Items of a list that are asked for at once."""


def path(*segments: object) -> str:
    """Give a path of `/v1`, each segment encoded."""
    return "/v1/" + "/".join(quote(str(one), safe="") for one in segments)


def with_query(target: str, query: Mapping[str, object]) -> str:
    """Give a path with what of a query is set."""
    given = {name: value for name, value in query.items() if value not in (None, "", False)}
    told = {name: "true" if value is True else str(value) for name, value in given.items()}
    return f"{target}?{urlencode(told, quote_via=quote)}" if told else target


class Connection:
    """Asks a server, as somebody."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._route = Route(site.settings)
        self._transport = Transport(self._route, site.settings.timeout)

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
        return self._ask(Request("GET", with_query(target, query)))

    def post(self, target: str, body: Mapping[str, object] | None = None, **query: object) -> Any:  # noqa: ANN401 - the same
        """Have something done, once: a repeated request is answered like the first.

        Raises:
            Failure: When it is refused, or there is no usable answer.
        """
        return self._write("POST", with_query(target, query), body)

    def put(self, target: str, body: Mapping[str, object]) -> Any:  # noqa: ANN401 - the same
        """Replace something.

        Raises:
            Failure: When it is refused, or there is no usable answer.
        """
        return self._write("PUT", target, body)

    def delete(self, target: str, **query: object) -> Any:  # noqa: ANN401 - the same
        """Take something away.

        Raises:
            Failure: When it is refused, or there is no usable answer.
        """
        return self._write("DELETE", with_query(target, query), None)

    def items(self, target: str, field: str, *, limit: int | None = None, **query: object) -> Iterator[Any]:
        """Give the items of a list page by page, all of them or as many as asked for.

        Raises:
            Failure: When it is refused, or there is no usable answer.
        """
        cursor: str | None = None
        left = limit
        while left is None or left > 0:
            size = PAGE if left is None else min(PAGE, left)
            page = self.get(target, limit=size, cursor=cursor, **query)
            yield from page[field]
            left = None if left is None else left - len(page[field])
            cursor = page.get("next_cursor")
            if cursor is None:
                return

    def pieces(self, target: str, **query: object) -> Iterator[bytes]:
        """Give a long answer piece by piece, as it comes.

        Raises:
            Failure: When it is refused, or breaks off.
        """
        head = self._route.head("GET", with_query(target, query))
        answer = AnswerReader()
        with _told(self.site), self._route.connect(monotonic() + SECONDS) as sock:
            sock.settimeout(SECONDS)
            sock.sendall(f"{head}\r\n".encode("latin-1"))
            while not answer.complete:
                receive(sock, answer, monotonic() + SECONDS)
                if answer.status == 200:  # noqa: PLR2004 - HTTP's own number
                    yield answer.take()
        if answer.status != 200:  # noqa: PLR2004 - the same
            raise refusal(self.site, Response(answer.status, answer.headers, answer.take()))

    def _write(self, method: str, target: str, body: Mapping[str, object] | None) -> Any:  # noqa: ANN401 - the same
        data = b"" if body is None else json.dumps(body, ensure_ascii=False).encode(errors="surrogatepass")
        return self._ask(Request(method, target, {"Idempotency-Key": f"cli-{uuid4()}"}, data))

    def _ask(self, request: Request) -> Any:  # noqa: ANN401 - the same
        reply = send(self._transport, request, self.site.url)
        if isinstance(reply, Silence):
            raise unreachable(self.site, reply)
        if not 200 <= reply.status < 300:  # noqa: PLR2004 - HTTP's own numbers
            raise refusal(self.site, reply)
        if not reply.body:
            return {}
        try:
            return json.loads(reply.body)
        except (ValueError, RecursionError):
            hint = "Is it a Promptwire server, and the address without a path of its own?"
            raise Failure(f"{self.site.url} did not answer as Promptwire does", Exit.UNREACHABLE, hint) from None


@contextmanager
def _told(site: Site) -> Iterator[None]:
    try:
        yield
    except (OSError, Malformed) as error:
        raise unreachable(site, silence(error, SECONDS)) from None


def connect(server: str | None = None, key: str | None = None) -> Connection:
    """Connect to the server that is meant, as whoever is meant.

    Raises:
        Failure: When the URL or the key cannot be one.
    """
    return Connection(Site.chosen(server, key, os.environ))
