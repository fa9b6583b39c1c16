"""The folder of prompt files on disk: read whole, and written file by file, the lock file last."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path

from promptwire.cli.exits import Exit, Failure
from promptwire.domain.texts import fold
from promptwire.files import lock
from promptwire.files.errors import FileError
from promptwire.files.lock import Entry, Lock
from promptwire.files.prompt_file import SUFFIX
from promptwire.files.scan import scan
from promptwire.files.standing import Files

_LARGEST = 4 * 1024 * 1024
_MOST_PARTS = 2
_FOREIGN = frozenset("\\:\0")
"""What leads elsewhere on some system, and no slug holds."""
_numbers = count()


class Folder:
    """Prompt files below one directory, one folder a team."""

    def __init__(self, root: Path) -> None:
        self.root: Path = root

    def read(self) -> Files:
        """Read every prompt file, and the lock file.

        Raises:
            Failure: When the lock file cannot be read.
        """
        return scan({path: self._data(path) for path in self._paths()}, self._lock())

    def stems(self, team: str) -> set[str]:
        """Give the stems of the files in a team's folder, folded."""
        return {
            fold(path.removesuffix(SUFFIX).partition("/")[2]) for path in self._paths() if path.startswith(f"{team}/")
        }

    def put(self, path: str, data: bytes | None) -> None:
        """Write a file whole, or remove it.

        Raises:
            Failure: When that cannot be.
        """
        place = self._place(path)
        try:
            if data is None:
                place.unlink(missing_ok=True)
                with suppress(OSError):
                    place.parent.rmdir()  # where it was the last
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                replace_file(place, data)
        except OSError as error:
            raise Failure(f"{place} cannot be written: {error.strerror}") from None

    def lock(self, before: Lock, entries: Mapping[str, Entry | None]) -> None:
        """Write the lock file, last of all, if it says something else now.

        Raises:
            Failure: When it cannot be written.
        """
        after = before.changed({path: entry for path, entry in entries.items() if path})
        text = lock.write_lock(after)
        if text != lock.write_lock(before) or not (self.root / lock.NAME).exists():
            self.put(lock.NAME, text.encode())

    def _place(self, path: str) -> Path:
        """Give where a file is; a server's names lead nowhere else."""
        parts = path.split("/")
        if len(parts) > _MOST_PARTS or any(part in {"", ".", ".."} or set(part) & _FOREIGN for part in parts):
            raise Failure(f"{path} is no place for a prompt file", hint="Is it a Promptwire server?")
        return self.root.joinpath(*parts)

    def _lock(self) -> Lock:
        path = self.root / lock.NAME
        try:
            return lock.read_lock(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Lock()
        except (OSError, ValueError) as error:
            hint = "Restore it from git. Without it, whatever differs from the server is a conflict."
            raise Failure(f"{path} cannot be read: {error}", Exit.FAILED, hint) from None

    def _paths(self) -> Iterator[str]:
        teams = sorted(self.root.iterdir()) if self.root.is_dir() else []
        for team in teams:
            if team.is_dir() and not team.name.startswith("."):
                names = sorted(file.name for file in team.iterdir())
                yield from (f"{team.name}/{name}" for name in names if name.endswith(SUFFIX) and name[0] != ".")

    def _data(self, path: str) -> bytes | FileError:
        try:
            with (self.root / path).open("rb") as file:
                data = file.read(_LARGEST + 1)
        except OSError as error:
            return FileError(f"it cannot be read: {error.strerror}")
        return FileError("it is larger than 4 MiB") if len(data) > _LARGEST else data


def replace_file(place: Path, data: bytes, mode: int | None = None) -> None:
    """Write beside the place and move there, so that nobody ever reads half of it; the mode that was there stays.

    Raises:
        OSError: When that cannot be; what was there is there still.
    """
    beside = place.with_name(f".{os.getpid()}.{next(_numbers)}.promptwire")
    try:
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        with suppress(OSError):
            beside.chmod(mode or place.stat().st_mode & 0o777)
        beside.replace(place)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
