"""What the EvalGuard client raises: one class a code of `/api/v1`, all of them `EvalGuardError`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class EvalGuardError(Exception):
    """The server's answer is no, or there was none."""

    def __init__(
        self,
        message: str,
        *,
        status_code: int = 0,
        code: str = "",
        request_id: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status_code = status_code
        """The HTTP status; 0 where no answer came."""
        self.code = code
        """The server's code, such as `PROTECTED_LABEL`; `HTTP_502` and the like where somebody else answered."""
        self.request_id = request_id
        """The id under which the server's log has the request."""
        self.details: dict[str, Any] = dict(details or {})


class InvalidRequestError(EvalGuardError):
    """The request is wrong in itself (400, 413); `details` names the field."""


class UnauthorizedError(EvalGuardError):
    """No key was sent, or one that means nothing (401)."""


class ForbiddenError(EvalGuardError):
    """The key may not do this (403)."""


class ProtectedLabelError(ForbiddenError):
    """A label needs a higher role (403 `PROTECTED_LABEL`); nothing was changed."""

    @property
    def labels(self) -> dict[str, str]:
        """Give the role that each label in the way needs."""
        found = self.details.get("labels")
        named = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
        return {str(one.get("label")): str(one.get("minRequiredRole")) for one in named}

    @property
    def your_role(self) -> str | None:
        """Give the role that there is."""
        role = self.details.get("yourRole")
        return role if isinstance(role, str) else None


class NotAMemberError(ForbiddenError):
    """The key does not belong to the organization (403 `NOT_A_MEMBER`)."""


class NotFoundError(EvalGuardError):
    """There is no such version or project for this key (404)."""


class ConflictError(EvalGuardError):
    """The request does not go with what is there (409)."""


class MissingOrgError(ConflictError):
    """The project belongs to no organization (409 `MISSING_ORG`)."""


class RateLimitedError(EvalGuardError):
    """Too many requests (429)."""

    retry_after: float | None = None
    """Seconds after which the server asked to be tried again."""


class ServerError(EvalGuardError):
    """The server could not do it now (5xx, such as `DB_ERROR`); nothing was changed."""


class NoAnswerError(EvalGuardError):
    """The server could not be reached, or gave no whole answer; whether it did anything is not known."""


_BY_CODE: dict[str, type[EvalGuardError]] = {
    "PROTECTED_LABEL": ProtectedLabelError,
    "NOT_A_MEMBER": NotAMemberError,
    "MISSING_ORG": MissingOrgError,
}
_BY_STATUS: dict[int, type[EvalGuardError]] = {
    400: InvalidRequestError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    413: InvalidRequestError,
    422: InvalidRequestError,
    429: RateLimitedError,
}
_A_SERVERS = 500


def error_class(status: int, code: str) -> type[EvalGuardError]:
    """Give the class of an error by its code, else by its status."""
    return _BY_CODE.get(code) or _BY_STATUS.get(status) or (ServerError if status >= _A_SERVERS else EvalGuardError)
