"""Where a setting comes from: an option, the environment, a file that the environment names, or the default."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from promptwire.domain.errors import InvalidInput

PREFIX = "PROMPTWIRE_"
FILE = "_FILE"
"""What stands behind the name of a variable whose value is the path of a file with the setting in it."""

Origin: TypeAlias = Literal["option", "environment", "file", "default"]
_HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a setting comes from."""

    kind: Origin
    file: str | None = None


def from_files(names: Collection[str], environ: Mapping[str, str]) -> dict[str, str]:
    """Read the settings that files hold, by their names; a line break at the end is none of them.

    Raises:
        InvalidInput: When a file cannot be read, or the setting stands in the environment too.
    """
    return {name: _read(name, environ) for name in names if _variable(name) + FILE in environ}


def _read(name: str, environ: Mapping[str, str]) -> str:
    variable = _variable(name)
    if variable in environ:
        raise InvalidInput(f"{variable} and {variable}{FILE} are both set: one of them is too many", name)
    file = Path(environ[variable + FILE])
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        raise InvalidInput(f"{variable}{FILE}: {file} cannot be read: {error.strerror}", name) from None
    except ValueError:
        raise InvalidInput(f"{variable}{FILE}: {file} is no text in UTF-8", name) from None


def source_of(name: str, options: Collection[str], environ: Mapping[str, str]) -> Source:
    """Say where a setting comes from."""
    if name in options:
        return Source("option")
    variable = _variable(name)
    if variable in {one.upper() for one in environ}:
        return Source("environment")
    if variable + FILE in environ:
        return Source("file", environ[variable + FILE])
    return Source("default")


def unknown(names: Collection[str], environ: Mapping[str, str]) -> Sequence[tuple[str, str | None]]:
    """List the variables that look like settings and are none, each with the one that was meant, perhaps."""
    known = {_variable(name) for name in names} | {_variable(name) + FILE for name in names}
    strange = sorted(one for one in environ if one.startswith(PREFIX) and one not in known)
    return [(one, next(iter(difflib.get_close_matches(one, known, 1)), None)) for one in strange]


def _variable(name: str) -> str:
    return f"{PREFIX}{name.upper()}"


def without_secrets(text: str) -> str:
    """Give a text as it is; of a URL, the passwords in it hidden."""
    if "://" not in text:
        return text
    try:
        parts = urlsplit(text)
        password = parts.password
    except ValueError:
        return _HIDDEN
    if password is not None:
        parts = parts._replace(netloc=f"{parts.username or ''}:{_HIDDEN}@{parts.netloc.rpartition('@')[2]}")
    if "pass" in parts.query.lower():
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        shown = [(name, _HIDDEN if "pass" in name.lower() else value) for name, value in pairs]
        parts = parts._replace(query=urlencode(shown, safe="*/:"))
    return urlunsplit(parts)
