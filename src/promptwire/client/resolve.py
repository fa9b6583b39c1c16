"""The resolve route: how a reference is asked for, and what each answer means."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import NoReturn, TypeAlias
from urllib.parse import quote, urlencode

from promptwire.client.errors import (
    AmbiguousSlugError,
    NotFoundError,
    RefusedError,
    UnauthorizedError,
    UnavailableError,
)
from promptwire.client.exchange import Reply, Request, Response, Silence
from promptwire.client.reference import Reference
from promptwire.wire.codes import ErrorCode
from promptwire.wire.delivery import Resolved

_RETRY_LATER = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Delivered:
    """A version that the process did not have yet."""

    resolved: Resolved
    etag: str | None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The copy that was asked about is still what its reference means."""


Outcome: TypeAlias = Delivered | Unchanged | RefusedError | UnavailableError


@dataclass(frozen=True, slots=True)
class Site:
    """What the words of an error say about who was asked, and by whom."""

    url: str
    has_key: bool


def request_for(reference: Reference, etag: str | None) -> Request:
    """Ask for what a reference means; with an ETag, only if that changed."""
    wanted = {"team": reference.team, "label": reference.label, "version": reference.version}
    query = urlencode({name: value for name, value in wanted.items() if value is not None}, quote_via=quote)
    target = f"/v1/prompts/{quote(reference.slug, safe='')}/resolve"
    return Request(f"{target}?{query}" if query else target, {"If-None-Match": etag} if etag else {})


def read(reply: Reply, reference: Reference, site: Site) -> Outcome:
    """Say what a reply means for the reference that was asked for."""
    if isinstance(reply, Silence):
        return no_answer(reference, site, reply.cause, slow=reply.slow)
    if reply.status == 304:  # noqa: PLR2004 (HTTP's own number)
        return Unchanged()
    try:
        answer: object = json.loads(reply.body)
        if reply.status == 200:  # noqa: PLR2004
            return Delivered(Resolved.from_json(answer), reply.headers.get("etag"))
        return _refusal(answer, reply, reference, site)
    except (ValueError, RecursionError) as error:
        return _unusable(reply, reference, site, f"which is not a Promptwire answer ({error})")


def no_answer(reference: Reference, site: Site, cause: str, *, slow: bool) -> UnavailableError:
    """Say that nothing came back; the cause follows the server's address."""
    return UnavailableError(f"cannot fetch {reference}: {site.url} {cause}", slow=slow)


def _refusal(answer: object, reply: Response, reference: Reference, site: Site) -> RefusedError | UnavailableError:
    fields = answer if isinstance(answer, dict) else {}
    words, code, details = fields.get("error"), fields.get("code"), fields.get("details")
    if not isinstance(words, str) or not isinstance(code, str):
        _fail("it names no error and code")
    if reply.status >= 500 or reply.status < 400 or reply.status in _RETRY_LATER:  # noqa: PLR2004
        return _unusable(reply, reference, site, words)
    if code == ErrorCode.AMBIGUOUS_SLUG:
        return _ambiguous(details, reply.status, reference)
    kind, sentence = _REFUSALS.get(code, (RefusedError, "{url} refused {reference}: {words} ({code})"))
    if code == ErrorCode.UNAUTHORIZED and not site.has_key:
        sentence = "{url} asks for an API key: set PROMPTWIRE_API_KEY, or pass api_key ({words})"
    message = sentence.format(
        url=site.url,
        reference=reference,
        name=f"prompt {reference.name!r}",
        nothing=_nothing(reference),
        words=words,
        code=code,
    )
    return kind(message, code=code, status=reply.status)


def _ambiguous(details: object, status: int, reference: Reference) -> AmbiguousSlugError:
    found = details.get("candidates") if isinstance(details, dict) else None
    candidates = sorted(map(str, found)) if isinstance(found, list) else []
    message = f"prompt {reference.name!r} exists in several teams; ask for one of {', '.join(candidates)}"
    return AmbiguousSlugError(message, code=ErrorCode.AMBIGUOUS_SLUG, status=status, candidates=candidates)


_REFUSALS: dict[str, tuple[type[RefusedError], str]] = {
    ErrorCode.UNAUTHORIZED: (
        UnauthorizedError,
        "{url} does not accept the API key: check PROMPTWIRE_API_KEY, or api_key ({words})",
    ),
    ErrorCode.PROMPT_NOT_FOUND: (NotFoundError, "there is no {name} at {url} that this API key may see"),
    ErrorCode.NO_LIVE_VERSION: (NotFoundError, "{name} has {nothing}"),
    ErrorCode.LABEL_NOT_FOUND: (NotFoundError, "{name} has {nothing}"),
    ErrorCode.VERSION_NOT_FOUND: (NotFoundError, "{name} has {nothing}"),
    ErrorCode.NOT_FOUND: (NotFoundError, "{url} has nothing for {reference}: {words}"),
}


def _nothing(reference: Reference) -> str:
    if reference.version is not None:
        return f"no version {reference.version}"
    if reference.label is not None and reference.label != "live":
        return f"no version with the label {reference.label!r}"
    return "no live version: promote one, or ask for a label or a version"


def _unusable(reply: Response, reference: Reference, site: Site, why: str) -> UnavailableError:
    place = reply.headers.get("location")
    moved = f" and points to {place}" if place else ""
    message = f"cannot fetch {reference}: {site.url} answered {reply.status}{moved}: {why}"
    return UnavailableError(message, retry_after=_seconds(reply.headers.get("retry-after")))


def _seconds(text: str | None) -> float | None:
    return float(text) if text is not None and text.isascii() and text.isdigit() else None


def _fail(why: str) -> NoReturn:
    raise ValueError(why)
