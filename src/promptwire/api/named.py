"""Requests that name themselves by an `Idempotency-Key`, and answers in the form in which they are kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from promptwire.api.bodies import BODY
from promptwire.domain.receipts import check_idempotency_key
from promptwire.ports.receipts import Seal
from promptwire.ports.storage import Transaction
from promptwire.services.calls import Act
from promptwire.services.receipts import NamedRequest, once

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
"""The header of an answer that was given before."""
_CONDITIONS = ("if-match", "if-none-match")


def carried_out_once(
    request: Request, seal: Seal, answered: Callable[[Transaction, Act], Response]
) -> Callable[[Transaction, Act], Response]:
    """Give the unit of work that carries out a request which names itself; its answer is made and kept within."""

    def run(tx: Transaction, act: Act) -> Response:
        key = check_idempotency_key(request.headers[HEADER])
        named = NamedRequest(key=key, fingerprint=fingerprint(request))
        carried = once(tx, act, named, seal, perform=lambda: pack(answered(tx, act)))
        response = unpack(carried.answer)
        if carried.again:
            response.headers[REPLAYED] = "true"
        return response

    return run


def fingerprint(request: Request) -> str:
    """Give the hash of all that a request asks for: method, path, query, conditions and body."""
    conditions = [request.headers.getlist(name) for name in _CONDITIONS]
    asked = [request.method, request.scope["path"], request.scope["query_string"].decode("latin-1"), conditions]
    return sha256(json.dumps(asked).encode() + b"\n" + request.scope.get(BODY, b"")).hexdigest()


def pack(response: Response) -> bytes:
    """Write an answer down."""
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in response.raw_headers]
    return json.dumps([response.status_code, headers]).encode() + b"\n" + bytes(response.body)


def unpack(packed: bytes) -> Response:
    """Read an answer that was written down."""
    head, _, body = packed.partition(b"\n")
    status, headers = json.loads(head)
    response = Response(body, status)
    response.raw_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return response
