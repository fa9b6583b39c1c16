"""The delivery protocol from the asking side: what is sent, and what each reply means."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from promptwire.client.errors import (
    AmbiguousSlugError,
    NotFoundError,
    PromptwireError,
    RefusedError,
    UnauthorizedError,
    UnavailableError,
)
from promptwire.client.exchange import Reply, Request, Response, Silence
from promptwire.client.reference import Reference
from promptwire.wire.codes import ErrorCode
from promptwire.wire.sync import PURGED, SYNC_PATH, Gone, SyncAnswer, SyncRequest

_RETRY_LATER = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Site:
    """What the words of an error say about who was asked, and by whom."""

    url: str
    has_key: bool


class PromptsNeeded(Exception):
    """The server does not know any more what the cursor was given for."""


Outcome: TypeAlias = SyncAnswer | RefusedError | UnavailableError | PromptsNeeded


def sync(request: SyncRequest) -> Request:
    """Ask what changed."""
    body = json.dumps(request.as_json(), ensure_ascii=False, separators=(",", ":"))
    return Request("POST", SYNC_PATH, body=body.encode("utf-8", errors="surrogatepass"))


def read(reply: Reply, site: Site) -> Outcome:
    """Say what a reply means."""
    if isinstance(reply, Silence):
        return no_answer(site, reply.cause, slow=reply.slow)
    try:
        answer: object = json.loads(reply.body)
        if reply.status == 200:  # noqa: PLR2004 (HTTP's own number)
            return SyncAnswer.from_json(answer)
        return _refusal(answer, reply, site)
    except (ValueError, RecursionError) as error:
        return _unusable(reply, site, f"which is not a Promptwire answer ({error})")


def no_answer(site: Site, cause: str, *, slow: bool) -> UnavailableError:
    """Say that nothing came back; the cause follows the server's address."""
    return UnavailableError(f"{site.url} {cause}", slow=slow)


def about(reference: Reference, error: PromptwireError) -> PromptwireError:
    """Say what an error of a whole request means to who asked for one prompt."""
    if isinstance(error, UnavailableError):
        message = f"cannot fetch {reference}: {error}"
        return UnavailableError(message, slow=error.slow, retry_after=error.retry_after)
    if type(error) is RefusedError:
        return RefusedError(f"cannot fetch {reference}: {error}", code=error.code, status=error.status)
    return error


def withdrawal(reference: Reference, gone: Gone, site: Site) -> RefusedError:
    """Say why a name means nothing."""
    code = gone.reason
    if code == ErrorCode.AMBIGUOUS_SLUG:
        candidates = sorted(gone.candidates)
        message = f"prompt {reference.name!r} exists in several teams; ask for one of {', '.join(candidates)}"
        return AmbiguousSlugError(message, code=code, candidates=candidates)
    name = f"prompt {reference.name!r}"
    if code == ErrorCode.PROMPT_NOT_FOUND:
        return NotFoundError(f"there is no {name} at {site.url} that this API key may see", code=code)
    if code in _NO_VERSION:
        return NotFoundError(f"{name} has {_nothing(reference)}", code=code)
    if code == PURGED:
        return NotFoundError(f"{reference} was erased for good", code=code)
    return RefusedError(f"{site.url} does not give {reference} to this API key ({code})", code=code)


_NO_VERSION = frozenset({ErrorCode.NO_LIVE_VERSION, ErrorCode.LABEL_NOT_FOUND, ErrorCode.VERSION_NOT_FOUND})


def _nothing(reference: Reference) -> str:
    if reference.version is not None:
        return f"no version {reference.version}"
    if reference.label is not None and reference.label != "live":
        return f"no version with the label {reference.label!r}"
    return "no live version: promote one, or ask for a label or a version"


def _refusal(answer: object, reply: Response, site: Site) -> RefusedError | UnavailableError | PromptsNeeded:
    fields = answer if isinstance(answer, dict) else {}
    words, code = fields.get("error"), fields.get("code")
    if not isinstance(words, str) or not isinstance(code, str):
        _fail("it names no error and code")
    if code == ErrorCode.PROMPTS_NEEDED:
        return PromptsNeeded()
    if reply.status == 404:  # noqa: PLR2004
        return _unusable(reply, site, f"{words}; it has no {SYNC_PATH}: is it an older Promptwire?")
    if reply.status >= 500 or reply.status < 400 or reply.status in _RETRY_LATER:  # noqa: PLR2004
        return _unusable(reply, site, words)
    if code != ErrorCode.UNAUTHORIZED:
        return RefusedError(f"{site.url} refused: {words} ({code})", code=code, status=reply.status)
    if site.has_key:
        sentence = f"{site.url} does not accept the API key: check PROMPTWIRE_API_KEY, or api_key ({words})"
    else:
        sentence = f"{site.url} asks for an API key: set PROMPTWIRE_API_KEY, or pass api_key ({words})"
    return UnauthorizedError(sentence, code=code, status=reply.status)


def _unusable(reply: Response, site: Site, why: str) -> UnavailableError:
    place = reply.headers.get("location")
    moved = f" and points to {place}" if place else ""
    message = f"{site.url} answered {reply.status}{moved}: {why}"
    return UnavailableError(message, retry_after=_seconds(reply.headers.get("retry-after")))


def _seconds(text: str | None) -> float | None:
    return float(text) if text is not None and text.isascii() and text.isdigit() else None


def _fail(why: str) -> NoReturn:
    raise ValueError(why)
