"""The built pages of the web interface, as they go over the wire; `make web` makes them out of `web/`."""

from __future__ import annotations

import gzip
import mimetypes
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

BUILT = Path(__file__).parent / "static"
_INDEX = "index.html"
_TEXT = frozenset({".css", ".html", ".js", ".json", ".svg", ".txt", ".webmanifest"})


@dataclass(frozen=True, slots=True)
class Page:
    """A file, ready to be sent."""

    content: bytes
    zipped: bytes | None
    """The same, compressed; None where that gains nothing."""
    media_type: str
    etag: str
    is_hashed: bool
    """Whether its name changes with its content, so that it may be kept for ever."""


class Pages:
    """Every built file, read once at the start: the pages are small, and nothing else can be asked for."""

    def __init__(self, built: Path = BUILT) -> None:
        self._files: dict[str, Page] = {}
        if (built / _INDEX).is_file():
            for path in sorted(built.rglob("*")):
                name = path.relative_to(built).as_posix()
                if path.is_file() and not path.name.startswith("."):
                    self._files[f"/{name}"] = _read(path, name)

    @property
    def index(self) -> str | None:
        """Give the page that all the others begin with; None where nothing has been built."""
        index = self._files.get(f"/{_INDEX}")
        return index.content.decode() if index else None

    def get(self, path: str) -> Page | None:
        """Give a file by its path, other than the index."""
        return self._files.get(path) if path != f"/{_INDEX}" else None


def _read(path: Path, name: str) -> Page:
    content = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if media_type.startswith("text/"):
        media_type += "; charset=utf-8"
    return Page(
        content=content,
        zipped=gzip.compress(content, 9, mtime=0) if path.suffix in _TEXT else None,
        media_type=media_type,
        etag=f'"{sha256(content).hexdigest()[:32]}"',
        is_hashed=name.startswith("assets/"),
    )
