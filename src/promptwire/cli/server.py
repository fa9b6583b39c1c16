"""`promptwire serve` and `promptwire migrate`."""

from __future__ import annotations

import gc
from typing import Annotated

import typer

from promptwire.cli.options import Data, Database, server_errors, settings


def serve(
    host: Annotated[
        str | None,
        typer.Option(help="Address to listen on. (PROMPTWIRE_HOST; default: 127.0.0.1)", show_default=False),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            help="Port to listen on; 0 lets the system choose. (PROMPTWIRE_PORT; default: 8000)",
            show_default=False,
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            help="Processes that serve behind the one port. (PROMPTWIRE_WORKERS; default: 1)", show_default=False
        ),
    ] = None,
    *,
    data: Data = None,
    database: Database = None,
) -> None:
    """Run the server.

    The first start creates an administrator, an organization, a team, an API key and an example prompt, and prints
    how to reach them, once. PROMPTWIRE_ADMIN_EMAIL, PROMPTWIRE_ADMIN_PASSWORD and PROMPTWIRE_BOOTSTRAP_API_KEY
    preset them. A PROMPTWIRE_… variable gives every other setting: see docs/reference/settings.md.
    """
    gc.disable()  # until requests are taken (`server.app`): little of what a start makes is garbage
    with server_errors():
        from promptwire.server.run import run  # noqa: PLC0415 - not before it is needed

        run(settings(host=host, port=port, workers=workers, data=data, database=database))


def migrate(data: Data = None, database: Database = None) -> None:
    """Bring the store to the tables of this release; `serve` does it too."""
    with server_errors():
        from promptwire.server.local import open_store  # noqa: PLC0415 - not before it is needed

        open_store(settings(data=data, database=database)).close()
        typer.echo("The store is up to date.")
