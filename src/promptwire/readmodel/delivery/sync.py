"""Sync: what changed since a cursor, of what a process uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from promptwire.domain.errors import InvalidInput, NamesNeeded
from promptwire.ports.feed import Feed
from promptwire.ports.storage import Store, Transaction
from promptwire.readmodel.delivery import cursors
from promptwire.readmodel.delivery.cursors import Cursor, tag
from promptwire.readmodel.delivery.deltas import Delta, read_delta
from promptwire.readmodel.delivery.everything import read_all, read_changed
from promptwire.readmodel.delivery.journal import Journal, is_seen
from promptwire.readmodel.delivery.lookup import look_up
from promptwire.readmodel.delivery.names import Names, RememberedNames
from promptwire.readmodel.delivery.pages import NAMES, Page
from promptwire.readmodel.delivery.sights import Sight, Viewer
from promptwire.readmodel.delivery.touches import Touch
from promptwire.readmodel.topics import PURGED
from promptwire.wire.sync import Engine, SyncAnswer, SyncRequest

_ALL = tag("everything")


class Sync:
    """Answers `/v1/sync`; from memory where nothing changed."""

    def __init__(self, store: Store, feed: Feed, journal: Journal, engine: Engine) -> None:
        self._store = store
        self._feed = feed
        self._journal = journal
        self._engine = engine
        self._names = RememberedNames()

    async def answer(self, viewer: Viewer, request: SyncRequest) -> SyncAnswer:
        """Say what changed.

        Raises:
            InvalidInput: Without a cursor and without names.
            NamesNeeded: Without names, where those of the cursor are not remembered.
            Unavailable: When the store cannot be read.
        """
        cursor = cursors.read(request.cursor, self._feed.position.epoch) if request.cursor else None
        known = self._known(request, cursor)
        names = known.with_more(request.add)
        self._names.put(names)
        await self._journal.follow(viewer.sight.scopes)
        touches = await self._since(viewer.sight, cursor, known.tag) if cursor else None
        if cursor is None or touches is None or (request.add and not cursor.done):
            return await self._full(viewer, names, request.have, reset=True)
        if not cursor.done:
            return await self._full(viewer, names, request.have, begun=cursor)
        if not touches and not request.add:
            return self._answer(replace(cursor, asked=names.tag))
        return await self._changed(viewer, request, known, touches=touches)

    def _known(self, request: SyncRequest, cursor: Cursor | None) -> Names:
        if request.prompts is not None:
            return Names(request.prompts)
        if request.cursor is None:
            raise InvalidInput("prompts is required without a cursor", "prompts")
        known = self._names.get(cursor.asked) if cursor else None
        if known is None:
            raise NamesNeeded
        return known

    async def _since(self, sight: Sight, cursor: Cursor, asked: bytes) -> Sequence[Touch] | None:
        """List what changed since a cursor; None where it does not fit."""
        if cursor.sight != tag(sight.name) or cursor.asked != asked:
            return None
        if not await self._journal.reach(cursor.seq):
            return None
        touches = self._journal.since(sight.scopes, cursor.seq)
        return None if touches is None or any(touch.prompt_id is None for touch in touches) else touches

    async def _full(
        self, viewer: Viewer, names: Names, have: Iterable[str], *, begun: Cursor | None = None, reset: bool = False
    ) -> SyncAnswer:
        seq, index = (begun.seq, begun.index) if begun else (self._feed.position.seq, 0)
        page = Page(set(have))

        def read(tx: Transaction) -> int:
            meanings = look_up(tx, viewer.subject, names.asked[index : index + NAMES])
            page.put_purged(tx, (one.prompt_id for one in meanings))
            return page.fill(tx, meanings)

        end = index + await self._store.read(read)
        cursor = Cursor(tag(viewer.sight.name), names.tag, seq, end if end < len(names.asked) else 0)
        return self._answer(cursor, page, reset=reset)

    async def _changed(
        self, viewer: Viewer, request: SyncRequest, known: Names, *, touches: Sequence[Touch]
    ) -> SyncAnswer:
        seq = self._feed.position.seq
        delta = Delta(
            known=known,
            add=request.add,
            by_slug=await self._by_slug(viewer.sight, known, touches),
            have=request.have,
        )
        names = known.with_more(request.add)
        now = Cursor(tag(viewer.sight.name), names.tag, seq)
        if not delta.by_slug and not delta.add:
            return self._answer(now)
        seen = [touch for told in delta.by_slug.values() for touch in told]
        page, reached = await self._store.read(lambda tx: read_delta(tx, viewer.subject, delta))
        if page is None:
            return await self._full(viewer, names, request.have, reset=True)
        return self._answer(replace(now, seq=reached or seq), page, more=reached is not None, purged=_purged(seen))

    async def _by_slug(self, sight: Sight, known: Names, touches: Sequence[Touch]) -> dict[str, list[Touch]]:
        places = await self._journal.places({touch.prompt_id for touch in touches if touch.prompt_id})
        by_slug: defaultdict[str, list[Touch]] = defaultdict(list)
        for touch in touches:
            place = places.get(touch.prompt_id or "")
            slug = place.slug if place else touch.slug
            if slug in known.by_slug and is_seen(sight, touch, places):
                by_slug[slug].append(touch)
        return dict(sorted(by_slug.items(), key=lambda item: item[1][-1].seq))

    async def everything(self, viewer: Viewer, text: str) -> SyncAnswer:
        """Say what changed of all that somebody sees.

        Raises:
            Unavailable: When the store cannot be read.
        """
        cursor = cursors.read(text, self._feed.position.epoch)
        sight = viewer.sight
        await self._journal.follow(sight.scopes)
        touches = await self._since(sight, cursor, _ALL) if cursor else None
        if cursor is None or touches is None or not cursor.done:
            return await self._everything(viewer, cursor if touches is not None else None)
        places = await self._journal.places({touch.prompt_id for touch in touches if touch.prompt_id})
        seen = [touch for touch in touches if is_seen(sight, touch, places)]
        if not seen:
            return self._answer(cursor)
        part = await self._store.read(lambda tx: read_changed(tx, viewer.subject, seen))
        now = replace(cursor, seq=part.seq or seen[-1].seq)
        return self._answer(now, part.page, more=part.seq is not None, purged=_purged(seen))

    async def _everything(self, viewer: Viewer, begun: Cursor | None) -> SyncAnswer:
        cursor = begun or Cursor(tag(viewer.sight.name), _ALL, await self._journal.last_seen(viewer.sight))
        part = await self._store.read(lambda tx: read_all(tx, viewer.subject, cursor.after))
        return self._answer(replace(cursor, after=part.after), part.page, reset=begun is None)

    async def etag(self, viewer: Viewer, text: str) -> str:
        """Give the tag of what `everything` answers; another one as soon as it answers something else."""
        await self._journal.follow(viewer.sight.scopes)
        last = await self._journal.last_seen(viewer.sight)
        known = (self._feed.position.epoch, viewer.sight.name, last, self._engine.numbers, text)
        return f'"{tag(repr(known)).hex()}"'

    def _answer(
        self,
        cursor: Cursor,
        page: Page | None = None,
        *,
        reset: bool = False,
        more: bool = False,
        purged: Sequence[str] = (),
    ) -> SyncAnswer:
        return SyncAnswer(
            cursor=cursors.write(cursor, self._feed.position.epoch),
            reset=reset,
            more=more or not cursor.done,
            engine=self._engine,
            prompts=tuple(page.found) if page else (),
            contents=page.contents if page else {},
            gone=tuple(page.gone) if page else (),
            purged=tuple(sorted({*purged, *(page.purged if page else ())})),
        )


def _purged(touches: Iterable[Touch]) -> Sequence[str]:
    return sorted({one for touch in touches if touch.action == PURGED for one in touch.version_ids})
