"""Sync: what changed since a cursor, of what a process uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from promptwire.domain.errors import InvalidInput, NamesNeeded
from promptwire.ports.feed import Feed
from promptwire.ports.storage import Store, Transaction
from promptwire.readmodel.delivery import cursors
from promptwire.readmodel.delivery.cursors import Cursor, tag
from promptwire.readmodel.delivery.deltas import Delta, read_delta
from promptwire.readmodel.delivery.journal import Journal, is_seen
from promptwire.readmodel.delivery.lookup import look_up
from promptwire.readmodel.delivery.names import Names, RememberedNames
from promptwire.readmodel.delivery.pages import NAMES, Page
from promptwire.readmodel.delivery.sights import Sight, Viewer, teams_of
from promptwire.readmodel.delivery.touches import PURGED, Touch
from promptwire.wire.sync import Engine, SyncAnswer, SyncRequest


class Sync:
    """Answers `POST /v1/sync`; from memory where nothing changed."""

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
        touches = await self._since(viewer.sight, cursor, known) if cursor else None
        if cursor is None or touches is None or (request.add and not cursor.done):
            return await self._full(viewer, names, request.have, reset=True)
        if not cursor.done:
            return await self._full(viewer, names, request.have, begun=cursor)
        if not touches and not request.add:
            return self._answer(viewer, names, cursor.seq)
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

    async def _since(self, sight: Sight, cursor: Cursor, known: Names) -> Sequence[Touch] | None:
        """List what changed since a cursor; None where it does not fit."""
        if cursor.sight != tag(sight.name) or cursor.asked != known.tag:
            return None
        if not await self._journal.reach(cursor.seq):
            return None
        touches = self._journal.since(sight.scopes, cursor.seq)
        return None if touches is None or any(touch.prompt_id is None for touch in touches) else touches

    async def _full(
        self, viewer: Viewer, names: Names, have: Iterable[str], *, begun: Cursor | None = None, reset: bool = False
    ) -> SyncAnswer:
        seq, index = (begun.seq, begun.index) if begun else (self._feed.position.seq, 0)
        page = Page(frozenset(have))

        def read(tx: Transaction) -> int:
            asked = names.asked[index : index + NAMES]
            return page.fill(tx, look_up(tx, teams_of(tx, viewer.subject), asked))

        end = index + await self._store.read(read)
        return self._answer(viewer, names, seq, page=page, index=end if end < len(names.asked) else 0, reset=reset)

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
        if not delta.by_slug and not delta.add:
            return self._answer(viewer, names, seq)
        page, reached = await self._store.read(lambda tx: read_delta(tx, viewer.subject, delta))
        if page is None:
            return await self._full(viewer, names, request.have, reset=True)
        purged = [one for touch in touches if touch.action == PURGED for one in touch.version_ids]
        return self._answer(viewer, names, reached or seq, page=page, more=reached is not None, purged=purged)

    async def _by_slug(self, sight: Sight, known: Names, touches: Sequence[Touch]) -> dict[str, list[Touch]]:
        places = await self._journal.places({touch.prompt_id for touch in touches if touch.prompt_id})
        by_slug: defaultdict[str, list[Touch]] = defaultdict(list)
        for touch in touches:
            place = places.get(touch.prompt_id or "")
            slug = place.slug if place else touch.slug
            if slug in known.by_slug and is_seen(sight, touch, places):
                by_slug[slug].append(touch)
        return dict(sorted(by_slug.items(), key=lambda item: item[1][-1].seq))

    def _answer(  # noqa: PLR0913 - an answer has these parts
        self,
        viewer: Viewer,
        names: Names,
        seq: int,
        *,
        page: Page | None = None,
        index: int = 0,
        reset: bool = False,
        more: bool = False,
        purged: Sequence[str] = (),
    ) -> SyncAnswer:
        cursor = Cursor(tag(viewer.sight.name), names.tag, seq, index)
        return SyncAnswer(
            cursor=cursors.write(cursor, self._feed.position.epoch),
            reset=reset,
            more=more or index > 0,
            engine=self._engine,
            prompts=tuple(page.found) if page else (),
            contents=page.contents if page else {},
            gone=tuple(page.gone) if page else (),
            purged=tuple(purged),
        )
