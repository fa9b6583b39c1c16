"""On which terms the labels route of `/api/v1` moves labels; EvalGuard has none, and other clients send none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from promptwire.api.exchange import Exchange
from promptwire.api.preconditions import expected_version, if_match
from promptwire.domain.errors import InvalidInput
from promptwire.domain.moves import Terms, check_reason
from promptwire.services.calls import Input
from promptwire.services.moves import AskedTerms
from promptwire.wire.canonical import JsonValue


def terms_of(exchange: Exchange, body: Input[Mapping[str, JsonValue]]) -> AskedTerms:
    """Give the terms of a request: those in its body, and where a label is expected to move from; all of it is ours."""
    request = exchange.request

    def read() -> Terms:
        return replace(
            read_terms(body()),
            expected_version=expected_version(request.query_params.get("expected_version")),
            expected_ids=if_match(request.headers.getlist("if-match")),
        )

    return read


def read_terms(body: Mapping[str, JsonValue]) -> Terms:
    """Read `reason`, `dryRun` and `requestApproval`.

    Raises:
        InvalidInput: When one has another type.
    """
    reason = body.get("reason")
    if not isinstance(reason, str | None):
        raise InvalidInput("reason must be a string", "reason")
    return Terms(
        reason=check_reason(reason),
        dry_run=_truth(body, "dryRun"),
        request_approval=_truth(body, "requestApproval"),
    )


def _truth(body: Mapping[str, JsonValue], field: str) -> bool:
    value = body.get(field) or False
    if not isinstance(value, bool):
        raise InvalidInput(f"{field} must be true or false", field)
    return value
