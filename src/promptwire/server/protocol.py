"""The quickest way of reads: answered where their last byte is parsed, without a task and without ASGI.

It overrides methods of a class of uvicorn's that is not documented, which is why uvicorn is pinned to a minor release,
why a setting turns this off, and why `tests/ways` sends the same bytes to all three ways and compares what comes back.
Whatever is unusual about a request, or not in memory, goes on as if this were not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from promptwire.api.v1.errors import answer_of
from promptwire.api.v1.reads import Answer, Read, Reads
from promptwire.api.v1.targets import Targets, Verb
from promptwire.server.connections import END, BoundedProtocol, Bounds
from promptwire.server.gate import Gate
from promptwire.server.reading import Reading, read_of
from promptwire.server.request_ids import new_request_id, request_id_of

_LARGEST = 64 * 1024  # bytes of a body that is collected here
_HEADS, _LONGEST_HEAD = 8, 1024  # how many heads a connection remembers, and of how many bytes
_ONCE = frozenset({b"x-request-id", b"traceparent"})  # headers of a request that comes once


class Head:
    """The head of a read that came before on a connection, and what it was found to mean."""

    __slots__ = ("address", "bodiless", "length", "read")

    def __init__(self, read: Read, address: str, *, bodiless: bool) -> None:
        self.read = read
        self.address = address
        """Of whoever asks."""
        self.length = len(read.body)
        """Bytes of the body that it announces."""
        self.bodiless = bodiless


class ReadProtocol(BoundedProtocol):
    """A connection, on which reads are answered at once."""

    reads: Reads
    targets: Targets
    gate: Gate

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(*args, **kwargs)
        self._read: Read | None = None
        """The read that is being received."""
        self._request_id = b""
        self._address = ""
        """Of whoever asks."""
        self._plain = True
        """Whether the parser has found nothing unusual yet."""
        self._between = True
        """Whether the parser stands between two requests."""
        self._heads: dict[bytes, Head] = {}
        """Those that came before: from between two requests, the same bytes are parsed to the same read."""
        self._heard: Head | None = None
        """That of the read that was answered last."""
        self._answers: list[bytes] = []
        """What is to be sent once all that came together has been parsed."""

    def data_received(self, data: bytes) -> None:
        """Take in what came, and answer the reads that it completes."""
        between = self._between
        if between and self._answered_again(data):
            return
        if not self._takes(data):
            return
        if not self._parse(data):
            self._between = self._plain = False
        if self._in_head:
            self._check_head()
        if self._answers:
            if between and self._between and len(self._answers) == 1:
                self._remember(data)
            self._send()

    def on_message_begin(self) -> None:
        """Begin a request; what only other requests need is made when it turns out to be one."""
        self._between = False
        self.url = b""
        self.headers = []
        self._read = None
        self._begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take in a header."""
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Take a read that may be answered here, and hand on everything else."""
        self._end_head()
        read = self._to_read()
        if read is None:
            self._hand_on()
        else:
            self._read = read

    def on_body(self, body: bytes) -> None:
        """Take in a part of a body."""
        if self._read is None:
            super().on_body(body)
        else:
            self._read.body += body

    def on_message_complete(self) -> None:
        """Answer a read, or hand on what takes longer."""
        self._between = self._plain
        self._receiving_since = None
        read = self._read
        if read is None:
            super().on_message_complete()
            return
        answer = self._now(read, self._address)
        if answer is not None:
            self._read = None
            self._heard = Head(read, self._address, bodiless=self.parser.get_method() == b"HEAD")
            self._answers.append(self._bytes_of(answer, self._request_id, bodiless=self._heard.bodiless))
            return
        self._hand_on_rest()
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Say what is wrong with what came, behind the answers before it."""
        if self._answers:
            self._send()
        super().send_400_response(msg)

    def shutdown(self) -> None:
        """End in order: a read that has begun to come is still answered."""
        if self._read is not None:
            self._hand_on_rest()
        super().shutdown()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of what belongs to the connection."""
        self._read = None
        super().connection_lost(exc)

    def _to_read(self) -> Read | None:
        """Give the read that a request is, if nothing about it is unusual."""
        target = self.targets.get(self.url)
        if target is None or self._is_busy():
            return None
        parser = self.parser
        headers = dict(reversed(self.headers))
        if not parser.should_keep_alive() or (b"connection" in headers and parser.get_http_version() != "1.1"):
            return None
        if (
            b"expect" in headers
            or parser.should_upgrade()
            or self.flow.write_paused
            or self.limit_concurrency is not None
        ):
            return None
        if not target.takes(parser.get_method()) or not _fits(target.verb, headers):
            return None
        read = read_of(target, headers)
        self._address = self.gate.address_of(self.client[0] if self.client else "", self.headers)
        self._request_id = request_id_of(self.headers) if b"x-request-id" in headers else new_request_id()
        return read

    def _answered_again(self, data: bytes) -> bool:
        """Answer a read whose head came before, without parsing it again; tell whether it is one."""
        head, end = self._heads.get(data), len(data)
        if head is None and self._heads:
            end = data.find(END) + len(END)
            head = self._heads.get(data[:end])
        if head is None or len(data) - end != head.length:
            return False
        if self.flow.write_paused or self._is_busy() or self._is_surplus or self.transport.is_closing():
            return False
        read = head.read
        read.body = data[end:]
        answer = self._now(read, head.address)
        read.body = b""
        if answer is None:
            return False
        self.transport.write(self._bytes_of(answer, new_request_id(), bodiless=head.bodiless))
        self.server_state.total_requests += 1
        self._idle_since = self.loop.time()
        return True

    def _remember(self, data: bytes) -> None:
        """Remember the head of the one read that some bytes were; not one that comes once."""
        end = data.find(END) + len(END)
        head, self._heard = self._heard, None
        if (
            head is None
            or end > _LONGEST_HEAD
            or len(data) - end != head.length
            or not _ONCE.isdisjoint(name for name, _ in self.headers)
        ):
            return
        if len(self._heads) >= _HEADS:
            self._heads.clear()
        self._heads[data[:end]] = head

    def _is_busy(self) -> bool:
        """Tell whether a request before is not answered yet."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def _now(self, read: Read, address: str) -> Answer | None:
        refusal = self.gate.refusal(address, read.authorization)
        if refusal is not None:
            return Answer.of(answer_of(refusal))
        try:
            answer = self.reads.now(read)
        except Exception:  # noqa: BLE001 - it happens again on the way behind this one, which logs it
            answer = None
        if answer is None:
            self.gate.give_back(address, read.authorization)
        return answer

    def _send(self) -> None:
        """Send what has been answered."""
        answers, self._answers = self._answers, []
        if self.transport.is_closing():
            return
        self.transport.write(answers[0] if len(answers) == 1 else b"".join(answers))
        self.server_state.total_requests += len(answers)
        if self._read is None and not self._is_busy():
            self._idle_since = self.loop.time()

    def _hand_on(self) -> None:
        """Let the class below begin with a request whose head has come."""
        url, headers = self.url, self.headers
        super().on_message_begin()
        self._in_head = False
        self.url = url
        for name, value in headers:
            super().on_header(name, value)
        super().on_headers_complete()

    def _hand_on_rest(self) -> None:
        """Let it go on with what was taken for a read until now."""
        read, self._read = self._read, None
        self._hand_on()
        if read is not None and read.body:
            super().on_body(read.body)


def _fits(verb: Verb, headers: Mapping[bytes, bytes]) -> bool:
    """Tell whether a request has the body that its verb needs, of a size that is known and small."""
    if b"transfer-encoding" in headers:
        return False
    length = headers.get(b"content-length")
    if length is None:
        return verb is Verb.RESOLVE
    return verb is Verb.RENDER and int(length) <= _LARGEST


def protocol_over(reading: Reading, bounds: Bounds | None = None) -> type[ReadProtocol]:
    """Give the protocol class that answers the reads of an application."""
    found = {"reads": reading.reads, "targets": reading.targets, "gate": reading.gate, "bounds": bounds or Bounds()}
    return type("ReadProtocol", (ReadProtocol,), found)
