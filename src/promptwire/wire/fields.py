"""Reading the fields of a JSON answer, with an error that names the field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def wrong(name: str, kind: str) -> ValueError:
    """Give the error of a field that is not what it must be."""
    return ValueError(f"{name} is not {kind}")


def mapping(value: object, name: str) -> Mapping[str, object]:
    """Read an object.

    Raises:
        ValueError: When it is none; so do the others below, each for its kind.
    """
    if not isinstance(value, dict):
        raise wrong(name, "an object")
    return value


def sequence(fields: Mapping[str, object], name: str) -> Sequence[object]:
    """Read a list; one that is missing is empty."""
    value = fields.get(name, [])
    if not isinstance(value, list):
        raise wrong(name, "a list")
    return value


def string(fields: Mapping[str, object], name: str) -> str:
    """Read a text."""
    value = fields.get(name)
    if not isinstance(value, str):
        raise wrong(name, "a string")
    return value


def optional_string(fields: Mapping[str, object], name: str) -> str | None:
    """Read a text that may be null or missing."""
    return None if fields.get(name) is None else string(fields, name)


def integer(fields: Mapping[str, object], name: str) -> int:
    """Read a whole number."""
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise wrong(name, "an integer")
    return value


def optional_integer(fields: Mapping[str, object], name: str) -> int | None:
    """Read a whole number that may be null or missing."""
    return None if fields.get(name) is None else integer(fields, name)


def optional_number(fields: Mapping[str, object], name: str) -> float | None:
    """Read a number that may be null or missing."""
    value = fields.get(name)
    if value is not None and (not isinstance(value, int | float) or isinstance(value, bool)):
        raise wrong(name, "a number")
    return value


def boolean(fields: Mapping[str, object], name: str) -> bool:
    """Read true or false; one that is missing is false."""
    value = fields.get(name, False)
    if not isinstance(value, bool):
        raise wrong(name, "true or false")
    return value


def strings(fields: Mapping[str, object], name: str) -> tuple[str, ...]:
    """Read a list of texts."""
    value = fields.get(name)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise wrong(name, "a list of strings")
    return tuple(value)
