"""What `/api/v1` answers to each error: EvalGuard's envelope, status and code (contracts/evalguard-labels.md 1.2, 1.3).

The code stands in the message too: of a 403, Go's client hands on nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from promptwire.api.evalguard.requests import NO_PROJECT, NO_PROJECT_ID
from promptwire.api.methods import allowed
from promptwire.domain import errors, move_errors
from promptwire.domain.errors import DomainError
from promptwire.domain.protected_labels import Obstacle


def _field(error: errors.InvalidInput) -> dict[str, Any]:
    return {"field": error.field} if error.field else {}


def _rights(error: errors.Forbidden) -> dict[str, Any]:
    return {"needs": error.needs, "has": error.has} if error.needs else {}


def _protection(error: errors.ProtectedLabelRefused) -> dict[str, Any]:
    labels = [obstacle_json(one) for one in error.obstacles]
    return {"labels": labels, "yourRole": error.has.value if error.has else None}


def utc(at: datetime) -> str:
    """Write a time in UTC (RFC 3339)."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def obstacle_json(obstacle: Obstacle) -> dict[str, Any]:
    """Write what stands in the way of a label's move; beside the role it needs, only what is so."""
    policy = obstacle.protected.policy
    return {
        "label": obstacle.protected.label,
        "minRequiredRole": obstacle.protected.min_required_role.value,
        **({"approvals": obstacle.approvals} if obstacle.approvals else {}),
        **({"frozenUntil": utc(policy.frozen_until)} if obstacle.frozen and policy.frozen_until else {}),
        **({"immutable": True} if obstacle.immutable else {}),
        **({"checks": [check.value for check in policy.checks]} if obstacle.checked else {}),
    }


def _meanwhile(error: move_errors.MovedMeanwhile) -> dict[str, Any]:
    return {"label": error.label, "expectedVersion": error.expected, "version": error.actual}


def _credential(error: errors.Unauthenticated) -> str:
    return "INVALID_API_KEY" if error.sent else "UNAUTHORIZED"


def _input(error: errors.InvalidInput) -> str:
    return {NO_PROJECT: "MISSING_PROJECT_ID", NO_PROJECT_ID: "INVALID_ID"}.get(error.message, "VALIDATION_ERROR")


def _template(error: errors.InvalidTemplate) -> dict[str, Any]:
    return {"line": error.line} | ({"hint": error.hint} if error.hint else {})


def _words(error: DomainError) -> str:
    """Give the words for people, in EvalGuard's language, with the hint that its clients show nobody otherwise."""
    if isinstance(error, errors.NotFound):
        return {"team": "project not found", "version": "prompt version not found"}.get(error.noun, str(error))
    if isinstance(error, errors.InvalidTemplate) and error.hint:
        return f"{error} ({error.hint})"
    return str(error)


@dataclass(frozen=True, slots=True)
class Answer:
    """The status of an error, its code, and what stands beside them."""

    status: int
    code: str | Callable[[Any], str]
    details: Callable[[Any], dict[str, Any]] = lambda _: {}

    def code_of(self, error: DomainError) -> str:
        """Give the code of an error."""
        return self.code if isinstance(self.code, str) else self.code(error)


