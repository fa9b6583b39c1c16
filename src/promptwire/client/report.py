"""What a client says about itself: how it does, and why it serves what it serves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from time import monotonic, time
from typing import Literal, TypeAlias

from promptwire.client.office import Office
from promptwire.client.prompt import Prompt
from promptwire.client.reference import Reference
from promptwire.client.settings import Mode

State: TypeAlias = Literal["idle", "fresh", "stale", "closed"]
"""Nothing was asked for yet; all is confirmed; something is not, for longer than `max_stale`; closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How a client does."""

    state: State
    mode: Mode
    url: str
    prompts: int
    """How many names it keeps."""
    withdrawn: tuple[str, ...]
    """Those that the server has taken back, and that are still served."""
    age: float
    """Seconds since the server last confirmed what is in memory; infinity if it never did."""
    connected: bool
    """Whether the stream is open and alive."""
    trouble: str | None
    """What the last attempt met, if it failed."""
    retry_in: float | None
    """Seconds until the next attempt, after a failed one."""
    attempts: tuple[str, ...]
    """The last requests and what came of each, the newest last."""
    cache: str | None
    """The directory of the disk cache."""
    cache_trouble: str | None
    """What went wrong with it last."""
    bundle: str | None
    """The bundle: how many names, signed or unsigned, or why it was refused."""
    dropped: int
    """Changes that callbacks of `on_change` were too slow for."""
    scores_waiting: int
    """Scores that have not been sent yet."""
    scores_dropped: int
    """Scores that there was no room for, or that the server refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a read gives what it gives; as text, for people."""

    asked: str
    """What was asked for, in words."""
    prompt: Prompt | None
    """What a read gives now without asking anybody; None: it has to ask."""
    reason: str
    """Why, in a sentence."""
    status: Status

    def __str__(self) -> str:
        status = self.status
        lines = [f"{self.asked}: {self.reason}"]
        if self.prompt is not None:
            lines.append(_copy_line(self.prompt))
        lines.append(f"  server: {status.url}, mode {status.mode}, {_heard(status)}")
        if status.trouble:
            lines.append(f"  trouble: {status.trouble}; next attempt {_in(status.retry_in)}")
        lines.append(f"  cache: {status.cache or 'off'}{f' ({status.cache_trouble})' if status.cache_trouble else ''}")
        lines.append(f"  bundle: {status.bundle or 'none'}")
        lines += [f"  {attempt}" for attempt in status.attempts]
        return "\n".join(lines)


def status_of(office: Office, *, closed: bool) -> Status:
    """Say how a client does."""
    book, link, now = office.book, office.core.link, monotonic()
    copies = dict(book.copies)
    age = now - book.confirmation.at
    shelf, bundle = office.stock.shelf, office.stock.bundle
    return Status(
        state=_state([copy.prompt for copy in copies.values()], closed=closed),
        mode=office.settings.mode,
        url=office.settings.url,
        prompts=len(copies),
        withdrawn=tuple(str(reference) for reference, copy in copies.items() if copy.refusal),
        age=max(0.0, age),
        connected=office.core.ear.hears,
        trouble=str(link.trouble) if link.trouble else None,
        retry_in=max(0.0, link.retry_at - now) if link.trouble else None,
        attempts=tuple(
            f"{_ago(now - attempt.at)}: {attempt.what}: {attempt.outcome}" for attempt in list(link.attempts)
        ),
        cache=str(shelf) if shelf else None,
        cache_trouble=shelf.trouble if shelf else None,
        bundle=str(bundle) if bundle else None,
        dropped=office.announcer.dropped,
        scores_waiting=office.outbox.scorer.waiting,
        scores_dropped=office.outbox.scorer.dropped,
    )


def explain(office: Office, reference: Reference, *, closed: bool) -> Explanation:
    """Say why a read of this reference gives what it gives."""
    copy = office.book.copies.get(reference)
    status = status_of(office, closed=closed)
    if copy is not None:
        reason = _served(copy.prompt, str(copy.refusal) if copy.refusal else "")
        return Explanation(asked=str(reference), prompt=copy.prompt, reason=reason, status=status)
    barred = office.book.barred.get(reference)
    if barred is not None:
        reason = f"the server withdrew it, and its time of grace is over: {barred}"
    else:
        reason = f"it is not in memory{_elsewhere(office, reference)}"
    return Explanation(asked=str(reference), prompt=None, reason=reason, status=status)


def _state(prompts: list[Prompt], *, closed: bool) -> State:
    if closed:
        return "closed"
    if not prompts:
        return "idle"
    return "stale" if any(prompt.stale for prompt in prompts) else "fresh"


def _served(prompt: Prompt, refusal: str) -> str:
    if refusal:
        return f"version {prompt.version} is still served, though the server withdrew it: {refusal}"
    if prompt.source != "server":
        return f"version {prompt.version} comes from the {prompt.source}; the server has not confirmed it yet"
    if prompt.stale:
        return f"version {prompt.version} is the last that the server gave, which is older than max_stale"
    return f"version {prompt.version} is what the server says"


def _elsewhere(office: Office, reference: Reference) -> str:
    shelf, bundle = office.stock.shelf, office.stock.bundle
    stored = shelf.read(reference) if shelf else None
    if stored is not None and stored.resolved is not None:
        return f"; on disk there is version {stored.resolved.version}, {_ago(time() - stored.confirmed_at)}"
    shipped = bundle.read(reference) if bundle else None
    return f"; in the bundle there is version {shipped.version}" if shipped else ""


def _copy_line(prompt: Prompt) -> str:
    labels = f", labels {', '.join(prompt.labels)}" if prompt.labels else ""
    confirmed = "never confirmed" if math.isinf(prompt.age) else f"confirmed {_ago(prompt.age)}"
    return (
        f"  copy: {prompt.team}/{prompt.slug} version {prompt.version} ({prompt.status}{labels}), "
        f"source {prompt.source}, {confirmed}, content {prompt.content_hash[:12]}"
    )


def _heard(status: Status) -> str:
    if math.isinf(status.age):
        return "never heard"
    return f"last heard {_ago(status.age)}{', stream open' if status.connected else ''}"


def _ago(seconds: float) -> str:
    return f"{max(0.0, seconds):.1f} s ago"


def _in(seconds: float | None) -> str:
    return f"in {seconds or 0.0:.1f} s"
