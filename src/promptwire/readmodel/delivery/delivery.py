"""Everything that delivery keeps in memory, fed by the feed."""

from __future__ import annotations

from collections.abc import Sequence

from promptwire.domain.changes import Entry
from promptwire.ports.feed import Feed
from promptwire.ports.storage import Store
from promptwire.readmodel.delivery.journal import Journal
from promptwire.readmodel.delivery.streams import Streams
from promptwire.readmodel.delivery.sync import Sync
from promptwire.wire.sync import Engine


class Delivery:
    """What processes are told of changes; a subscriber of the feed."""

    def __init__(self, store: Store, feed: Feed, engine: Engine) -> None:
        self._journal = Journal(store, feed)
        self.sync = Sync(store, feed, self._journal, engine)
        self.streams = Streams(feed, self._journal)

    def changed(self, entries: Sequence[Entry]) -> None:
        """Take in what was committed."""
        self.streams.changed(entries, self._journal.changed(entries, self.streams.audience.sights))

    def lost(self) -> None:
        """Drop everything."""
        self._journal.lost()
        self.streams.lost()
