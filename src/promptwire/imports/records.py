"""Prompts in JSON: an object a prompt with `versions`, or an object a version, such as Langfuse exports them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from promptwire.domain.errors import InvalidInput
from promptwire.domain.texts import normalize_slug
from promptwire.imports.dialects import Dialect
from promptwire.imports.drafts import draft
from promptwire.imports.entries import Entry, Unreadable

_LISTS: Final = ("prompts", "data", "items")
"""Where an object holds the list of prompts."""


def read_json(text: str) -> list[Any]:
    """Give the objects of a JSON list, of an object that holds one, or of JSON lines.

    Raises:
        Unreadable: When the text is neither.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return _lines(text)
    if isinstance(found, Mapping):
        inside = next((found[name] for name in _LISTS if isinstance(found.get(name), list)), None)
        return [found] if inside is None else list(inside)
    if not isinstance(found, list):
        raise Unreadable("it is neither a list of prompts nor an object")
    return found


def _lines(text: str) -> list[Any]:
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                found.append(json.loads(line))
            except (ValueError, RecursionError) as error:
                raise Unreadable(f"line {number} is not JSON: {error}") from None
    return found


def entries(records: Iterable[object], dialect: Dialect | None = None) -> list[Entry]:
    """Give the prompts that objects tell of; objects with one name, of one team, are versions of one prompt.

    Args:
        records: as docs/howto/import.md describes them.
        dialect: how their templates are written; None: `{{name}}` where Langfuse wrote them, else Go's.

    Raises:
        Unreadable: When one is no prompt; it names which.
    """
    grouped: dict[tuple[str, str | None], list[Mapping[str, Any]]] = {}
    for at, record in enumerate(records, 1):
        if not isinstance(record, Mapping):
            raise Unreadable(f"prompt {at} is not an object")
        name = record.get("name") or record.get("slug")
        if not isinstance(name, str):
            raise Unreadable(f"prompt {at} has neither name nor slug")
        team = record.get("team")
        grouped.setdefault((name, team if isinstance(team, str) else None), []).append(record)
    found = {of: _entry(of[0], told, dialect) for of, told in grouped.items()}
    _check_slugs(found)
    return [*found.values()]


def _entry(name: str, told: Sequence[Mapping[str, Any]], dialect: Dialect | None) -> Entry:
    versions = [(record, one) for record in sorted(told, key=_order) for one in _versions(name, record)]
    first = told[0]
    return Entry(
        name=name,
        slug=slug_of(first["slug"] if isinstance(first.get("slug"), str) else name),
        description=first["description"] if isinstance(first.get("description"), str) else "",
        drafts=tuple(
            draft(one, str(one.get("version", at)), dialect or _dialect(one, record))
            for at, (record, one) in enumerate(versions, 1)
        ),
    )


def _versions(name: str, record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    given = record.get("versions")
    if given is None:
        return [record]
    if not isinstance(given, list) or not all(isinstance(one, str | Mapping) for one in given):
        raise Unreadable(f"{name}: versions must be a list of texts and objects")
    return [{"template": one} if isinstance(one, str) else one for one in given]


def _order(record: Mapping[str, Any]) -> int:
    number = record.get("version")
    return number if isinstance(number, int) else 0


def _dialect(version: Mapping[str, Any], record: Mapping[str, Any]) -> Dialect:
    told = version.get("syntax", record.get("syntax"))
    if told in {*Dialect}:
        return Dialect(told)
    return Dialect.MUSTACHE if "prompt" in record else Dialect.GO


def slug_of(name: str) -> str:
    """Give the slug that a name makes.

    Raises:
        Unreadable: When it makes none.
    """
    try:
        return normalize_slug(name)
    except InvalidInput as error:
        raise Unreadable(f"{name!r}: {error}") from None


def _check_slugs(found: Mapping[tuple[str, str | None], Entry]) -> None:
    first: dict[str, tuple[str, str | None]] = {}
    for of, entry in found.items():
        other = first.setdefault(entry.slug, of)
        if other[1] != of[1]:
            raise Unreadable(f"teams {other[1]} and {of[1]} both have {entry.slug}: choose one with --from-team")
        if other != of:
            raise Unreadable(f"{other[0]!r} and {entry.name!r} are both {entry.slug} here: rename one")
