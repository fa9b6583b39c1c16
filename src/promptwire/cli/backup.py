"""`promptwire backup`, `restore` and `copy`: a whole store, on the server's machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from promptwire.cli.audit import size_of
from promptwire.cli.options import Data, Database, fail, server_errors, settings
from promptwire.cli.progress import watching


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write, a new one.", show_default=False)],
    data: Data = None,
    database: Database = None,
) -> None:
    """Copy the store of running servers to a file, as it is at one moment, and check the copy.

    Nobody waits for it. The file is readable to its owner only; promptwire restore takes it to either database.
    """
    with server_errors():
        from promptwire.server import backups  # noqa: PLC0415 - not before it is needed

        given = settings(data=data, database=database)
        with watching() as watch:
            kept = backups.back_up(given, file, watch)
    if kept.verdict.flaw is not None:
        fail(f"{file} is there, but the change log in it is not what it was: {kept.verdict.flaw}")
    typer.echo(f"{file}: {kept.size / 1e6:,.1f} MB. The change log is whole: {size_of(kept.verdict)}.")


def restore(
    file: Annotated[Path, typer.Argument(help="The file that promptwire backup wrote.", show_default=False)],
    *,
    even_if_broken: Annotated[
        bool, typer.Option("--even-if-broken", help="Restore a store whose change log is not what it was, too.")
    ] = False,
    data: Data = None,
    database: Database = None,
) -> None:
    """Put the store in a back-up where there is none, and check it.

    A store of an earlier release is brought to the tables of this one. Applications notice, and start over.
    """
    with server_errors():
        from promptwire.server import backups  # noqa: PLC0415 - not before it is needed

        given = settings(data=data, database=database)
        with watching() as watch:
            verdict = backups.restore(given, file, even_if_broken=even_if_broken, watch=watch)
    if verdict.flaw is not None:
        typer.echo(f"The change log is not what it was: {verdict.flaw}", err=True)
    typer.echo(f"Restored: {size_of(verdict)}. Applications will start over.")
    typer.echo("What was revoked or erased since the back-up was made has come back: see docs/howto/back-up.md.")


def copy(
    to: Annotated[
        str,
        typer.Option(help="The empty database to copy to, such as postgresql://user@host/name.", show_default=False),
    ],
    data: Data = None,
    database: Database = None,
) -> None:
    """Take the store to another database, with all that is in it; the old one stays as it is.

    Stop the servers first: what is written meanwhile stops the copy. Then start them with PROMPTWIRE_DATABASE set.
    """
    with server_errors():
        from promptwire.server import backups  # noqa: PLC0415 - not before it is needed

        given = settings(data=data, database=database)
        with watching() as watch:
            verdict = backups.copy_to(given, to, watch)
    typer.echo(f"Copied and compared, row by row. The change log is whole: {size_of(verdict)}.")
    typer.echo("Start the servers on the new database only; applications will start over.")
