"""Where `promptwire import` reads from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from promptwire.cli.exits import Exit, Failure
from promptwire.cli.inputs import text_file
from promptwire.imports.dialects import Dialect
from promptwire.imports.entries import Entry, Unreadable
from promptwire.imports.records import entries, read_json

_TEXTS: Final = (".txt", ".md", ".prompt", ".tmpl", ".gotmpl", ".mustache", ".j2", ".jinja", ".jinja2")
_SERVERS: Final[Mapping[str, Callable[[str, Dialect | None], list[Entry]]]] = {}
"""What stands before the address of a server, and what reads from it."""


def read(source: str, dialect: Dialect | None) -> list[Entry]:
    """Give the prompts of a file, a folder, or a server.

    Raises:
        Failure: When they cannot be read.
    """
    kind, _, address = source.partition(":")
    try:
        if kind in _SERVERS and address:
            return _SERVERS[kind](address, dialect)
        path = Path(source)
        records = list(_texts(path)) if path.is_dir() else read_json(text_file(path))
        found = entries(records, dialect)
    except Unreadable as error:
        raise Failure(f"{source}: {error}", Exit.USAGE, "What can be imported: promptwire import --help") from None
    if not found:
        endings = f", in files ending in {', '.join(_TEXTS)}" if path.is_dir() else ""
        raise Failure(f"{source} holds no prompts{endings}", Exit.USAGE)
    return found


def _texts(folder: Path) -> Iterator[dict[str, str]]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.suffix in _TEXTS and path.is_file() and not any(part.startswith(".") for part in inside.parts):
            yield {"name": inside.with_suffix("").as_posix(), "template": text_file(path)}
