"""What `/v1` answers to each error: px0's status and words, with a code and details beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from promptwire.api.methods import allowed
from promptwire.api.v1.answers import rfc3339
from promptwire.api.v1.check_answers import findings
from promptwire.api.v1.version_answers import PromptVersion
from promptwire.domain import errors, move_errors
from promptwire.domain.errors import DomainError
from promptwire.domain.protected_labels import Obstacle
from promptwire.domain.versions import fingerprint
from promptwire.services.access import A_SESSION
from promptwire.services.sign_up import AN_ADMINISTRATOR_FOR_TEAMS
from promptwire.wire.codes import ErrorCode

INTERNAL_WORDS = "internal error"


def _fixed(words: str) -> Callable[[DomainError], str]:
    return lambda _: words


def _already_exists(error: errors.AlreadyExists) -> str:
    return {
        "prompt": "prompt with this name or slug already exists; please provide a unique name",
        "prompt in the target team": "a prompt with this name or slug already exists in the target team",
        "email": "email already registered",
        "organization": "organization name already exists",
        "team": "team name already exists under this organization",
        "join request": "a pending join request already exists for this team",
    }.get(error.noun, str(error))


def _not_found(error: errors.NotFound) -> str:
    return {
        "label": "tag not found",
        "live version": "no live version found for this prompt",
        "key": "api key not found",
        "organization member": "user is not a member of this organization",
        "team member": "team member relationship not found",
        "team of the person": "user is not a member of this team",
    }.get(error.noun, str(error))


def _wrong_status(error: errors.WrongStatus) -> str:
    return {
        "update": "only draft versions can be modified",
        "promote": f"cannot promote version in {error.status} status: conflict",
        "demote": "only live versions can be demoted: conflict",
        "archive": "version is already archived: conflict",
    }[error.action]


def _field(error: errors.InvalidInput) -> dict[str, Any]:
    return {"field": error.field} if error.field else {}


def _line(error: errors.InvalidTemplate | errors.RenderFailed) -> dict[str, Any]:
    return {"line": error.line} | ({"path": error.path} if error.path else {})


def _both_texts(error: errors.ChangedMeanwhile) -> dict[str, Any]:
    current = PromptVersion.of(error.current).model_dump(mode="json")
    return {
        "current": current,
        "current_etag": f'"{fingerprint(error.current)}"',
        "yours": "in the request that you sent",
    }


def _violations(error: errors.InvalidVariables) -> dict[str, Any]:
    found = [{"path": one.path, "reason": one.reason} for one in error.violations]
    return {**found[0], "violations": found}


def _template(error: errors.InvalidTemplate) -> dict[str, Any]:
    return _line(error) | ({"hint": error.hint} if error.hint else {})


def _credentials(error: errors.InvalidCredentials) -> str:
    return "invalid current password" if error.own else "invalid credentials"


def _forbidden(error: errors.Forbidden) -> str:
    return {
        A_SESSION: "access token required",
        AN_ADMINISTRATOR_FOR_TEAMS: "only admins can register users with a team_id",
    }.get(error.needs or "", "forbidden")


def _rights(error: errors.Forbidden) -> dict[str, Any]:
    return {"needs": error.needs, "has": error.has} if error.needs else {}


def _last(error: errors.LastAdministrator) -> dict[str, Any]:
    return {"role": error.role} | ({f"{error.of}_id": error.id} if error.id else {})


def _protection(error: errors.ProtectedLabelRefused) -> dict[str, Any]:
    labels = [obstacle_json(one) for one in error.obstacles]
    return {"message": str(error), "labels": labels, "your_role": error.has.value if error.has else None}


def obstacle_json(obstacle: Obstacle) -> dict[str, Any]:
    """Write what stands in the way of a label's move; beside the role it needs, only what is so."""
    policy = obstacle.protected.policy
    return {
        "label": obstacle.protected.label,
        "min_required_role": obstacle.protected.min_required_role.value,
        **({"approvals": obstacle.approvals} if obstacle.approvals else {}),
        **({"frozen_until": rfc3339(policy.frozen_until)} if obstacle.frozen and policy.frozen_until else {}),
        **({"immutable": True} if obstacle.immutable else {}),
        **({"checks": [check.value for check in policy.checks]} if obstacle.checked else {}),
    }


def _checks(error: move_errors.ChecksFailed) -> dict[str, Any]:
    labels = [
        {"label": label, "findings": [one.model_dump(mode="json") for one in findings(found)]}
        for label, found in sorted(error.failures.items())
    ]
    return {"message": str(error), "labels": labels}


def _failed(error: move_errors.RequestFailed) -> dict[str, Any]:
    return {"change_request_id": error.request_id, "failure": error.failure}


def _meanwhile(error: move_errors.MovedMeanwhile) -> dict[str, Any]:
    return {"label": error.label, "expected_version": error.expected, "version": error.actual}


