"""Every command."""

from __future__ import annotations

import typer

from promptwire.cli import admin, audit, backup, config, doctor, keys, login, server

app = typer.Typer(
    help="Promptwire: a prompt registry that delivers into running processes from memory.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve")(server.serve)
app.command("migrate")(server.migrate)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("copy")(backup.copy)
app.command("config")(config.config)
app.command("doctor")(doctor.doctor)
app.command("login")(login.login)
app.add_typer(admin.app, name="admin")
app.add_typer(audit.app, name="audit")
app.add_typer(keys.app, name="keys")
