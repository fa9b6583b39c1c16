"""What the server's errors mean on the command line: an exit status, words, and what to do."""

from __future__ import annotations

import json
from typing import Any

from promptwire.cli.exits import Exit, Failure
from promptwire.cli.remote.site import Site
from promptwire.client.exchange import Response, Silence
from promptwire.wire.codes import ErrorCode

STATUSES = {
    401: Exit.REFUSED,
    403: Exit.REFUSED,
    404: Exit.NOT_FOUND,
    410: Exit.NOT_FOUND,
    408: Exit.UNREACHABLE,
    409: Exit.CONFLICT,
    412: Exit.CONFLICT,
    429: Exit.UNREACHABLE,
    502: Exit.UNREACHABLE,
    503: Exit.UNREACHABLE,
    504: Exit.UNREACHABLE,
}
"""By the status of an answer; any other that is no success is a failure."""
_LISTS = "promptwire prompts list"


def unreachable(site: Site, silence: Silence) -> Failure:
    """Say that nothing came back."""
    cause = silence.cause.partition(" (PROMPTWIRE_URL")[0]
    hint = "Name the server with --server or PROMPTWIRE_URL, or sign in to it: promptwire login --server URL"
    return Failure(f"{site.url} {cause}", Exit.UNREACHABLE, hint)


def refusal(site: Site, response: Response) -> Failure:
    """Say what an answer means that is no success."""
    try:
        told = json.loads(response.body)
        words, code, details = str(told["error"]), str(told.get("code", "")), dict(told.get("details") or {})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        words = f"{site.url} answered {response.status}, and not as Promptwire does"
        hint = response.headers.get("location")
        return Failure(words, Exit.UNREACHABLE, f"It points to {hint}: is that the server?" if hint else None)
    status = STATUSES.get(response.status, Exit.FAILED)
    wait = response.headers.get("retry-after")
    hint = f"Try again in {wait} s." if wait else _hint(site, response.status, code, details)
    return Failure(_words(words, code, details), status, hint, code, details)


def _words(words: str, code: str, details: dict[str, Any]) -> str:
    """Give the server's words; of those that px0 fixes, what stands behind them."""
    if code == ErrorCode.CHECKS_FAILED:
        lines = [f"{one['label']}: {found['message']}" for one in details["labels"] for found in one["findings"]]
        return "\n  ".join(["checks failed", *lines])
    if "message" in details:
        return str(details["message"])
    if code == ErrorCode.FORBIDDEN and "needs" in details:
        return f"{words}: it takes {details['needs']}, and you have {details.get('has') or 'none'}"
    if "reason" in details and words == "invalid request body":
        return f"{words}: {details['reason']}"
    return words


def _hint(site: Site, status: int, code: str, details: dict[str, Any]) -> str | None:
    if status == 401:  # noqa: PLR2004 - HTTP's own number
        return _who_to_be(site)
    if code == ErrorCode.PROTECTED_LABEL:
        return _how_to_move(details)
    if code == ErrorCode.AMBIGUOUS_SLUG:
        return f"Say which: {', '.join(details.get('candidates', []))}"
    if code == ErrorCode.MOVED_MEANWHILE:
        return "Look at it again with: promptwire labels list"
    if code == ErrorCode.FORBIDDEN and details.get("needs") == "access token":
        return "Keys may not do this, people may: promptwire login"
    return _HINTS.get(code)


_HINTS: dict[str, str] = {
    ErrorCode.PROMPT_NOT_FOUND: f"What you may see, you find with: {_LISTS}",
    ErrorCode.VERSION_NOT_FOUND: "The versions there are: promptwire versions list PROMPT",
    ErrorCode.LABEL_NOT_FOUND: "The labels there are: promptwire labels list PROMPT",
    ErrorCode.NO_LIVE_VERSION: "Name a version (promptwire versions list PROMPT), or promote one: --to live",
    ErrorCode.USER_NOT_VERIFIED: "A code was mailed to you; the web interface takes it.",
    ErrorCode.INVALID_VARIABLES: "What the version takes: promptwire versions show PROMPT VERSION",
}


def _who_to_be(site: Site) -> str:
    if site.told_by is None:
        return f"Sign in with: promptwire login --server {site.url} (or give a key: PROMPTWIRE_API_KEY)"
    if site.told_by == "promptwire login":
        return f"The session has ended. Sign in again: promptwire login --server {site.url}"
    if site.login:
        return f"{site.told_by} is used before the session of {site.login.email}: leave it out to act as yourself."
    return f"The key of {site.told_by} is none of this server, has ended, or a person is needed: promptwire login"


def _how_to_move(details: dict[str, Any]) -> str:
    held = [one for one in details.get("labels", []) if one.get("frozen_until") or one.get("immutable")]
    if held:
        frozen = [f"{one['label']} until {one['frozen_until']}" for one in held if one.get("frozen_until")]
        return f"Frozen: {', '.join(frozen)}." if frozen else "It is immutable: take another label."
    return "Ask for it instead, with the same command and --request-approval"
