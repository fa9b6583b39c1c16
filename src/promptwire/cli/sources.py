"""Where `promptwire import` reads from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from promptwire.cli.exits import Exit, Failure
from promptwire.cli.inputs import text_file
from promptwire.cli.options import server_errors
from promptwire.cli.other_registries import SERVERS
from promptwire.cli.progress import watching
from promptwire.files.prompt_file import SUFFIX
from promptwire.imports.dialects import Dialect
from promptwire.imports.entries import Entry, Unreadable
from promptwire.imports.records import entries, read_json

_ARCHIVE: Final = b"SQLite format 3\0"
"""How a back-up begins."""
_TEXTS: Final = (".txt", ".md", ".prompt", ".tmpl", ".gotmpl", ".mustache", ".j2", ".jinja", ".jinja2")


def read(source: str, dialect: Dialect | None, from_team: str | None = None) -> list[Entry]:
    """Give the prompts of a file, a folder, or a server; all of them, or those of a team there.

    Raises:
        Failure: When they cannot be read.
    """
    path = Path(source)
    try:
        records = _records(source, path, from_team)
        if from_team:
            records = [one for one in records if isinstance(one, Mapping) and one.get("team") == from_team]
        found = entries(records, dialect)
    except Unreadable as error:
        raise Failure(f"{source}: {error}", Exit.USAGE, "What can be imported: promptwire import --help") from None
    except (LookupError, TypeError, AttributeError):
        raise Failure(f"{source} did not answer as expected", Exit.UNREACHABLE, "Is it such a server?") from None
    if not found:
        endings = f", in files ending in {', '.join(_TEXTS)}" if path.is_dir() else ""
        whose = f" of a team {from_team}" if from_team else ""
        raise Failure(f"{source} holds no prompts{whose}{endings}", Exit.USAGE)
    return found


def _records(source: str, path: Path, from_team: str | None) -> Iterable[object]:
    kind, _, address = source.partition(":")
    if kind in SERVERS and address:
        return SERVERS[kind](address, from_team)
    if path.is_dir():
        return _texts(path)
    return _archived(path) if _is_archive(path) else read_json(text_file(path))


def _is_archive(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_ARCHIVE)) == _ARCHIVE
    except OSError:  # said where it is read
        return False


def _archived(path: Path) -> Iterable[object]:
    with server_errors():
        from promptwire.server.archive import prompts_in  # noqa: PLC0415 - comes with the server extra

        with watching() as watch:
            return prompts_in(path, watch)


def _texts(folder: Path) -> Iterator[dict[str, str]]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.suffix in _TEXTS and path.is_file() and not any(part.startswith(".") for part in inside.parts):
            if path.name.endswith(SUFFIX):
                raise Unreadable(f"{inside} is a file of promptwire pull, and promptwire push brings it")
            yield {"name": inside.with_suffix("").as_posix(), "template": text_file(path)}
