"""The id of a request: the one it came with, if it may be one, or a new one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count
from secrets import randbits, token_hex

is_request_id = re.compile(rb"[A-Za-z0-9._\-]{1,128}").fullmatch
_PREFIX = token_hex(8).encode()
_numbers = count(randbits(60))


def new_request_id() -> bytes:
    """Give an id that no other request has: 32 hexadecimal digits, of the process and of the request."""
    return _PREFIX + b"%016x" % next(_numbers)


def request_id_of(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Give the id of a request with these headers."""
    for name, value in headers:
        if name == b"x-request-id" and is_request_id(value):
            return value
    return new_request_id()
