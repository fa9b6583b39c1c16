"""What a process can serve without the server: the shelf on disk first, then the bundle."""

from __future__ import annotations

import math
from collections.abc import Iterable
from time import monotonic, time

from promptwire.client.book import Book, Change
from promptwire.client.bundle import Bundle
from promptwire.client.errors import RefusedError, UnauthorizedError
from promptwire.client.prompt import Prompt
from promptwire.client.protocol import Site, withdrawal
from promptwire.client.reference import Reference
from promptwire.client.settings import Settings
from promptwire.client.shelf import Shelf, Stored
from promptwire.wire.codes import ErrorCode
from promptwire.wire.sync import Asked, Gone

_TOUCH_EVERY = 300.0


class Stock:
    """Copies from earlier and elsewhere, and the writing down of what is here now."""

    def __init__(self, settings: Settings, site: Site, bundle: Bundle | None = None) -> None:
        self.shelf: Shelf | None = (
            Shelf(settings.cache_dir, settings.url, settings.api_key) if settings.cache_dir else None
        )
        if bundle is None and settings.bundle:
            bundle = Bundle(settings.bundle, settings.bundle_key)
        self.bundle: Bundle | None = bundle
        self._settings = settings
        self._site = site
        self._unwritten: dict[Reference, None] = {}
        self._touched_at = monotonic()

    def in_child(self) -> Stock:
        """Give the stock of a forked child."""
        return Stock(self._settings, self._site, self.bundle.in_child() if self.bundle else None)

    @property
    def is_empty(self) -> bool:
        """Whether there is nowhere to look."""
        return self.shelf is None and self.bundle is None

    def find(self, reference: Reference, book: Book) -> Prompt | None:
        """Look for a copy, and put it into the book; gives what the book serves then."""
        stored = self.shelf.read(reference) if self.shelf else None
        if stored is not None:
            book.purged.update(stored.purged)
            if stored.resolved is not None:
                return self._put(reference, stored, book)
        resolved = self.bundle.read(reference) if self.bundle else None
        if resolved is None or self.bundle is None:
            return None
        return book.adopt(reference, resolved, "bundle", _since(self.bundle.made_at))

    def note(self, changes: Iterable[Change], book: Book) -> None:
        """Have changes written down; what was erased goes at once."""
        if self.shelf is None:
            return
        for change in changes:
            if change.erased:
                self._unwritten.pop(change.reference, None)
                self.shelf.erase(change.reference, book.purged)
            elif change.after is not None:
                self._unwritten[change.reference] = None

    def purge(self, version_ids: Iterable[str]) -> None:
        """Erase texts from the disk, whoever put them there."""
        ids = frozenset(version_ids)
        if self.shelf is not None and ids:
            self.shelf.purge(ids)

    def write(self, book: Book, most: int) -> bool:
        """Write some of what was noted; says whether there is more."""
        if self.shelf is None:
            return False
        for reference in list(self._unwritten)[:most]:
            del self._unwritten[reference]
            copy = book.copies.get(reference)
            if copy is not None and (copy.refusal or copy.prompt.source == "server"):
                gone = Gone(asked=Asked(*reference), reason=copy.refusal.code) if copy.refusal else None
                self.shelf.write(reference, copy.resolved, gone)
        return bool(self._unwritten)

    def touch(self, book: Book) -> None:
        """Every few minutes, say on disk that the copies are confirmed."""
        now = monotonic()
        if self.shelf is None or now - self._touched_at < _TOUCH_EVERY or book.confirmation.at <= self._touched_at:
            return
        self._touched_at = now
        self.shelf.touch([one for one, copy in list(book.copies.items()) if copy.refusal is None])

    def _put(self, reference: Reference, stored: Stored, book: Book) -> Prompt | None:
        if stored.resolved is None:
            return None
        since = _since(stored.confirmed_at)
        prompt = book.adopt(reference, stored.resolved, "disk", since)
        if stored.gone is None or prompt is None:
            return prompt
        now = monotonic()
        refusal = self._refusal(reference, stored.gone)
        return book.withdraw_adopted(reference, refusal, now if since == -math.inf else since, now)

    def _refusal(self, reference: Reference, gone: Gone) -> RefusedError:
        if gone.reason == ErrorCode.UNAUTHORIZED:
            return UnauthorizedError(f"{self._site.url} did not accept the API key", code=gone.reason)
        return withdrawal(reference, gone, self._site)


def _since(moment: float) -> float:
    """Turn a moment of the wall clock into one of the monotonic clock; one that is still to come says nothing."""
    elapsed = time() - moment
    return monotonic() - elapsed if elapsed >= 0 else -math.inf
