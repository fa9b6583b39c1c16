"""The way to webhooks' endpoints: signed requests over HTTP, to no address that is not allowed, within bounds."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from asyncio import StreamReader, StreamWriter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import TypeAlias

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser
from standardwebhooks import Webhook

from promptwire.domain.errors import InvalidInput
from promptwire.domain.reach import Reach, Target
from promptwire.domain.webhooks import MAX_ANSWER, Outcome
from promptwire.ports.webhooks import Post

TIMEOUT = 15.0
"""Seconds for all of a request: names, connection, answer."""
_BODY_TIMEOUT = 1.0  # seconds for the beginning of a body, once the status is known
_MOST_BYTES = 65_536
"""Of an answer that are read at most."""
_CHUNK = 8_192
_LOOKUPS = 8
"""Names looked up at once, each in a thread that a slow name server may hold."""
_MOST_ADDRESSES = 4
Connection: TypeAlias = tuple[StreamReader, StreamWriter]


class _Failed(Exception):
    """A request has no answer; the text says why."""


class _Answer:
    """An answer as far as it is read; what httptools tells of it."""

    def __init__(self) -> None:
        self.parser = HttpResponseParser(self)
        self.status: int | None = None
        self.body = b""
        self.is_over = False

    def on_headers_complete(self) -> None:
        """Take the status; one of 1xx announces another answer."""
        status = self.parser.get_status_code()
        self.status = status if status >= 200 else None  # noqa: PLR2004 - as HTTP has it

    def on_body(self, body: bytes) -> None:
        """Keep the beginning."""
        self.body = (self.body + body)[:MAX_ANSWER]

    def on_message_complete(self) -> None:
        """Note the end."""
        self.is_over = self.status is not None

    @property
    def is_enough(self) -> bool:
        """Tell whether nothing more is wanted."""
        return self.is_over or len(self.body) >= MAX_ANSWER


class HttpSender:
    """Sends to endpoints; one request a connection, redirects are not followed."""

    def __init__(self, reach: Reach, *, timeout: float = TIMEOUT) -> None:
        self._reach = reach
        self._timeout = timeout
        self._lookups = ThreadPoolExecutor(_LOOKUPS, thread_name_prefix="promptwire-names")
        self._tls: ssl.SSLContext | None = None

    def close(self) -> None:
        """Look no names up any more."""
        self._lookups.shutdown(wait=False, cancel_futures=True)

    async def send(self, post: Post) -> Outcome:
        """Send a request, within bounds of time and size, and give what came of it; it does not raise."""
        began = time.monotonic()
        answer, error = _Answer(), None
        try:
            async with asyncio.timeout(self._timeout):
                await self._exchange(post, answer)
        except TimeoutError:
            error = f"no answer within {self._timeout:g} s"
        except (_Failed, InvalidInput) as failed:
            error = str(failed)
        except ssl.SSLError as failed:
            error = f"TLS failed: {getattr(failed, 'verify_message', '') or failed.reason or 'the connection broke'}"
        except OSError as failed:
            error = f"the connection failed: {failed.strerror or type(failed).__name__}"
        return Outcome(
            milliseconds=round((time.monotonic() - began) * 1000),
            status=answer.status,
            error=None if answer.status else error or "the connection was closed without an answer",
            answer=answer.body.decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}"),
        )

    async def _exchange(self, post: Post, answer: _Answer) -> None:
        target = self._reach.target(post.url)
        reader, writer = await self._connect(target)
        try:
            writer.write(_request(post, target))
            await _read(reader, answer)
        finally:
            writer.transport.abort()

    async def _connect(self, target: Target) -> Connection:
        """Connect to an address that was looked up once and judged, so that no second answer can lead elsewhere."""
        failed: OSError | None = None
        for address in (await self._addresses(target))[:_MOST_ADDRESSES]:
            try:
                return await asyncio.open_connection(
                    address,
                    target.port,
                    ssl=self._tls_context() if target.tls else None,
                    server_hostname=target.host if target.tls else None,
                )
            except OSError as error:
                failed = error
        raise failed or _Failed("the host has no address")

    async def _addresses(self, target: Target) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._lookups, _look_up, target)
        except (OSError, UnicodeError):
            raise _Failed("the host is not known") from None
        allowed = [address for address in found if self._reach.allows(address)]
        if found and not allowed:
            raise _Failed("the host is not at a public address")
        return allowed

    def _tls_context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = ssl.create_default_context()
        return self._tls


def _look_up(target: Target) -> list[str]:
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def _request(post: Post, target: Target) -> bytes:
    signatures = [Webhook(secret).sign(post.id, post.at, post.body.decode()) for secret in post.secrets]
    lines = (
        f"POST {target.path} HTTP/1.1",
        f"Host: {target.authority}",
        f"User-Agent: Promptwire/{version('promptwire')}",
        "Content-Type: application/json",
        f"Content-Length: {len(post.body)}",
        "Accept-Encoding: identity",
        "Connection: close",
        f"webhook-id: {post.id}",
        f"webhook-timestamp: {int(post.at.timestamp())}",
        f"webhook-signature: {' '.join(signatures)}",
        *([f"traceparent: {post.traceparent}"] if post.traceparent else []),
    )
    return "\r\n".join((*lines, "", "")).encode() + post.body


async def _read(reader: StreamReader, answer: _Answer) -> None:
    """Read an answer until its status and the beginning of its body are there."""
    left = _MOST_BYTES
    deadline: float | None = None
    while left > 0 and not answer.is_enough:
        if answer.status is not None and deadline is None:
            deadline = asyncio.get_running_loop().time() + _BODY_TIMEOUT
        try:
            async with asyncio.timeout_at(deadline):
                chunk = await reader.read(min(_CHUNK, left))
        except TimeoutError:
            if deadline is None:
                raise
            return
        if not chunk:
            return
        left -= len(chunk)
        _parse(chunk, answer)
    if answer.status is None:
        raise _Failed("the answer does not end its head")


def _parse(chunk: bytes, answer: _Answer) -> None:
    try:
        answer.parser.feed_data(chunk)
    except (HttpParserError, HttpParserUpgrade):
        if answer.status is None:
            raise _Failed("what answers does not speak HTTP") from None
        answer.is_over = True
