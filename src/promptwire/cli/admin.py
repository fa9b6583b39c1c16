"""`promptwire admin`: help for whoever lost a password or restored a database, on the server's machine."""

from __future__ import annotations

from typing import Annotated

import typer

from promptwire.cli.options import Data, Database, server_errors, settings

app = typer.Typer(help="Help on the server's own machine.", no_args_is_help=True)


@app.command("reset-password")
def reset_password(
    email: Annotated[str, typer.Argument(help="The e-mail address of the account.")],
    data: Data = None,
    database: Database = None,
) -> None:
    """Give an account a new password, print it once, and end its sessions."""
    with server_errors():
        from promptwire.server import local  # noqa: PLC0415 - not before it is needed

        with local.local_store(settings(data=data, database=database)) as store:
            password = local.reset_password(store, email)
    typer.echo(f"New password of {email}: {password}")


@app.command("renew-epoch")
def renew_epoch(data: Data = None, database: Database = None) -> None:
    """Let every application start over, after the database was restored by other means than promptwire restore."""
    with server_errors():
        from promptwire.server import backups  # noqa: PLC0415 - not before it is needed

        backups.renew(settings(data=data, database=database))
    typer.echo("Every application will start over.")
