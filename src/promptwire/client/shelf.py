"""The shelf: the last known good of each reference in a directory, for the next process and for forked ones.

A file for each reference, so that processes which use different prompts share a directory; written whole beside its
place and then moved there, so that nobody ever reads half of one; sealed, so that a damaged one is noticed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path
from time import time

from promptwire.client.reference import Reference
from promptwire.wire.delivery import Resolved
from promptwire.wire.snapshot import BrokenSnapshot, Snapshot, seal, unseal
from promptwire.wire.sync import Asked, Engine, Found, Gone

_LARGEST = 16 * 1024 * 1024
_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH
_numbers = count()


@dataclass(frozen=True, slots=True)
class Stored:
    """What a file says."""

    resolved: Resolved | None
    """None where the text was erased."""
    confirmed_at: float
    """When the server last confirmed it, as far as is known (seconds since 1970)."""
    gone: Gone | None
    """What the server has said of it since, if it withdrew it; `confirmed_at` is when."""
    purged: tuple[str, ...]


class Shelf:
    """The files of one server and key."""

    def __init__(self, directory: Path, url: str, api_key: str | None) -> None:
        scope = sha256(f"{url}\0{api_key or ''}".encode()).hexdigest()[:32]
        self._directory = directory / scope
        self._url = url
        self.trouble: str | None = None
        """What went wrong last, if something did."""

    def __str__(self) -> str:
        return str(self._directory)

    def read(self, reference: Reference) -> Stored | None:
        """Give what is stored for a reference; None where there is nothing, or nothing that can be trusted."""
        path = self._path(reference)
        try:
            data, touched_at = _read(path)
            snapshot = unseal(data)
        except FileNotFoundError:
            return None
        except (OSError, BrokenSnapshot) as error:
            self.trouble = f"cannot use {path}: {error}"
            return None
        gone = next((gone for gone in snapshot.gone if gone.asked == Asked(*reference)), None)
        found = next((found for found in snapshot.prompts if found.asked == Asked(*reference)), None)
        if found is None and not snapshot.purged:
            self.trouble = f"cannot use {path}: it is about something else"
            return None
        resolved = found.resolved(snapshot.contents[found.content_hash], snapshot.engine) if found else None
        confirmed_at = snapshot.made_at if gone else max(snapshot.made_at, touched_at)
        return Stored(resolved, confirmed_at, gone, snapshot.purged)

    def write(self, reference: Reference, resolved: Resolved, gone: Gone | None) -> None:
        """Store what a reference means, or meant until it was withdrawn."""
        snapshot = Snapshot(
            made_at=time(),
            origin=self._url,
            engine=Engine(numbers=resolved.numbers),
            prompts=(_found(reference, resolved),),
            contents={resolved.content_hash: resolved.content},
            gone=(gone,) if gone else (),
        )
        self._put(self._path(reference), snapshot)

    def erase(self, reference: Reference, version_ids: Iterable[str]) -> None:
        """Forget a text for good, and remember that no other copy may be served in its place."""
        self._put(self._path(reference), Snapshot(made_at=time(), origin=self._url, purged=tuple(version_ids)))

    def purge(self, version_ids: frozenset[str]) -> None:
        """Forget texts for good wherever they are kept in this directory, for other keys too."""
        tombstone = Snapshot(made_at=time(), origin=self._url, purged=tuple(sorted(version_ids)))
        for path in self._directory.parent.glob("*/*.json"):
            with suppress(OSError, BrokenSnapshot):
                held = unseal(_read(path)[0])
                if any(found.version_id in version_ids for found in held.prompts):
                    self._put(path, tombstone)

    def touch(self, references: Iterable[Reference]) -> None:
        """Say that the server has confirmed these just now."""
        for reference in references:
            with suppress(OSError):
                os.utime(self._path(reference))

    def _path(self, reference: Reference) -> Path:
        name = "\0".join(map(str, reference))
        return self._directory / f"{sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:40]}.json"

    def _put(self, path: Path, snapshot: Snapshot) -> None:
        beside = path.with_name(f".{path.name}.{os.getpid()}.{next(_numbers)}")
        try:
            try:
                _write(beside, seal(snapshot))
            except FileNotFoundError:
                self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
                _write(beside, seal(snapshot))
            beside.replace(path)
        except OSError as error:
            self.trouble = f"cannot write {path}: {error}"
            with suppress(OSError):
                beside.unlink()
        else:
            self.trouble = None


def _found(reference: Reference, resolved: Resolved) -> Found:
    return Found(
        asked=Asked(*reference),
        slug=resolved.slug,
        team=resolved.team,
        prompt_id=resolved.prompt_id,
        version_id=resolved.version_id,
        version=resolved.version,
        status=resolved.status,
        labels=resolved.labels,
        content_hash=resolved.content_hash,
    )


def _write(path: Path, data: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(file, "wb") as stream:
        stream.write(data)


def _read(path: Path) -> tuple[bytes, float]:
    file = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(file, "rb") as stream:
        status = os.fstat(file)
        if hasattr(os, "geteuid") and status.st_uid not in {os.geteuid(), 0}:
            raise PermissionError("it belongs to somebody else")
        if os.name == "posix" and status.st_mode & _OTHERS_MAY_WRITE:
            raise PermissionError("others may write it")
        if status.st_size > _LARGEST:
            raise OSError("it is too large to be ours")
        return stream.read(_LARGEST), status.st_mtime
