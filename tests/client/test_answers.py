"""Reading HTTP answers, wherever the network cuts them."""

from __future__ import annotations

import pytest

from promptwire.client.answers import AnswerReader, Malformed

SIZED = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nX-Trailer: 1\r\n\r\n"
CLOSED = b"HTTP/1.0 200 OK\r\n\r\nhello"
INTERIM = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n" + SIZED
UNCHANGED = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'


def read(*pieces: bytes, end: bool = False) -> AnswerReader:
    answer = AnswerReader()
    for piece in pieces:
        answer.feed(piece)
    if end:
        answer.end()
    return answer


@pytest.mark.parametrize(
    ("raw", "end", "body", "keep"),
    [
        (SIZED, False, b"hello", True),
        (CHUNKED, False, b"hello", True),
        (CLOSED, True, b"hello", False),
        (INTERIM, False, b"hello", True),
        (UNCHANGED, False, b"", True),
        (b"HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n", False, b"", False),
        (b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", False, b"", True),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\nContent-Length: 2\r\n\r\nok", False, b"ok", True),
    ],
)
def test_an_answer_is_the_same_wherever_it_is_cut(raw: bytes, end: bool, body: bytes, keep: bool) -> None:
    whole = read(raw, end=end)
    assert (whole.complete, whole.keep_alive, whole.take()) == (True, keep, body)
    for cut in range(1, len(raw)):
        answer = read(raw[:cut], raw[cut:], end=end)
        assert (answer.complete, answer.keep_alive, answer.take()) == (True, keep, body)
    drop_by_drop = read(*(bytes([byte]) for byte in raw), end=end)
    assert (drop_by_drop.complete, drop_by_drop.headers, drop_by_drop.take()) == (True, whole.headers, body)


def test_a_body_can_be_taken_while_it_arrives() -> None:
    answer = AnswerReader()
    taken = []
    for byte in CHUNKED:
        answer.feed(bytes([byte]))
        taken.append(answer.take())
    assert b"".join(taken) == b"hello"


@pytest.mark.parametrize("raw", [SIZED, CHUNKED, INTERIM])
def test_an_answer_that_ends_early_is_an_error(raw: bytes) -> None:
    for cut in range(len(raw) - 1):
        answer = read(raw[:cut])
        assert not answer.complete
        with pytest.raises(Malformed, match="the connection ended in the middle"):
            answer.end()


def test_bytes_after_the_end_make_the_connection_unusable() -> None:
    answer = read(SIZED + b"HTTP/1.1 200 OK\r\n")
    assert (answer.complete, answer.keep_alive, answer.take()) == (True, False, b"hello")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"SSH-2.0-OpenSSH", "what came is not HTTP"),
        (b"<", "what came is not HTTP"),
        (b"HTTP/2 200 OK\r\n\r\n", "what came is not HTTP"),
        (b"HTTP/1.1 OK\r\n\r\n", "what came is not HTTP"),
        (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "a line without a colon"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\n", "the length '1, 2'"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "the length '1, 2'"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "the length '-1'"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", "the length '99999999999'"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "transfer encoding 'gzip'"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n", "encoding 'br', which nobody asked for"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "a chunk has no length"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n", "no possible length"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n", "no possible length"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", "longer than it says"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000, "its head has no end"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1" * 70_000, "a line has no end"),
    ],
)
def test_what_is_no_answer_is_refused(raw: bytes, words: str) -> None:
    with pytest.raises(Malformed, match=words):
        read(raw)
