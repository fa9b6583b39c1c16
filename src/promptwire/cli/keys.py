"""`promptwire keys`: API keys, on the server's machine."""

from __future__ import annotations

from typing import Annotated

import typer

from promptwire.cli.options import Data, Database, fail, server_errors, settings

app = typer.Typer(help="API keys.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep the name of a single command."""


@app.command("create")
def create(
    *,
    local: Annotated[bool, typer.Option("--local", help="Work on the store itself, on the server's machine.")] = False,
    name: Annotated[str, typer.Option(help="What the key is for.")] = "local",
    org: Annotated[str | None, typer.Option(help="Organization by id or name, where there are several.")] = None,
    data: Data = None,
    database: Database = None,
) -> None:
    """Make an organization-wide `all` key and print it, once."""
    if not local:
        fail("keys are made over the API (POST /v1/api-keys), or here with --local on the server's machine")
    with server_errors():
        from promptwire.server import local as machine  # noqa: PLC0415 - not before it is needed

        with machine.local_store(settings(data=data, database=database)) as store:
            typer.echo(machine.create_key(store, name=name, org=org))
