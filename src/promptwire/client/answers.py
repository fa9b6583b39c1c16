"""Reading an HTTP/1.1 answer as its bytes arrive: no socket, no clock, nothing but the standard's framing.

The whole standard library client would cost 6 MB and three times the time of a request; one server asked by one thread
needs little of it (docs/decisions/0013).
"""

from __future__ import annotations

import re
from typing import Final

_LONGEST_HEAD: Final = 65_536
LARGEST_BODY: Final = 64 * 1024 * 1024
_STATUS_LINE: Final = re.compile(r"HTTP/1\.([01]) ([1-5][0-9]{2})(?: .*)?")
_BODILESS: Final = frozenset({204, 304})


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
        self._state = _head

    @property
    def complete(self) -> bool:
        """Whether the answer is there to its last byte."""
        return self._state is _nothing

    def feed(self, data: bytes) -> None:
        """Take bytes in.

        Raises:
            Malformed: When they are not an HTTP answer.
        """
        self._buffer = self._buffer + data if self._buffer else data
        while self._state(self):
            pass

    def end(self) -> None:
        """Take in that the server closed the connection.

        Raises:
            Malformed: When something is missing.
        """
        if self._state is _until_the_end:
            self._state = _nothing
        elif self._state is not _nothing:
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


def _head(reader: AnswerReader) -> bool:
    if not reader._buffer.startswith(b"HTTP/1."[: len(reader._buffer)]):
        raise Malformed("gave no whole answer: what came is not HTTP")
    head, found, rest = reader._buffer.partition(b"\r\n\r\n")
    if not found:
        if len(head) > _LONGEST_HEAD:
            raise Malformed("gave no whole answer: its head has no end")
        return False
    reader._buffer = rest
    lines = head.decode("latin-1").split("\r\n")
    line = _STATUS_LINE.fullmatch(lines[0])
    if line is None:
        raise Malformed("gave no whole answer: what came is not HTTP")
    status = int(line[2])
    if status < 200:  # noqa: PLR2004 (an interim answer: the real one follows)
        return True
    reader.status = status
    headers = reader.headers
    for text in lines[1:]:
        name, colon, value = text.partition(":")
        if not colon:
            raise Malformed("gave no whole answer: its head holds a line without a colon")
        name, value = name.strip().lower(), value.strip()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    reader.keep_alive = line[1] == "1" and headers.get("connection", "").lower() != "close"
    reader._state = _framing(reader)
    return True


def _framing(reader: AnswerReader) -> _State:
    headers = reader.headers
    if headers.get("content-encoding", "identity") != "identity":
        raise Malformed(f"gave an answer in the encoding {headers['content-encoding']!r}, which nobody asked for")
    if reader.status in _BODILESS:
        return _nothing
    if "transfer-encoding" in headers:
        if headers["transfer-encoding"].lower() != "chunked":
            raise Malformed(f"gave an answer in the transfer encoding {headers['transfer-encoding']!r}")
        return _chunk
    if "content-length" not in headers:
        reader.keep_alive = False
        return _until_the_end
    length = headers["content-length"]
    if not (length.isascii() and length.isdigit()) or int(length) > LARGEST_BODY:
        raise Malformed(f"gave an answer with the length {length[:40]!r}")
    reader._left = int(length)
    return _sized


def _sized(reader: AnswerReader) -> bool:
    piece, reader._buffer = reader._buffer[: reader._left], reader._buffer[reader._left :]
    reader._keep(piece)
    reader._left -= len(piece)
    if reader._left:
        return False
    reader._state = _nothing
    return True


def _chunk(reader: AnswerReader) -> bool:
    line = reader._line()
    if line is None:
        return False
    try:
        reader._left = int(line.partition(b";")[0].strip(), 16)
    except ValueError:
        raise Malformed("gave no whole answer: a chunk has no length") from None
    if not 0 <= reader._left <= LARGEST_BODY:
        raise Malformed("gave no whole answer: a chunk has no possible length")
    reader._state = _chunk_body if reader._left else _trailer
    return True


def _chunk_body(reader: AnswerReader) -> bool:
    piece, reader._buffer = reader._buffer[: reader._left], reader._buffer[reader._left :]
    reader._keep(piece)
    reader._left -= len(piece)
    if reader._left:
        return False
    reader._state = _chunk_end
    return True


def _chunk_end(reader: AnswerReader) -> bool:
    line = reader._line()
    if line is None:
        return False
    if line:
        raise Malformed("gave no whole answer: a chunk is longer than it says")
    reader._state = _chunk
    return True


def _trailer(reader: AnswerReader) -> bool:
    line = reader._line()
    if line == b"":
        reader._state = _nothing
    return bool(line is not None)


def _until_the_end(reader: AnswerReader) -> bool:
    reader._keep(reader._buffer)
    reader._buffer = b""
    return False


def _nothing(reader: AnswerReader) -> bool:
    if reader._buffer:
        reader.keep_alive = False  # more came than was asked for: nobody knows whose answer it is
        reader._buffer = b""
    return False
