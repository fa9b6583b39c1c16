"""The book of copies: what the process has of each prompt it asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from promptwire.client.errors import PromptwireError, UnauthorizedError, UnavailableError
from promptwire.client.prompt import Confirmation, Prompt
from promptwire.client.reference import Key, Reference
from promptwire.client.renderer import Renderer, renderer_of
from promptwire.client.resolve import Delivered, Outcome, Unchanged
from promptwire.wire.delivery import Resolved


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """The last good answer for one reference; replaced as a whole, so that a fork never finds half of one."""

    prompt: Prompt
    resolved: Resolved
    renderer: Renderer
    confirmation: Confirmation
    etag: str | None


class Book:
    """Keeps the last good copy for each reference, whatever the server says later."""

    def __init__(self, copies: Mapping[Reference, Copy]) -> None:
        self.copies: dict[Reference, Copy] = dict(copies)
        self.served: dict[Key, Prompt] = {reference: copy.prompt for reference, copy in self.copies.items()}
        """What reads look into, without a lock: each item is set whole, and never removed."""

    def etag(self, reference: Reference) -> str | None:
        """Give the ETag of the copy, if there is one."""
        copy = self.copies.get(reference)
        return copy.etag if copy else None

    def record(self, reference: Reference, outcome: Outcome, now: float) -> Prompt | PromptwireError:
        """Take an outcome in; give what a caller who waits for the reference gets."""
        copy = self.copies.get(reference)
        match outcome:
            case Delivered():
                self._keep(reference, _copy(outcome, now, copy))
            case Unchanged():
                if copy is None:
                    return UnavailableError(f"cannot fetch {reference}: the server took an empty memory for a copy")
                copy.confirmation.at = now
                self._mark(reference, withdrawn=False)
            case UnauthorizedError():
                for held in list(self.copies):
                    self._mark(held, withdrawn=True)
            case UnavailableError():
                pass
            case _:
                self._mark(reference, withdrawn=True)
        return self.served[reference] if not isinstance(outcome, PromptwireError) else outcome

    def _mark(self, reference: Reference, *, withdrawn: bool) -> None:
        copy = self.copies.get(reference)
        if copy is not None and copy.prompt.withdrawn is not withdrawn:
            self._keep(reference, replace(copy, prompt=replace(copy.prompt, withdrawn=withdrawn)))

    def _keep(self, reference: Reference, copy: Copy) -> None:
        self.copies[reference] = copy
        self.served[reference] = copy.prompt


def _copy(delivered: Delivered, now: float, before: Copy | None) -> Copy:
    resolved = delivered.resolved
    renderer = before.renderer if before and _same_text(before.resolved, resolved) else renderer_of(resolved)
    confirmation = Confirmation(now)
    prompt = Prompt(
        slug=resolved.slug,
        team=resolved.team,
        version=resolved.version,
        status=resolved.status,
        labels=resolved.labels,
        kind=resolved.content.kind,
        content_hash=resolved.content_hash,
        _text=resolved.content.template if resolved.content.kind == "text" else None,
        _renderer=renderer,
        _confirmation=confirmation,
    )
    return Copy(prompt=prompt, resolved=resolved, renderer=renderer, confirmation=confirmation, etag=delivered.etag)


def _same_text(one: Resolved, other: Resolved) -> bool:
    return one.version_id == other.version_id and one.content == other.content and one.numbers == other.numbers
