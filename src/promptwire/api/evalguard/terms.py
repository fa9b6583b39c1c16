"""On which terms the labels route of `/api/v1` moves labels; EvalGuard has none, and other clients send none."""

from __future__ import annotations

from collections.abc import Mapping

from promptwire.domain.errors import InvalidInput
from promptwire.domain.moves import Terms, check_reason
from promptwire.wire.canonical import JsonValue


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
