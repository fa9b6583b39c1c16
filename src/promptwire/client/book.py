"""The book of copies: what the process has of each prompt it asked for."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

from promptwire.client.errors import RefusedError, UnauthorizedError
from promptwire.client.prompt import Confirmation, Prompt, Source, Uses
from promptwire.client.protocol import Site, withdrawal
from promptwire.client.reference import Reference, Which
from promptwire.client.renderer import Renderer
from promptwire.wire.content import Content
from promptwire.wire.delivery import Resolved
from promptwire.wire.sync import PURGED, Asked, Gone, SyncAnswer


class UsesKey(NamedTuple):
    """What renders are counted by."""

    reference: Reference
    version: int
    source: Source
    prompt_id: str
    """Empty for a fallback."""


Served: TypeAlias = Mapping[str, Mapping[Which, Prompt]]
_KEPT_CONTENTS = 256  # beyond those in use: what was served a moment ago is what a rollback brings back


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What the process has for one reference; replaced as a whole, so that a fork never finds half of one."""

    prompt: Prompt
    resolved: Resolved
    renderer: Renderer
    refusal: RefusedError | None = None
    """Why the server withdrew it, if it did."""
    expires: float = math.inf
    """When it is served no more (monotonic seconds), if nothing changes."""


@dataclass(frozen=True, slots=True)
class Change:
    """A reference means something else now."""

    reference: Reference
    before: Prompt | None
    after: Prompt | None
    """None: it is served no more."""
    erased: bool = False
    """Whether its text has to go at once, on disk too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the settings say about copies."""

    max_stale: float
    grace: float
    strict: bool