ANSWERS: dict[type[DomainError], Answer] = {
    errors.InvalidInput: Answer(400, _input, _field),
    errors.InvalidBody: Answer(400, "VALIDATION_ERROR"),
    errors.InvalidCode: Answer(400, "VALIDATION_ERROR"),
    errors.InvalidTemplate: Answer(400, "VALIDATION_ERROR", _template),
    errors.BodyTooLarge: Answer(413, "PAYLOAD_TOO_LARGE"),
    errors.Unauthenticated: Answer(401, _credential),
    errors.InvalidCredentials: Answer(401, "UNAUTHORIZED"),
    errors.SignInFailed: Answer(401, "UNAUTHORIZED"),
    errors.PasswordSignInOff: Answer(403, "FORBIDDEN"),
    errors.UserNotVerified: Answer(403, "FORBIDDEN"),
    errors.CrossSite: Answer(403, "FORBIDDEN"),
    errors.SignUpClosed: Answer(403, "FORBIDDEN"),
    errors.TooManyRequests: Answer(429, "RATE_LIMITED"),
    errors.Forbidden: Answer(403, "FORBIDDEN", _rights),
    errors.ProtectedLabelRefused: Answer(403, "PROTECTED_LABEL", _protection),
    errors.NotAMember: Answer(403, "NOT_A_MEMBER"),
    move_errors.ChecksFailed: Answer(409, "CHECKS_FAILED", lambda error: {"labels": sorted(error.failures)}),
    move_errors.TooManyOpenRequests: Answer(409, "CONFLICT"),
    move_errors.RequestClosed: Answer(409, "CONFLICT"),
    move_errors.RequestFailed: Answer(409, "CONFLICT"),
    move_errors.MovedMeanwhile: Answer(409, "CONFLICT", _meanwhile),
    move_errors.MovedSinceRead: Answer(
        412, "PRECONDITION_FAILED", lambda error: {"label": error.label, "version": error.actual}
    ),
    move_errors.CannotRollBack: Answer(409, "CONFLICT", lambda error: {"status": error.status}),
    errors.NotFound: Answer(404, "NOT_FOUND"),
    errors.AlreadyExists: Answer(409, "CONFLICT"),
    errors.AmbiguousSlug: Answer(409, "CONFLICT", lambda error: {"candidates": list(error.candidates)}),
    errors.NamesNeeded: Answer(409, "CONFLICT"),
    errors.MissingOrganization: Answer(409, "MISSING_ORG"),
    errors.LastAdministrator: Answer(409, "CONFLICT"),
    errors.ChangedMeanwhile: Answer(412, "PRECONDITION_FAILED"),
    errors.VersionPurged: Answer(410, "GONE", lambda error: {"version": error.number}),
    errors.WrongStatus: Answer(409, "CONFLICT", lambda error: {"status": error.status}),
    errors.InvalidVariables: Answer(422, "INVALID_VARIABLES", lambda error: {"path": error.path}),
    errors.IdempotencyKeyReused: Answer(409, "CONFLICT"),
    errors.AlreadyCarriedOut: Answer(409, "CONFLICT"),
    errors.RenderFailed: Answer(422, "RENDER_FAILED", lambda error: {"line": error.line}),
    errors.RenderLimitExceeded: Answer(422, "LIMIT_EXCEEDED", lambda error: {"line": error.line}),
    errors.Unavailable: Answer(500, "DB_ERROR"),
    errors.Busy: Answer(503, "BUSY"),
    errors.Overloaded: Answer(503, "BUSY"),
}
"""What is answered to every error of the domain; a test checks that none is missing."""
LATER = errors.Unavailable | errors.Busy | errors.Overloaded | errors.TooManyRequests
"""The errors that say when to come back."""

_FRAMEWORK_CODES = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}


def answer(request: Request, error: Exception) -> Response:
    """Answer an error of the domain."""
    assert isinstance(error, DomainError)  # noqa: S101 - it is registered for these only
    known = ANSWERS[type(error)]
    body = _body(request, known.code_of(error), _words(error), details=known.details(error))
    waits = error.retry_after if isinstance(error, LATER) else None
    headers = {"Retry-After": str(waits)} if waits else None
    return JSONResponse(body, known.status, headers)


def answer_framework(request: Request, error: Exception) -> Response:
    """Answer what the framework refuses: an unknown path, or a method that a path does not have."""
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for these only
    code = _FRAMEWORK_CODES.get(error.status_code, "VALIDATION_ERROR")
    headers = {"Allow": allowed(request)} if error.status_code == 405 else error.headers  # noqa: PLR2004 - its name
    return JSONResponse(_body(request, code, error.detail), error.status_code, headers)


def answer_bug(request: Request, _: Exception) -> Response:
    """Answer a bug with fixed words; what happened is in the log, under the request's id."""
    return JSONResponse(_body(request, "INTERNAL_ERROR", "internal error"), 500)


def _body(request: Request, code: str, words: str, *, details: dict[str, Any] | None = None) -> dict[str, Any]:
    error = {"message": f"{code}: {words}", "code": code, "requestId": request.scope["promptwire.request_id"]}
    return {"success": False, "error": error | ({"details": details} if details else {})}
