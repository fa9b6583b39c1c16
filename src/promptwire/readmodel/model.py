"""The read model: who may read what, and which version a reference means, from memory (DESIGN section 5)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import TypeAlias
from weakref import WeakValueDictionary

from promptwire.domain.changes import Entry
from promptwire.domain.credentials import bearer_token
from promptwire.domain.errors import NotFound, Unauthenticated
from promptwire.domain.labels import MAX_LABEL
from promptwire.domain.versions import ByLabel, Reference
from promptwire.ports.schemas import Schemas
from promptwire.ports.storage import Store
from promptwire.readmodel import readers
from promptwire.readmodel.finding import Found, Wanted, meant, place, reference_of
from promptwire.readmodel.loading import Loaded, Request, load
from promptwire.readmodel.prompts import KeptPrompt, Owners
from promptwire.readmodel.readers import Reader, Refusal, View
from promptwire.readmodel.shelves import Kept, Shelf, Topics
from promptwire.readmodel.templates import Engine
from promptwire.readmodel.topics import PURGED, touched_by
from promptwire.wire.delivery import Numbers

MEBIBYTE = 1024 * 1024
_READERS, _UNKNOWN, _SLUGS, _MEMOS = 50_000, 20_000, 200_000, 100_000

Filling: TypeAlias = tuple[bytes, Wanted, bool]


class Watch:
    """What has changed since something began to be read, and so may not be kept of it."""

    __slots__ = ("everything", "topics")

    def __init__(self) -> None:
        self.everything = False
        self.topics: set[str] = set()

    def spoils(self, kept: Kept) -> bool:
        """Tell whether something that was read may be what was true before a change."""
        return self.everything or not self.topics.isdisjoint(kept.topics)


class ReadModel:
    """Prompts, credentials and rights in memory, read from the store when they are first asked for.

    Lives on the event loop's thread. As a subscriber of the feed it drops what a change makes doubtful; what was
    being read from the store at that moment is answered to those who asked before, and not kept.
    """

    def __init__(self, store: Store, schemas: Schemas, numbers: Numbers, *, memory: int = 256 * MEBIBYTE) -> None:
        self._store = store
        self._schemas = schemas
        self._numbers: Numbers = numbers
        self._topics = Topics()
        self._readers: Shelf[bytes, Reader] = Shelf(self._topics, entries=_READERS, size=memory // 4)
        self._refusals: Shelf[bytes, Refusal] = Shelf(self._topics, entries=_UNKNOWN, size=memory // 16)
        self._owners: Shelf[tuple[View, str], Owners] = Shelf(self._topics, entries=_SLUGS, size=memory // 4)
        self._unknown: Shelf[tuple[View, str], Owners] = Shelf(self._topics, entries=_UNKNOWN, size=memory // 16)
        self._prompts: Shelf[str, KeptPrompt] = Shelf(self._topics, entries=_SLUGS, size=memory // 2)
        self._views: WeakValueDictionary[tuple[str, ...], View] = WeakValueDictionary()
        self._watches: set[Watch] = set()
        self._filling: dict[Filling, asyncio.Task[Loaded]] = {}
        self._remembered = 0

    def changed(self, entries: Sequence[Entry]) -> None:
        """Drop what these changes make doubtful."""
        touched = touched_by(entry.change for entry in entries)
        erases = any(entry.change.action == PURGED for entry in entries)
        if touched is None or erases:  # what is only doubted may still be somewhere in memory
            self.lost()
        elif touched:
            self._topics.touch(touched)
            self._filling.clear()  # who asks from now on must not be told what was read before
            for watch in self._watches:
                watch.topics |= touched

    def lost(self) -> None:
        """Drop everything."""
        for shelf in (self._readers, self._refusals, self._owners, self._unknown, self._prompts):
            shelf.clear()
        self._filling.clear()
        for watch in self._watches:
            watch.everything = True

    def reader(self, authorization: bytes | None) -> Reader | None:
        """Give who sent an `Authorization` header; None where that must be read from the store.

        Raises:
            Unauthenticated, UserNotVerified: Where it is nobody who reads.
        """
        if not authorization:
            raise Unauthenticated(sent=authorization is not None)
        digest = sha256(authorization).digest()
        reader = self._readers.get(digest)
        if reader is not None:
            return reader if reader.until > time.time() else None
        refusal = self._refusals.get(digest)
        if refusal is not None:
            raise refusal.error.with_traceback(None)
        return None

    def find(self, reader: Reader, wanted: Wanted) -> Found | None:
        """Give the version that is meant; None where that must be read from the store.

        Raises:
            NotFound, AmbiguousSlug, InvalidInput, Forbidden: As their names say.
        """
        place_of = (reader.view, wanted.slug)
        owners = self._owners.get(place_of) or self._unknown.get(place_of)
        if owners is None:
            return None
        _, prompt_id = place(owners, reader, wanted)
        reference = reference_of(wanted, reader)
        if isinstance(reference, ByLabel) and len(reference.label) > MAX_LABEL:
            raise NotFound("version")  # none is so long; memory does not keep it
        prompt = self._prompts.get(prompt_id)
        if prompt is None or reference not in prompt.versions:
            return None
        return Found(owners, meant(prompt, reference, reader), reference)

    def remember(self, reader: Reader, target: object, found: Found) -> None:
        """Keep what a target means to a reader, so that the next look is a single one."""
        self._remembered += 1
        if self._remembered > _MEMOS:
            self._remembered = 0
            for one in self._readers.all():
                one.memo.clear()
        reader.memo[target] = found

    async def recognize(self, authorization: bytes | None) -> Reader:
        """Give who sends an `Authorization` header, read from the store where memory does not know.

        Raises:
            Unauthenticated, UserNotVerified, Unavailable: As their names say.
        """
        reader = self.reader(authorization)
        if reader is not None:
            return reader
        assert authorization is not None  # noqa: S101 - `reader` refuses nothing at all
        token = bearer_token(authorization.decode("latin-1")) or ""
        watch = Watch()
        self._watches.add(watch)
        try:
            who = await self._store.read(lambda tx: readers.load(tx, token, datetime.now(UTC)))
        finally:
            self._watches.discard(watch)
        self._keep_who(sha256(authorization).digest(), who, watch)
        if isinstance(who, Refusal):
            raise who.error.with_traceback(None)
        return who

    async def load(self, authorization: bytes, wanted: Wanted, *, renders: bool = False) -> tuple[Reader, Found]:
        """Read from the store what memory lacks, once for all who ask the same meanwhile.

        Raises:
            Unauthenticated, UserNotVerified, NotFound, AmbiguousSlug, InvalidInput, Unavailable: As their names say.
        """
        key = (sha256(authorization).digest(), wanted, renders)
        task = self._filling.get(key)
        if task is None:
            task = self._filling[key] = asyncio.create_task(self._fill(key, authorization))
            task.add_done_callback(lambda done: self._filled(key, done))
        return (await asyncio.shield(task)).answer()

    def _filled(self, key: Filling, task: asyncio.Task[Loaded]) -> None:
        if self._filling.get(key) is task:
            del self._filling[key]
        if not task.cancelled():
            task.exception()  # who waited has it; where nobody does, asyncio shall not complain

    async def _fill(self, key: Filling, authorization: bytes) -> Loaded:
        digest, wanted, renders = key
        request = Request(
            token=bearer_token(authorization.decode("latin-1")) or "",
            reader=self._reader_now(digest),
            wanted=wanted,
            renders=renders,
            now=datetime.now(UTC),
        )
        watch = Watch()
        self._watches.add(watch)
        try:
            loaded = await self._store.read(lambda tx: load(tx, request, Engine(self._schemas, self._numbers)))
        finally:
            self._watches.discard(watch)
        self._keep(digest, loaded, watch)
        return loaded

    def _reader_now(self, digest: bytes) -> Reader | None:
        reader = self._readers.get(digest)
        return reader if reader and reader.until > time.time() else None

    def _keep(self, digest: bytes, loaded: Loaded, watch: Watch) -> None:
        """Keep what was read, as far as nothing has changed since; each part on its own."""
        reader = self._keep_who(digest, loaded.who, watch)
        owners, prompt = loaded.owners, loaded.prompt
        if reader is not None and owners is not None and not watch.spoils(owners):
            shelf, other = (self._owners, self._unknown) if owners.prompts else (self._unknown, self._owners)
            other.drop((reader.view, owners.slug))
            shelf.put((reader.view, owners.slug), owners)
        if prompt is not None and loaded.reference is not None and not watch.spoils(prompt):
            self._keep_prompt(prompt, loaded.reference)

    def _keep_who(self, digest: bytes, who: Reader | Refusal, watch: Watch) -> Reader | None:
        """Keep who it is; gives the reader if it is one and may be believed."""
        if watch.spoils(who):
            return None
        if isinstance(who, Refusal):
            self._readers.drop(digest)
            self._refusals.put(digest, who)
            return None
        who.view = self._views.setdefault(who.view.team_ids, who.view)
        if not who.fresh:  # else it was known
            self._refusals.drop(digest)
            self._readers.put(digest, who)
        return who

    def _keep_prompt(self, prompt: KeptPrompt, reference: Reference) -> None:
        kept = self._prompts.get(prompt.id)
        if kept is None:
            self._prompts.put(prompt.id, prompt)
        else:
            self._prompts.grow(kept, kept.learn(reference, prompt.versions.get(reference)))