@dataclass(frozen=True, slots=True)
class Answer:
    """The status of an error, its words, and what stands beside them."""

    status: int
    words: Callable[[Any], str] = str
    details: Callable[[Any], dict[str, Any]] = lambda _: {}


ANSWERS: dict[type[DomainError], Answer] = {
    errors.InvalidInput: Answer(400, details=_field),
    errors.InvalidBody: Answer(400, _fixed("invalid request body"), lambda error: {"reason": error.reason}),
    errors.InvalidCode: Answer(400),
    errors.InvalidTemplate: Answer(400, details=_template),
    errors.BodyTooLarge: Answer(413),
    errors.Unauthenticated: Answer(401, _fixed("unauthorized")),
    errors.InvalidCredentials: Answer(401, _credentials),
    errors.SignInFailed: Answer(401),
    errors.PasswordSignInOff: Answer(403),
    errors.UserNotVerified: Answer(403, _fixed("user is not verified")),
    errors.CrossSite: Answer(403),
    errors.SignUpClosed: Answer(403),
    errors.TooManyRequests: Answer(429),
    errors.Forbidden: Answer(403, _forbidden, _rights),
    errors.ProtectedLabelRefused: Answer(403, _fixed("forbidden"), _protection),
    errors.NotAMember: Answer(403, _fixed("forbidden")),
    move_errors.ChecksFailed: Answer(422, _fixed("checks failed"), _checks),
    move_errors.TooManyOpenRequests: Answer(409, details=lambda error: {"limit": error.limit}),
    move_errors.RequestClosed: Answer(409, details=lambda error: {"status": error.status}),
    move_errors.RequestFailed: Answer(409, details=_failed),
    move_errors.MovedMeanwhile: Answer(409, details=_meanwhile),
    move_errors.MovedSinceRead: Answer(412, details=lambda error: {"label": error.label, "version": error.actual}),
    move_errors.CannotRollBack: Answer(
        409, _fixed("can only rollback to stable version: conflict"), lambda error: {"status": error.status}
    ),
    errors.NotFound: Answer(404, _not_found),
    errors.AlreadyExists: Answer(409, _already_exists),
    errors.AmbiguousSlug: Answer(409, details=lambda error: {"candidates": list(error.candidates)}),
    errors.NamesNeeded: Answer(409),
    errors.MissingOrganization: Answer(409, _fixed("team does not belong to any organization")),
    errors.LastAdministrator: Answer(409, details=_last),
    errors.ChangedMeanwhile: Answer(412, details=_both_texts),
    errors.VersionPurged: Answer(410, details=lambda error: {"version": error.number}),
    errors.WrongStatus: Answer(422, _wrong_status, lambda error: {"status": error.status}),
    errors.InvalidVariables: Answer(422, details=_violations),
    errors.IdempotencyKeyReused: Answer(422),
    errors.AlreadyCarriedOut: Answer(409),
    errors.RenderFailed: Answer(422, details=_line),
    errors.RenderLimitExceeded: Answer(422, details=_line),
    errors.Unavailable: Answer(503),
    errors.Busy: Answer(503),
    errors.Overloaded: Answer(503),
}
"""What is answered to every error of the domain; a test checks that none is missing."""
LATER = errors.Unavailable | errors.Busy | errors.Overloaded | errors.TooManyRequests
"""The errors that say when to come back."""


def body(words: str, code: ErrorCode, details: dict[str, Any] | None = None) -> dict[str, Any]:
    """Give the body of an error: px0's `error`, and beside it what programs need."""
    return {"error": words, "code": code.value, **({"details": details} if details else {})}


def answer(_: Request, error: Exception) -> Response:
    """Answer an error of the domain."""
    assert isinstance(error, DomainError)  # noqa: S101 - it is registered for these only
    return answer_of(error)


def answer_of(error: DomainError) -> Response:
    """Give the answer to an error of the domain."""
    known = ANSWERS[type(error)]
    waits = error.retry_after if isinstance(error, LATER) else None
    headers = {"Retry-After": str(waits)} if waits else None
    return JSONResponse(body(known.words(error), error.code, known.details(error)), known.status, headers)


def answer_framework(request: Request, error: Exception) -> Response:
    """Answer what the framework refuses: an unknown path, or a method that a path does not have."""
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for these only
    if error.status_code == 405:  # noqa: PLR2004 - the status is the name
        headers = {"Allow": allowed(request)}
        return JSONResponse(body("Method Not Allowed", ErrorCode.METHOD_NOT_ALLOWED), 405, headers)
    if error.status_code == 404:  # noqa: PLR2004 - the same
        words = f"Cannot {request.method} {request.url.path}"
        return JSONResponse(body(words, ErrorCode.NOT_FOUND), 404)
    return JSONResponse(body(error.detail, ErrorCode.INVALID_INPUT), error.status_code, error.headers)


def answer_bug(*_: object) -> Response:
    """Answer a bug with fixed words; what happened is in the log, under the request's id."""
    return JSONResponse(body(INTERNAL_WORDS, ErrorCode.INTERNAL), 500)
