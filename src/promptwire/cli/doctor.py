"""`promptwire doctor`: the usual mistakes, and what to do about them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from promptwire.cli.options import Data, Database, server_errors, settings

if TYPE_CHECKING:
    from promptwire.domain.diagnosis import Diagnosis

_MARKS = {"well": ("ok", "green"), "warning": ("warning", "yellow"), "failed": ("FAILED", "red")}


def doctor(
    *,
    client: Annotated[
        bool, typer.Option("--client", help="Look at what an application here would stand on, not at a server.")
    ] = False,
    prompt: Annotated[
        str | None, typer.Option(help="With --client: the prompt to fetch; else the first that the key sees.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="With --client: the server. (PROMPTWIRE_URL)")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs: JSON on standard output.")] = False,
    data: Data = None,
    database: Database = None,
) -> None:
    """Look for the usual mistakes, and say what to do about each.

    On the server's machine, with the settings and as the user of promptwire serve, which may be running; with --client
    where an application runs. Changes nothing. Status 1 where something does not work, else 0, also with warnings.
    """
    found = _client(url, prompt) if client else _server(data=data, database=database)
    worst_is_failed = False
    rows = []
    for one in found:
        worst_is_failed |= one.state.value == "failed"
        rows.append({"about": one.about, "state": one.state.value, "says": one.says, "remedy": one.remedy})
        if not as_json:
            _print(one)
    if as_json:
        typer.echo(json.dumps({"well": not worst_is_failed, "checks": rows}, indent=1, ensure_ascii=False))
    if worst_is_failed:
        raise typer.Exit(1)


def _client(url: str | None, prompt: str | None) -> Iterator[Diagnosis]:
    from promptwire.cli import checkup  # noqa: PLC0415 - not before it is needed

    yield from checkup.examine({"url": url}, os.environ, prompt)


def _server(**options: object) -> Iterator[Diagnosis]:
    with server_errors():
        from promptwire.cli.checkup import CLIENT_SETTINGS  # noqa: PLC0415 - not before it is needed
        from promptwire.server.doctor.examination import examine  # noqa: PLC0415 - the same

        yield from examine(settings(**options), os.environ, CLIENT_SETTINGS)


def _print(one: Diagnosis) -> None:
    mark, colour = _MARKS[one.state.value]
    typer.secho(f"{mark:8}", fg=colour, nl=False)
    typer.echo(f"{one.about}: {one.says}")
    if one.remedy:
        typer.echo(f"{'':8}  -> {one.remedy}")
