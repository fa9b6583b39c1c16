"""The stable error codes that stand beside the words of an error in every answer on `/v1`."""

from __future__ import annotations

from enum import StrEnum


class ErrorCode(StrEnum):
    """What went wrong, for programs; a code never changes its meaning."""

    INVALID_INPUT = "invalid_input"
    INVALID_TEMPLATE = "invalid_template"
    INVALID_CODE = "invalid_code"
    SIGN_IN_FAILED = "sign_in_failed"
    PASSWORD_SIGN_IN_OFF = "password_sign_in_off"  # noqa: S105 - a word
    INVALID_CREDENTIALS = "invalid_credentials"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    CROSS_SITE = "cross_site"
    USER_NOT_VERIFIED = "user_not_verified"
    SIGN_UP_CLOSED = "sign_up_closed"
    TOO_MANY_REQUESTS = "too_many_requests"
    PROTECTED_LABEL = "protected_label"
    MOVED_MEANWHILE = "moved_meanwhile"
    NOT_A_MEMBER = "not_a_member"
    NOT_FOUND = "not_found"
    PROMPT_NOT_FOUND = "prompt_not_found"
    VERSION_NOT_FOUND = "version_not_found"
    NO_LIVE_VERSION = "no_live_version"
    LABEL_NOT_FOUND = "label_not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    ALREADY_EXISTS = "already_exists"
    AMBIGUOUS_SLUG = "ambiguous_slug"
    MISSING_ORG = "missing_org"
    LAST_ADMINISTRATOR = "last_administrator"
    PRECONDITION_FAILED = "precondition_failed"
    PROMPTS_NEEDED = "prompts_needed"
    WRONG_STATUS = "wrong_status"
    PURGED = "purged"
    INVALID_VARIABLES = "invalid_variables"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    ALREADY_CARRIED_OUT = "already_carried_out"
    RENDER_FAILED = "render_failed"
    LIMIT_EXCEEDED = "limit_exceeded"
    BODY_TOO_LARGE = "body_too_large"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"
