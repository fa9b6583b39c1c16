"""Reading an HTTP/1.1 answer as its bytes arrive: no socket, no clock, nothing but the standard's framing.

The whole standard library client would cost 6 MB and three times the time of a request; one server asked by one thread
needs little of it (docs/decisions/0013).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeAlias

_LONGEST_HEAD: Final = 65_536
LARGEST_BODY: Final = 64 * 1024 * 1024
_STATUS_LINE: Final = re.compile(r"HTTP/1\.([01]) ([1-5][0-9]{2})(?: .*)?")
_BODILESS: Final = frozenset({204, 304})
State: TypeAlias = Callable[[], bool]
"""Takes in what it can; says whether the next may go on at once."""


class Malformed(Exception):
    """What came is not an HTTP answer, or not all of one; the text follows the server's address."""


class AnswerReader:
    """Takes the bytes of one answer in, piece by piece, wherever they were cut."""

    __slots__ = ("_buffer", "_left", "_pieces", "_size", "_state", "headers", "keep_alive", "status")

    def __init__(self) -> None:
        self.status: int = 0
        """0 until the head is there."""
        self.headers: dict[str, str] = {}
        """By name in lower case."""
        self.keep_alive: bool = False
        self._buffer = b""
        self._pieces: list[bytes] = []
        self._size = 0
        self._left = 0
        self._state: State = self._head

    @property
    def complete(self) -> bool:
        """Whether the answer is there to its last byte."""
        return self._state == self._nothing

    def feed(self, data: bytes) -> None:
        """Take bytes in.

        Raises:
            Malformed: When they are not an HTTP answer.
        """
        self._buffer = self._buffer + data if self._buffer else data
        while self._state():
            pass

    def end(self) -> None:
        """Take in that the server closed the connection.

        Raises:
            Malformed: When something is missing.
        """
        if self._state == self._until_the_end:
            self._state = self._nothing
        elif self._state != self._nothing:
            raise Malformed("gave no whole answer: the connection ended in the middle of it")

    def take(self) -> bytes:
        """Give the part of the body that was not given yet."""
        pieces, self._pieces, self._size = self._pieces, [], 0
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _line(self) -> bytes | None:
        line, found, rest = self._buffer.partition(b"\r\n")
        if not found:
            if len(line) > _LONGEST_HEAD:
                raise Malformed("gave no whole answer: a line has no end")
            return None
        self._buffer = rest
        return line

    def _keep(self, piece: bytes) -> None:
        if piece:
            self._size += len(piece)
            if self._size > LARGEST_BODY:
                raise Malformed(f"gave an answer of more than {LARGEST_BODY} bytes")
            self._pieces.append(piece)

    def _head(self) -> bool:
        if not self._buffer.startswith(b"HTTP/1."[: len(self._buffer)]):
            raise Malformed("gave no whole answer: what came is not HTTP")
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            if len(head) > _LONGEST_HEAD:
                raise Malformed("gave no whole answer: its head has no end")
            return False
        self._buffer = rest
        lines = head.decode("latin-1").split("\r\n")
        line = _STATUS_LINE.fullmatch(lines[0])
        if line is None:
            raise Malformed("gave no whole answer: what came is not HTTP")
        status = int(line[2])
        if status < 200:  # noqa: PLR2004 (an interim answer: the real one follows)
            return True
        self.status = status
        headers = self.headers
        for text in lines[1:]:
            name, colon, value = text.partition(":")
            if not colon:
                raise Malformed("gave no whole answer: its head holds a line without a colon")
            name, value = name.strip().lower(), value.strip()
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        self.keep_alive = line[1] == "1" and headers.get("connection", "").lower() != "close"
        self._state = self._framing()
        return True

    def _framing(self) -> State:
        headers = self.headers
        if headers.get("content-encoding", "identity") != "identity":
            raise Malformed(f"gave an answer in the encoding {headers['content-encoding']!r}, which nobody asked for")
        if self.status in _BODILESS:
            return self._nothing
        if "transfer-encoding" in headers:
            if headers["transfer-encoding"].lower() != "chunked":
                raise Malformed(f"gave an answer in the transfer encoding {headers['transfer-encoding']!r}")
            return self._chunk
        if "content-length" not in headers:
            self.keep_alive = False
            return self._until_the_end
        length = headers["content-length"]
        if not (length.isascii() and length.isdigit()) or int(length) > LARGEST_BODY:
            raise Malformed(f"gave an answer with the length {length[:40]!r}")
        self._left = int(length)
        return self._sized

    def _sized(self) -> bool:
        piece, self._buffer = self._buffer[: self._left], self._buffer[self._left :]
        self._keep(piece)
        self._left -= len(piece)
        if self._left:
            return False
        self._state = self._nothing
        return True

    def _chunk(self) -> bool:
        line = self._line()
        if line is None:
            return False
        try:
            self._left = int(line.partition(b";")[0].strip(), 16)
        except ValueError:
            raise Malformed("gave no whole answer: a chunk has no length") from None
        if not 0 <= self._left <= LARGEST_BODY:
            raise Malformed("gave no whole answer: a chunk has no possible length")
        self._state = self._chunk_body if self._left else self._trailer
        return True

    def _chunk_body(self) -> bool:
        piece, self._buffer = self._buffer[: self._left], self._buffer[self._left :]
        self._keep(piece)
        self._left -= len(piece)
        if self._left:
            return False
        self._state = self._chunk_end
        return True

    def _chunk_end(self) -> bool:
        line = self._line()
        if line is None:
            return False
        if line:
            raise Malformed("gave no whole answer: a chunk is longer than it says")
        self._state = self._chunk
        return True

    def _trailer(self) -> bool:
        line = self._line()
        if line == b"":
            self._state = self._nothing
        return bool(line is not None)

    def _until_the_end(self) -> bool:
        self._keep(self._buffer)
        self._buffer = b""
        return False

    def _nothing(self) -> bool:
        if self._buffer:
            self.keep_alive = False  # more came than was asked for: nobody knows whose answer it is
            self._buffer = b""
        return False
