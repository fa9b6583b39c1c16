"""Where `promptwire import` reads from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from promptwire.cli.exits import Exit, Failure
from promptwire.cli.inputs import text_file
from promptwire.cli.other_registries import SERVERS
from promptwire.imports.dialects import Dialect
from promptwire.imports.entries import Entry, Unreadable
from promptwire.imports.records import entries, read_json

_TEXTS: Final = (".txt", ".md", ".prompt", ".tmpl", ".gotmpl", ".mustache", ".j2", ".jinja", ".jinja2")


def read(source: str, dialect: Dialect | None) -> list[Entry]:
    """Give the prompts of a file, a folder, or a server.

    Raises:
        Failure: When they cannot be read.
    """
    path = Path(source)
    try:
        found = entries(_records(source, path), dialect)
    except Unreadable as error:
        raise Failure(f"{source}: {error}", Exit.USAGE, "What can be imported: promptwire import --help") from None
    except (LookupError, TypeError, AttributeError):
        raise Failure(f"{source} did not answer as expected", Exit.UNREACHABLE, "Is it such a server?") from None
    if not found:
        endings = f", in files ending in {', '.join(_TEXTS)}" if path.is_dir() else ""
        raise Failure(f"{source} holds no prompts{endings}", Exit.USAGE)
    return found


def _records(source: str, path: Path) -> Iterable[object]:
    kind, _, address = source.partition(":")
    if kind in SERVERS and address:
        return SERVERS[kind](address)
    return _texts(path) if path.is_dir() else read_json(text_file(path))


def _texts(folder: Path) -> Iterator[dict[str, str]]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.suffix in _TEXTS and path.is_file() and not any(part.startswith(".") for part in inside.parts):
            yield {"name": inside.with_suffix("").as_posix(), "template": text_file(path)}
