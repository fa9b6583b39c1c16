"""Connections within bounds: how many, how long a head, how slowly a request may come and an answer be taken.

Like `server.protocol` it overrides methods of uvicorn's that are not documented (docs/decisions/0022).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from httptools import HttpParserError, HttpParserUpgrade
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from promptwire.api.v1.errors import body
from promptwire.api.v1.reads import Answer
from promptwire.wire.codes import ErrorCode

WHOLE = "promptwire.whole"
"""Set in the scope of a request: what answers it in one piece, given the answer and the request's id, if it can be."""
END = b"\r\n\r\n"
MAX_HEAD = 32 * 1024
"""Bytes of a request's first line and headers."""
MAX_HEADERS = 100
_SURPLUS = 1_000  # connections over the bound that are still told why
_SURPLUS_SECONDS = 2.0  # that such a one has to ask for something
_RATE = 16 * 1024  # bytes a second at which a request may come after its first seconds
_PROGRESS = 64 * 1024  # bytes that a reader must take within as many seconds
_REFUSALS = {
    408: ("the request did not arrive in time", ErrorCode.INVALID_INPUT),
    431: (f"the headers are over {MAX_HEAD} bytes or {MAX_HEADERS} lines", ErrorCode.INVALID_INPUT),
    503: ("the server has too many connections; try again", ErrorCode.UNAVAILABLE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What connections may take."""

    connections: int = 16_000
    seconds: float = 30.0
    """For a request to come, and for an answer to make progress."""


class HeadTooLarge(Exception):
    """Ends the parsing of a request."""


class BoundedProtocol(HttpToolsProtocol):
    """A connection that ends when it takes more than it may; `check` is called every second."""

    bounds = Bounds()

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(*args, **kwargs)
        self._receiving_since: float | None = None
        """Since when a request is coming."""
        self._received = 0
        """Bytes of it, about."""
        self._in_head = False
        self._head_before = 0
        """Bytes of its head that came in pieces before this one."""
        self._piece = 0
        self._is_surplus = False
        self._is_too_large = False
        self._blocked: tuple[float, int] | None = None
        """When it was last seen that the reader takes something, and how much was left then."""
        self._closing_since: float | None = None
        self._idle_since: float | None = None
        """Since when nothing is asked."""
        self._answering: RequestResponseCycle | None = None
        """The request that is being answered, where others wait behind it."""
        self._headers_now: list[tuple[bytes, bytes]] | None = None
        self._lines_now = b""
        self._end: Callable[[], None] | None = None
        """What ends the connection as soon as the requests before what was wrong are answered."""

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - uvicorn's own
        """Begin; a connection too many is only told so."""
        super().connection_made(transport)
        self._receiving_since = self.loop.time()
        over = len(self.connections) - self.bounds.connections
        self._is_surplus = over > 0
        if over > _SURPLUS:
            transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take in what came."""
        if self._takes(data):
            self._parse(data)
            if self._in_head:
                self._check_head()

    def _parse(self, data: bytes) -> bool:
        """Parse what came; tell whether there was nothing unusual about it."""
        try:
            self.parser.feed_data(data)
        except HttpParserUpgrade:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
            else:
                self._unsupported_upgrade_warning()
            return False
        except HttpParserError:
            message = "Invalid HTTP request received."
            self.logger.warning(message)
            self.send_400_response(message)
            return False
        return True

    def _takes(self, data: bytes) -> bool:
        """Note that something came; tell whether it is looked at."""
        if self._is_surplus:
            self._refuse(503)
            return False
        if self._end is not None:
            return False
        self._idle_since = None
        if self._receiving_since is None:
            self._receiving_since = self.loop.time()
            self._received = 0
        self._received += len(data)
        self._piece = len(data)
        return True

    def _check_head(self) -> None:
        """Refuse a head that goes on for too long."""
        self._head_before += self._piece
        if self._head_before > MAX_HEAD and not self.transport.is_closing():
            self._end_behind_answers(partial(self._refuse, 431))

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._begin()

    def _begin(self) -> None:
        self._in_head = True
        self._head_before = 0
        if self._receiving_since is None:  # behind another one in one piece
            self._receiving_since = self.loop.time()
            self._received = 0

    def on_headers_complete(self) -> None:
        """Go on with a request whose head is not too large."""
        self._end_head()
        before: RequestResponseCycle | None = self.cycle
        super().on_headers_complete()
        if len(self.pipeline) == 1:
            self._answering = before
        if self.cycle is not before:
            self.cycle.scope[WHOLE] = partial(self._answer, self.cycle)  # type: ignore[literal-required]  # our own

    def _end_head(self) -> None:
        self._in_head = False
        headers = self.headers
        is_long = self._head_before + self._piece > MAX_HEAD and _size(self.url, headers) > MAX_HEAD
        if is_long or len(headers) > MAX_HEADERS:
            self._is_too_large = True
            raise HeadTooLarge

    def on_message_complete(self) -> None:
        """End a request."""
        self._receiving_since = None
        super().on_message_complete()

    def _answer(self, cycle: RequestResponseCycle, answer: Answer, request_id: bytes) -> bool:
        """Answer a request in one piece; tell whether it could be: the messages of ASGI know what is unusual."""
        if cycle.response_started or cycle.disconnected or not cycle.keep_alive or self.flow.write_paused:
            return False
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        cycle.message_event.set()
        self.transport.write(self._bytes_of(answer, request_id, bodiless=cycle.scope["method"] == "HEAD"))
        self.on_response_complete()
        return True

    def _bytes_of(self, answer: Answer, request_id: bytes, *, bodiless: bool) -> bytes:
        body = b"" if bodiless else answer.body
        status, dated = STATUS_LINE[answer.status], self._dated()
        return b"".join((status, dated, answer.lines, b"x-request-id: ", request_id, END, body))

    def _dated(self) -> bytes:
        """Give the headers of every answer, which uvicorn renews each second."""
        headers = self.server_state.default_headers
        if headers is not self._headers_now:
            self._headers_now = headers
            self._lines_now = b"".join(b"%b: %b\r\n" % header for header in headers)
        return self._lines_now

    def on_response_complete(self) -> None:
        """Go on with the request behind, or wait for one; `check` ends the wait, for which uvicorn makes timers."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._answering, app = self.pipeline.pop()
            self._start_asgi_task(self._answering, app)
        elif self._end is not None:
            self._end()
        else:
            self._idle_since = self.loop.time()

    def connection_lost(self, exc: Exception | None) -> None:
        """End what is being answered; uvicorn itself ends only the last of several requests that wait."""
        if self._answering is not None and not self._answering.response_complete:
            self._answering.disconnected = True
            self._answering.message_event.set()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Say what is wrong with what came, which the parser could not go on with, behind the answers before it."""
        self._end_behind_answers(
            partial(self._refuse, 431) if self._is_too_large else partial(super().send_400_response, msg)
        )

    def _end_behind_answers(self, end: Callable[[], None]) -> None:
        """End the connection as soon as what came before is answered; what comes from now on is not looked at."""
        if self.pipeline and self.cycle.more_body:
            self.pipeline.popleft()  # what was wrong is in its body, so it never comes whole
            self._end = end
        elif self._waits_for_us():
            self._end = end
        else:
            end()

    def pause_writing(self) -> None:
        """Note that the reader is slower than the answer."""
        self._blocked = (self.loop.time(), self.transport.get_write_buffer_size())
        super().pause_writing()

    def resume_writing(self) -> None:
        """Go on."""
        self._blocked = None
        super().resume_writing()

    def check(self, now: float) -> None:
        """End a connection that holds on to the server without getting anywhere."""
        seconds = self.bounds.seconds
        if self.transport.is_closing():
            self._closing_since = self._closing_since or now
            if now - self._closing_since > seconds:
                self.transport.abort()
        elif self._blocked is not None and self._is_stuck(now, self._blocked):
            self.transport.abort()
        elif self._receiving_since is not None and not self._waits_for_us():
            allowed = _SURPLUS_SECONDS if self._is_surplus else seconds + self._received / _RATE
            if now - self._receiving_since > allowed:
                self._refuse(503 if self._is_surplus else 408)
        elif self._idle_since is not None and now - self._idle_since > self.timeout_keep_alive:
            self.transport.close()

    def _is_stuck(self, now: float, blocked: tuple[float, int]) -> bool:
        since, left = blocked
        left_now = self.transport.get_write_buffer_size()
        if left - left_now >= _PROGRESS:
            self._blocked = (now, left_now)
            return False
        return now - since > self.bounds.seconds

    def _waits_for_us(self) -> bool:
        """Tell whether a request before this one has come and is not answered yet."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete and not cycle.more_body

    def _refuse(self, status: int) -> None:
        """Say why the connection ends, unless an answer has begun, and end it."""
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is not None and cycle.response_started and not cycle.response_complete:
            self.transport.abort()
            return
        words, code = _REFUSALS[status]
        content = json.dumps(body(words, code)).encode()
        lines = [*self.server_state.default_headers, (b"content-type", b"application/json"), (b"connection", b"close")]
        if status == 503:  # noqa: PLR2004 - the status is the name
            lines.append((b"retry-after", b"1"))
        lines.append((b"content-length", b"%d" % len(content)))
        head = b"".join(b"%b: %b\r\n" % line for line in lines)
        self.transport.write(STATUS_LINE[status] + head + b"\r\n" + content)
        self.transport.close()


def _size(url: bytes, headers: list[tuple[bytes, bytes]]) -> int:
    return len(url) + sum(len(name) + len(value) for name, value in headers)


def protocol_within(bounds: Bounds) -> type[BoundedProtocol]:
    """Give the protocol class of connections within bounds."""
    return type("BoundedProtocol", (BoundedProtocol,), {"bounds": bounds})
