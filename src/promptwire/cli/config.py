"""`promptwire config`: every setting of a server, what it is, and where that comes from."""

from __future__ import annotations

import json
import os
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from promptwire.cli.options import Data, Database, server_errors, setting_name, settings

if TYPE_CHECKING:
    from promptwire.settings import ServerSettings

AsJson = Annotated[bool, typer.Option("--json", help="For programs: JSON on standard output.")]


def config(*, as_json: AsJson = False, data: Data = None, database: Database = None) -> None:
    """Print every setting, its value and where it comes from; secrets are hidden.

    As promptwire serve would see them, started here and now: from options, the environment, files that the environment
    names (PROMPTWIRE_DATABASE_FILE for PROMPTWIRE_DATABASE), or defaults.
    """
    options = {name for name, value in (("data", data), ("database", database)) if value is not None}
    with server_errors():
        rows = _rows(settings(data=data, database=database), options)
    if as_json:
        typer.echo(json.dumps({"settings": rows}, indent=1, ensure_ascii=False))
        return
    _print(rows)


def _rows(given: ServerSettings, options: set[str]) -> list[dict[str, Any]]:
    from promptwire.settings.origins import source_of  # noqa: PLC0415 - comes with the server extra

    rows = []
    for name in type(given).model_fields:
        source = source_of(name, options, os.environ)
        value, is_secret = _shown(getattr(given, name))
        row = {"name": setting_name(name), "value": value, "source": source.kind, "file": source.file}
        rows.append(row | {"secret": is_secret})
    return rows


def _shown(value: Any) -> tuple[Any, bool]:  # noqa: ANN401 - settings are of many types
    """Give what is shown of a value, and whether that is not the value itself."""
    from pydantic import BaseModel, SecretStr  # noqa: PLC0415 - comes with the server extra

    from promptwire.settings.origins import without_secrets  # noqa: PLC0415 - the same

    if isinstance(value, SecretStr):
        return "***", True
    if isinstance(value, tuple):
        return [one.model_dump(exclude_none=True) if isinstance(one, BaseModel) else str(one) for one in value], False
    if isinstance(value, Enum):
        return value.value, False
    if isinstance(value, str | Path):
        shown = without_secrets(str(value))
        return shown, shown != str(value)
    return value, False


def _print(rows: list[dict[str, Any]]) -> None:
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        origin = f"file {row['file']}" if row["file"] else row["source"]
        typer.echo(f"{row['name']:{width}}  {_text(row['value'])}  ({origin})")


def _text(value: Any) -> str:  # noqa: ANN401 - settings are of many types
    if value is None:
        return "-"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