class Book:
    """Keeps the last good copy for each reference, whatever the server says later.

    One thread writes at a time (`lock`); reads take no lock: `served` is never changed, only replaced.
    """

    def __init__(self, site: Site, terms: Terms, copies: Mapping[Reference, Copy] | None = None) -> None:
        self.lock: threading.Lock = threading.Lock()
        self.served: Served = {}
        """What reads look into: by name, then by label or number."""
        self.copies: dict[Reference, Copy] = {}
        self.barred: dict[Reference, RefusedError] = {}
        """What the server withdrew and is served no more, from no other copy either."""
        self.purged: set[str] = set()
        """Ids of versions whose texts were erased for good."""
        self.uses: dict[UsesKey, Uses] = {}
        """How often each version was rendered, by what it was asked for as and where it came from."""
        self.confirmation: Confirmation = Confirmation(-math.inf, terms.max_stale)
        """Of every copy that the last answer of the server covers."""
        self._site = site
        self._terms = terms
        self._contents: OrderedDict[str, Content] = OrderedDict()
        self._staged: dict[str, dict[Which, Prompt]] = {}
        self._before: dict[Reference, Prompt | None] = {}
        """What was served until now of whatever is changed and not published yet."""
        self.next_expiry: float = math.inf
        """When `expire` has something to do (monotonic seconds)."""
        self._put(copies or {})
        self._publish(set())

    def in_child(self) -> Book:
        """Give the book of a forked child: the same copies, under a lock of its own."""
        child = Book(self._site, self._terms, self.copies)
        child.barred, child.purged = dict(self.barred), set(self.purged)
        child.confirmation = self.confirmation
        child.uses = self.uses
        child.next_expiry = self.next_expiry
        return child

    def holds(self, content_hash: str) -> bool:
        """Say whether a content is here."""
        return content_hash in self._contents

    def adopt(self, reference: Reference, resolved: Resolved, source: Source, confirmed_at: float) -> Prompt | None:
        """Take in a copy from elsewhere, unless there is one or it may not be served; gives what is served then."""
        with self.lock:
            if reference not in self.copies:
                if reference in self.barred or resolved.version_id in self.purged:
                    return None
                confirmation = Confirmation(confirmed_at, self._terms.max_stale)
                self._put({reference: self._copy(reference, resolved, source, confirmation)})
                self._publish(set())
            return self.copies[reference].prompt

    def withdraw_adopted(self, reference: Reference, refusal: RefusedError, since: float, now: float) -> Prompt | None:
        """Mark a copy from elsewhere as withdrawn earlier; gives what is served then."""
        with self.lock:
            self._withdraw(reference, refusal, since)
            self._expire(now)
            self._publish(set())
            copy = self.copies.get(reference)
            return copy.prompt if copy else None

    def missing(self, answer: SyncAnswer) -> bool:
        """Say whether an answer names a content that is neither in it nor here."""
        return any(
            found.content_hash not in answer.contents and not self.holds(found.content_hash) for found in answer.prompts
        )

    def take(self, answer: SyncAnswer, now: float) -> list[Change]:
        """Take an answer in, all at once; gives what changed by it."""
        if not (answer.prompts or answer.gone or answer.purged):
            return []
        with self.lock:
            erased = self._purge(answer.purged)
            changed: dict[Reference, Copy] = {}
            for found in answer.prompts:
                reference = Reference(*found.asked)
                content = answer.contents.get(found.content_hash) or self._contents[found.content_hash]
                resolved = found.resolved(content, answer.engine)
                self.barred.pop(reference, None)
                changed[reference] = self._copy(reference, resolved, "server", self.confirmation)
            self._put(changed)
            for gone in answer.gone:
                reference = Reference(*gone.asked)
                if gone.reason == PURGED:
                    erased |= {reference} & self.copies.keys()
                    self._drop([reference], withdrawal(reference, gone, self._site))
                else:
                    self._withdraw(reference, withdrawal(reference, gone, self._site), now)
            self._expire(now)
            return self._publish(erased)

    def forget(self, references: Iterable[Reference], now: float) -> list[Change]:
        """Withdraw what the server does not know any more."""
        with self.lock:
            for reference in references:
                gone = Gone(asked=Asked(*reference), reason="prompt_not_found")
                self._withdraw(reference, withdrawal(reference, gone, self._site), now)
            self._expire(now)
            return self._publish(set())

    def refuse(self, refusal: UnauthorizedError, now: float) -> list[Change]:
        """Withdraw everything: the key is not accepted."""
        with self.lock:
            for reference in list(self.copies):
                self._withdraw(reference, refusal, now)
            self._expire(now)
            return self._publish(set())

    def expire(self, now: float) -> list[Change]:
        """Drop what was withdrawn and has had its time of grace."""
        if now < self.next_expiry:
            return []
        with self.lock:
            self._expire(now)
            return self._publish(set())

    def _copy(self, reference: Reference, resolved: Resolved, source: Source, confirmation: Confirmation) -> Copy:
        old = self.copies.get(reference)
        if old and old.resolved == resolved and old.prompt.source == source and old.refusal is None:
            return old
        if old and old.renderer.suits(resolved):
            renderer = old.renderer
        else:
            renderer = Renderer(resolved, strict=self._terms.strict)
            if old and old.renderer.ready:
                renderer.prepare()  # somebody renders it: parse before it is served, not while they wait
        key = UsesKey(reference, resolved.version, source, resolved.prompt_id)
        uses = self.uses.get(key) or self.uses.setdefault(key, Uses(resolved.prompt_id))
        prompt = Prompt(
            slug=resolved.slug,
            team=resolved.team,
            label=reference.label,
            version=resolved.version,
            status=resolved.status,
            labels=resolved.labels,
            kind=resolved.content.kind,
            content_hash=resolved.content_hash,
            source=source,
            _content=resolved.content,
            _renderer=renderer,
            _confirmation=confirmation,
            _uses=uses,
        )
        return Copy(prompt=prompt, resolved=resolved, renderer=renderer)

    def _withdraw(self, reference: Reference, refusal: RefusedError, since: float) -> None:
        copy = self.copies.get(reference)
        if copy is None or copy.refusal is not None:
            return
        confirmation = Confirmation(copy.prompt.confirmed_at, self._terms.max_stale)  # it ages from here on
        prompt = replace(copy.prompt, withdrawn=True, _confirmation=confirmation)
        expires = since + self._terms.grace
        self.next_expiry = min(self.next_expiry, expires)
        self._put({reference: replace(copy, prompt=prompt, refusal=refusal, expires=expires)})

    def _purge(self, version_ids: Iterable[str]) -> set[Reference]:
        ids = set(version_ids)
        self.purged |= ids
        hit = [reference for reference, copy in self.copies.items() if copy.resolved.version_id in ids] if ids else []
        for reference in hit:
            gone = Gone(asked=Asked(*reference), reason=PURGED)
            self._drop([reference], withdrawal(reference, gone, self._site))
        if ids:  # which version a content was of is not kept: all go that are not in use
            used = {copy.resolved.content_hash for copy in self.copies.values()}
            for content_hash in self._contents.keys() - used:
                del self._contents[content_hash]
        return set(hit)

    def _expire(self, now: float) -> None:
        if now < self.next_expiry:
            return
        self.next_expiry = math.inf
        for reference, copy in list(self.copies.items()):
            if copy.refusal is not None and copy.expires <= now:
                self._drop([reference], copy.refusal)
            elif copy.refusal is not None:
                self.next_expiry = min(self.next_expiry, copy.expires)

    def _put(self, copies: Mapping[Reference, Copy]) -> None:
        for reference, copy in copies.items():
            self._remember(reference)
            self.copies[reference] = copy
            self._stage(reference.name)[reference.which] = copy.prompt
            self._contents[copy.resolved.content_hash] = copy.resolved.content
            self._contents.move_to_end(copy.resolved.content_hash)
        while len(self._contents) > len(self.copies) + _KEPT_CONTENTS:
            self._contents.popitem(last=False)

    def _drop(self, references: Iterable[Reference], refusal: RefusedError) -> None:
        for reference in references:
            self._remember(reference)
            self.barred[reference] = refusal
            copy = self.copies.pop(reference, None)
            if copy is not None:
                self._contents.pop(copy.resolved.content_hash, None)
                self._stage(reference.name).pop(reference.which, None)

    def _remember(self, reference: Reference) -> None:
        old = self.copies.get(reference)
        self._before.setdefault(reference, old.prompt if old else None)

    def _stage(self, name: str) -> dict[Which, Prompt]:
        if name not in self._staged:
            self._staged[name] = dict(self.served.get(name, {}))
        return self._staged[name]

    def _publish(self, erased: set[Reference]) -> list[Change]:
        """Let reads see all that was done, at once; gives what it was."""
        if self._staged:
            self.served = {**self.served, **self._staged}
            self._staged = {}
        before, self._before = self._before, {}
        changes: list[Change] = []
        for reference, old in before.items():
            copy = self.copies.get(reference)
            new = copy.prompt if copy else None
            if new is not old:
                changes.append(Change(reference, old, new, reference in erased))
        return changes
