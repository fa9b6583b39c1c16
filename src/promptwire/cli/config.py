"""`promptwire config`: every setting of a server, what it is, and where that comes from."""

from __future__ import annotations

import json
import os
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


def _shown(value: object) -> tuple[Any, bool]:
    """Give what is shown of a value, and whether that is not the value itself."""
    from pydantic import SecretStr  # noqa: PLC0415 - comes with the server extra

    from promptwire.settings.shown import plain  # noqa: PLC0415 - the same

    if isinstance(value, SecretStr):
        return "***", True
    found = plain(value)
    return found, isinstance(value, str | Path) and found != str(value)


def _print(rows: list[dict[str, Any]]) -> None:
    from promptwire.settings.shown import as_text  # noqa: PLC0415 - comes with the server extra

    width = max(len(row["name"]) for row in rows)
    for row in rows:
        origin = f"file {row['file']}" if row["file"] else row["source"]
        typer.echo(f"{row['name']:{width}}  {'-' if row['value'] is None else as_text(row['value'])}  ({origin})")
