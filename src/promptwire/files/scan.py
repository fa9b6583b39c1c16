"""Scanning: what the files of a folder are, from their paths and bytes."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from contextlib import suppress

from promptwire.domain.errors import InvalidInput
from promptwire.domain.texts import normalize_slug
from promptwire.files.errors import FileError
from promptwire.files.lock import Entry, Lock
from promptwire.files.prompt_file import SUFFIX, PromptFile
from promptwire.files.reading import decode, read
from promptwire.files.standing import Broken, Files, Local, Place
from promptwire.files.writing import write


def scan(found: Mapping[str, bytes | FileError], lock: Lock) -> Files:
    """Read the files of a folder.

    Args:
        found: What each holds, or why it cannot be read, by its path below the folder, with `/` between its parts.
        lock: What was last the same.
    """
    prompts: dict[Place, Local] = {}
    broken: list[Broken] = []
    for path in sorted(found):
        one = _checked(_one(path, found[path], lock.entries.get(path)), prompts)
        if isinstance(one, Broken):
            broken.append(one)
        else:
            prompts[one.team, one.slug] = one
    return Files(prompts, tuple(broken), lock)


def _one(path: str, data: bytes | FileError, known: Entry | None) -> Local | Broken:
    team, _, name = unicodedata.normalize("NFC", path).partition("/")
    stem = name.removesuffix(SUFFIX)
    try:
        if isinstance(data, FileError):
            raise data
        source = decode(data)
        parsed = read(source.text, stem, known=write(PromptFile(state=known.state)) if known else "")
        return Local(path=path, team=team, slug=parsed.file.slug_in(stem), source=source, parsed=parsed)
    except InvalidInput as error:
        return Broken(path=path, team=team, slug=stem, error=FileError(error.message))
    except FileError as error:
        slug = stem
        with suppress(InvalidInput):
            slug = normalize_slug(stem)
        return Broken(path=path, team=team, slug=slug, error=error)


def _checked(one: Local | Broken, prompts: Mapping[Place, Local]) -> Local | Broken:
    """Let a prompt have one file only."""
    other = prompts.get((one.team, one.slug)) if isinstance(one, Local) else None
    if other is None:
        return one
    error = FileError(f"it is the prompt {one.slug}, as {other.path} is: a prompt has one file")
    return Broken(path=one.path, team=one.team, slug=f"{one.slug} ({one.path})", error=error)
