"""`promptwire bundle`: the prompts that an application uses in one file, from which the SDK starts without a server."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from time import time
from typing import Annotated

import typer

from promptwire.cli import completing
from promptwire.cli.asking import Asking
from promptwire.cli.exits import Exit, Failure
from promptwire.cli.folders import Folder, replace_file
from promptwire.cli.printing import note, print_json
from promptwire.cli.references import Named
from promptwire.cli.remote.connection import Connection
from promptwire.cli.steps import FOLDER, Dir
from promptwire.client.errors import ConfigurationError
from promptwire.client.settings import Settings
from promptwire.wire.snapshot import BrokenSnapshot, Snapshot, seal, unseal
from promptwire.wire.sync import SYNC_PATH, Asked, Found, Gone, SyncAnswer, SyncRequest

_WORDS = {
    "prompt_not_found": "there is no such prompt that you may see",
    "version_not_found": "it has no such version or label",
    "no_live_version": "it has no live version",
    "forbidden": "your key may not read it",
    "purged": "it was erased for good",
}


def bundle(  # noqa: PLR0913 - each is an option by its name
    asking: Asking,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="Prompts: slug or team/slug, at live, or with @label or @number behind it.",
            show_default=False,
            autocompletion=completing.prompts,
        ),
    ] = None,
    *,
    out: Annotated[Path, typer.Option("--out", "-o", help="The file to write.")],
    label: Annotated[
        str | None, typer.Option(help="The label of the prompts that have none behind their names.")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every prompt that you see, live and at every label.")] = False,
    from_files: Annotated[
        bool, typer.Option("--from-files", help="The prompts of a folder of files, live and at every label.")
    ] = False,
    from_cache: Annotated[
        Path | None,
        typer.Option(
            help="What processes used: the names in this cache directory of the SDK that came from the server.",
            show_default=False,
        ),
    ] = None,
    folder: Dir = FOLDER,
    key_file: Annotated[
        Path | None,
        typer.Option(
            help="A file with the key to sign with, which the SDK gets as bundle_key. (PROMPTWIRE_BUNDLE_KEY: the key)",
            show_default=False,
        ),
    ] = None,
    skip_missing: Annotated[
        bool, typer.Option("--skip-missing", help="Leave out what there is not, instead of writing nothing.")
    ] = False,
) -> None:
    """Write the prompts that an application uses into one file, from which the SDK starts without a server."""
    with asking.registry() as registry:
        connection = registry.ask
        secret = _key(key_file)
        taken = _Taken()
        if all_ or from_files:
            places = None if all_ else {f"{one.team}/{one.slug}" for one in Folder(folder).read().prompts.values()}
            taken = _everything(connection, places)
        asked = [_asked(name, label) for name in names or ()] + _used(from_cache, connection.site.url)
        if asked:
            taken = taken.with_(_named(connection, asked))
        _check(taken, skip_missing=skip_missing)
        data = seal(_snapshot(taken, connection.site.url), secret)
        try:
            replace_file(out, data, 0o644)
        except OSError as error:
            raise Failure(f"{out} cannot be written: {error.strerror}") from None
        _report(taken, out, data, signed=secret is not None, as_json=asking.json)


@dataclass(frozen=True, slots=True)
class _Taken:
    """What goes into a bundle, and what could not."""

    answers: tuple[SyncAnswer, ...] = ()
    prompts: tuple[Found, ...] = ()
    gone: tuple[Gone, ...] = ()

    def with_(self, other: _Taken) -> _Taken:
        """Put two together."""
        return _Taken(self.answers + other.answers, self.prompts + other.prompts, self.gone + other.gone)


def _asked(name: str, label: str | None) -> Asked:
    named = Named.read(name)
    version = named.version or label
    if version is not None and version.isascii() and version.isdigit():
        return Asked(str(named), None, int(version))
    return Asked(str(named), None if version == "live" else version)


def _named(connection: Connection, asked: Sequence[Asked]) -> _Taken:
    """Ask for names."""
    answers: list[SyncAnswer] = []
    while not answers or answers[-1].more:
        cursor = answers[-1].cursor if answers else None
        request = SyncRequest(cursor=cursor, prompts=list(dict.fromkeys(asked)))
        answers.append(_read(connection.post(SYNC_PATH, request.as_json())))
    return _together(answers)


def _everything(connection: Connection, places: set[str] | None) -> _Taken:
    """Ask for all that one sees, or for some prompts; by slug alone too, where only one team has it."""
    answers: list[SyncAnswer] = []
    while not answers or answers[-1].more:
        answers.append(_read(connection.get(SYNC_PATH, cursor=answers[-1].cursor if answers else None)))
    found = _together(answers)
    prompts = [one for one in found.prompts if places is None or f"{one.team}/{one.slug}" in places]
    ids: dict[str, set[str]] = {}
    for one in found.prompts:
        ids.setdefault(one.slug, set()).add(one.prompt_id)
    bare = [replace(one, asked=one.asked._replace(prompt=one.slug)) for one in prompts if len(ids[one.slug]) == 1]
    missing = sorted((places or set()) - {f"{one.team}/{one.slug}" for one in prompts})
    gone = [Gone(asked=Asked(place), reason="neither a live version nor a label") for place in missing]
    return _Taken(found.answers, (*prompts, *bare), tuple(gone))


def _read(answer: object) -> SyncAnswer:
    try:
        return SyncAnswer.from_json(answer)
    except ValueError as error:
        raise Failure(f"the server did not answer as Promptwire does: {error}", Exit.UNREACHABLE) from None


def _together(answers: Sequence[SyncAnswer]) -> _Taken:
    """Put the pages of an answer together; what comes later counts, and a reset begins anew."""
    found: dict[Asked, Found] = {}
    gone: dict[Asked, Gone] = {}
    for answer in answers:
        for one in answer.prompts:
            found[one.asked] = one
            gone.pop(one.asked, None)
        for none in answer.gone:
            gone[none.asked] = none
            found.pop(none.asked, None)
    return _Taken(tuple(answers), tuple(found.values()), tuple(gone.values()))


def _used(cache: Path | None, url: str) -> list[Asked]:
    """Give the names in a cache directory of the SDK that came from this server."""
    if cache is None:
        return []
    asked = {found.asked for snapshot in _snapshots(cache) if snapshot.origin == url for found in snapshot.prompts}
    found = {one._replace(label=None) if one.label == "live" else one for one in asked}
    if not found:
        hint = "It is the directory that the SDK's explain() names, without its last part; and the same --server."
        raise Failure(f"{cache} holds nothing that came from {url}", Exit.NOT_FOUND, hint)
    return sorted(found, key=str)


def _snapshots(cache: Path) -> Iterator[Snapshot]:
    for path in sorted((*cache.expanduser().glob("*.json"), *cache.expanduser().glob("*/*.json"))):
        with suppress(OSError, BrokenSnapshot):
            yield unseal(path.read_bytes())


def _check(taken: _Taken, *, skip_missing: bool) -> None:
    lines = [f"{_in_words(one.asked)}: {_why(one)}" for one in taken.gone]
    if lines and not skip_missing:
        raise Failure("\n  ".join(["nothing was written", *lines]), Exit.NOT_FOUND, "--skip-missing leaves them out")
    for line in lines:
        note(f"left out: {line}")
    if not taken.prompts:
        hint = "Name prompts, or take --from-files, --from-cache or --all"
        raise Failure("there is nothing to put into the bundle", Exit.USAGE, hint)


def _why(gone: Gone) -> str:
    if gone.candidates:
        return f"several teams have it: say which, {', '.join(gone.candidates)}"
    return _WORDS.get(gone.reason, gone.reason)


def _in_words(asked: Asked) -> str:
    which = asked.label if asked.version is None else asked.version
    return asked.prompt if which is None else f"{asked.prompt}@{which}"


def _snapshot(taken: _Taken, url: str) -> Snapshot:
    contents = {name: content for answer in taken.answers for name, content in answer.contents.items()}
    prompts = tuple(sorted(dict.fromkeys(taken.prompts), key=lambda one: str(one.asked)))
    kept = {one.content_hash: contents[one.content_hash] for one in prompts}
    engine = taken.answers[-1].engine
    return Snapshot(made_at=time(), origin=url, engine=engine, prompts=prompts, contents=kept)


def _key(path: Path | None) -> str | None:
    """Read the key to sign with, as the SDK reads it."""
    text = os.environ.get("PROMPTWIRE_BUNDLE_KEY")
    if path is not None:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Failure(f"{path} cannot be read: {error}", Exit.USAGE) from None
        if not text.strip():
            raise Failure(f"{path} is empty: it is to hold the key", Exit.USAGE)
    try:
        return Settings.read({"bundle_key": text}, {}).bundle_key
    except ConfigurationError as error:
        raise Failure(f"the key to sign with: {str(error).partition(': ')[2]}", Exit.USAGE) from None


def _report(taken: _Taken, out: Path, data: bytes, *, signed: bool, as_json: bool) -> None:
    prompts = {one.prompt_id for one in taken.prompts}
    if as_json:
        names = sorted({_in_words(one.asked) for one in taken.prompts})
        told = {"file": str(out), "bytes": len(data), "prompts": len(prompts), "names": names, "signed": signed}
        print_json({**told, "missing": [_in_words(one.asked) for one in taken.gone]})
        return
    how = "signed" if signed else "unsigned: --key-file signs it"
    note(f"{out}: {len(prompts)} prompts under {len(taken.prompts)} names, {len(data):,} bytes, {how}")
