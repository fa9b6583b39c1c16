"""`promptwire admin`: help for whoever lost a password or restored a database, on the server's machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from promptwire.cli.options import Data, Database, server_errors, settings

Email = Annotated[str, typer.Argument(help="The e-mail address of the account.")]
app = typer.Typer(help="Help on the server's own machine.", no_args_is_help=True)


@app.command("reset-password")
def reset_password(email: Email, data: Data = None, database: Database = None) -> None:
    """Give an account a new password, print it once, and end its sessions."""
    with server_errors():
        from promptwire.server import local  # noqa: PLC0415 - not before it is needed

        with local.local_store(settings(data=data, database=database)) as store:
            password = local.reset_password(store, email)
    typer.echo(f"New password of {email}: {password}")


@app.command("grant")
def grant(email: Email, data: Data = None, database: Database = None) -> None:
    """Let somebody administer the instance: its settings, people and organizations."""
    _set_administrator(email, is_admin=True, data=data, database=database)
    typer.echo(f"{email} administers the instance.")


@app.command("revoke")
def revoke(email: Email, data: Data = None, database: Database = None) -> None:
    """Let somebody administer the instance no more; somebody must be left who does."""
    _set_administrator(email, is_admin=False, data=data, database=database)
    typer.echo(f"{email} does not administer the instance.")


def _set_administrator(email: str, *, is_admin: bool, data: Path | None, database: str | None) -> None:
    with server_errors():
        from promptwire.server import local  # noqa: PLC0415 - not before it is needed

        with local.local_store(settings(data=data, database=database)) as store:
            local.set_administrator(store, email, is_admin=is_admin)


@app.command("renew-epoch")
def renew_epoch(data: Data = None, database: Database = None) -> None:
    """Let every application start over, after the database was restored by other means than promptwire restore."""
    with server_errors():
        from promptwire.server import backups  # noqa: PLC0415 - not before it is needed

        backups.renew(settings(data=data, database=database))
    typer.echo("Every application will start over.")
