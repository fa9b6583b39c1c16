"""What a command reads: files, standard input, JSON, and variables."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from promptwire.cli.exits import Exit, Failure


def text_file(path: Path) -> str:
    """Read a text; `-` is standard input.

    Raises:
        Failure: When there is none.
    """
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        return data.decode()
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}", Exit.USAGE) from None
    except UnicodeDecodeError:
        raise Failure(f"{path} is not UTF-8", Exit.USAGE) from None


def json_file(path: Path) -> Any:  # noqa: ANN401 - any JSON
    """Read JSON; `-` is standard input.

    Raises:
        Failure: When there is none.
    """
    return _json(text_file(path), "standard input" if str(path) == "-" else str(path))


def _json(text: str, where: str) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Failure(f"{where} is not JSON: {error}", Exit.USAGE) from None


def variables(given: Sequence[str], file: Path | None) -> dict[str, Any]:
    """Give the variables of a render: those of a file, and over them `name=text` and `name:=json`.

    Raises:
        Failure: When they are none.
    """
    found = {} if file is None else json_file(file)
    if not isinstance(found, dict):
        raise Failure(f"{file}: variables are an object of names and values", Exit.USAGE)
    return found | dict(map(_variable, given))


def _variable(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name.removesuffix(":"):
        raise Failure(f"--var {text!r} has no value: write name=text, or name:=json", Exit.USAGE)
    if name.endswith(":"):
        return name[:-1], _json(value, f"--var {name[:-1]}")
    return name, value
