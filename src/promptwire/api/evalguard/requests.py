"""What the operations of `/api/v1` take: JSON as the published schema has it (contracts/seeds/evalguard-labels.txt)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends

from promptwire.api.bodies import decode_json, read_body
from promptwire.api.exchange import Exchange, deferred, exchange_with
from promptwire.domain.errors import InvalidBody, InvalidInput
from promptwire.domain.labels import MAX_LABEL, MAX_LABELS_PER_CALL, LabelRequest, label_request
from promptwire.domain.moves import Terms, check_reason
from promptwire.services.access import Access
from promptwire.services.calls import Input
from promptwire.services.moves import AskedTerms
from promptwire.wire.canonical import JsonValue

SubjectExchange = Annotated[Exchange, Depends(exchange_with(Access.SUBJECT))]

_LABELS = {"type": "array", "maxItems": MAX_LABELS_PER_CALL, "items": {"type": "string", "maxLength": MAX_LABEL}}
LABELS_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"type": "object", "properties": {"add": _LABELS, "remove": _LABELS}}}
        },
    }
}
"""The body of the labels route for the document, as contracts/seeds/evalguard-labels.txt has it."""


async def label_call_of(exchange: Exchange) -> tuple[Input[LabelRequest], AskedTerms]:
    """Read the body of a labels call now, and keep what is wrong with it until a use case asks."""
    raw = await read_body(exchange.request)
    content_type = exchange.request.headers.get("content-type")
    body = deferred(lambda: decode_json(raw, content_type, strict=True))
    return lambda: read_label_request(body()), lambda: read_terms(body())


def read_terms(value: JsonValue) -> Terms:
    """Read on which terms the labels shall move: `reason`, `dryRun`, `requestApproval`, which EvalGuard has not.

    Raises:
        InvalidInput: When one has another type.
    """
    said = value if isinstance(value, Mapping) else {}
    reason = said.get("reason")
    if not isinstance(reason, str | None):
        raise InvalidInput("reason must be a string", "reason")
    return Terms(
        reason=check_reason(reason),
        dry_run=_truth(said, "dryRun"),
        request_approval=_truth(said, "requestApproval"),
    )


def _truth(said: Mapping[str, JsonValue], field: str) -> bool:
    value = said.get(field) or False
    if not isinstance(value, bool):
        raise InvalidInput(f"{field} must be true or false", field)
    return value


def read_label_request(value: JsonValue) -> LabelRequest:
    """Read a decoded body; unknown keys are passed over, null is no array (A11, A12).

    Raises:
        InvalidBody: When it is no object.
        InvalidInput: When a list is none, is too long, or holds something else than labels.
    """
    if not isinstance(value, Mapping):
        raise InvalidBody("a JSON object is expected")
    return label_request(_labels(value, "add"), _labels(value, "remove"))


def _labels(value: Mapping[str, JsonValue], field: str) -> list[str]:
    items = value.get(field, [])
    if not isinstance(items, list):
        raise InvalidInput(f"{field} must be an array of strings", field)
    for at, item in enumerate(items):
        if not isinstance(item, str):
            raise InvalidInput(f"{field}[{at}] must be a string", f"{field}[{at}]")
    return items
