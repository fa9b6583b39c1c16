"""The bundle: prompts in one file that came with the application, for a start without a server."""

from __future__ import annotations

import threading
from pathlib import Path

from promptwire.client.reference import Reference
from promptwire.wire.delivery import Resolved
from promptwire.wire.snapshot import BrokenSnapshot, Snapshot, is_signed, unseal
from promptwire.wire.sync import Asked


class Bundle:
    """Reads the file when something is first looked for in it, and says what it found."""

    def __init__(self, path: Path, key: str | None) -> None:
        self._path = path
        self._key = key
        self._lock = threading.Lock()
        self._index: dict[Asked, Resolved] | None = None
        self.made_at: float = 0.0
        """When it was made (seconds since 1970)."""
        self.trouble: str | None = None
        """Why it cannot be used, if it cannot."""
        self.signed: bool = False
        """Whether its signature was checked, and is right."""

    def in_child(self) -> Bundle:
        """Give the bundle of a forked child."""
        child = Bundle(self._path, self._key)
        child._index, child.made_at = self._index, self.made_at
        child.trouble, child.signed = self.trouble, self.signed
        return child

    def read(self, reference: Reference) -> Resolved | None:
        """Give what a reference meant when the bundle was made."""
        index = self._loaded()
        is_live = reference.label == "live"  # which is what no label means
        return index.get(Asked(*reference)) or (index.get(Asked(reference.name)) if is_live else None)

    def __str__(self) -> str:
        self._loaded()
        if self.trouble is not None:
            return f"{self._path}: refused, {self.trouble}"
        return f"{self._path}: {len(self._loaded())} names, {'signed' if self.signed else 'unsigned'}"

    def _loaded(self) -> dict[Asked, Resolved]:
        with self._lock:
            if self._index is None:
                self._index = self._load()
            return self._index

    def _load(self) -> dict[Asked, Resolved]:
        try:
            data = self._path.read_bytes()
            snapshot = unseal(data, self._key)
        except (OSError, BrokenSnapshot) as error:
            self.trouble = str(error)
            return {}
        self.signed = self._key is not None and is_signed(data)
        self.made_at = snapshot.made_at
        return _index(snapshot)


def _index(snapshot: Snapshot) -> dict[Asked, Resolved]:
    withdrawn = {gone.asked for gone in snapshot.gone}
    return {
        found.asked: found.resolved(snapshot.contents[found.content_hash], snapshot.engine)
        for found in snapshot.prompts
        if found.asked not in withdrawn and found.version_id not in snapshot.purged
    }
