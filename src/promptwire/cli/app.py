"""Every command."""

from __future__ import annotations

import typer

from promptwire.cli import (
    admin,
    audit,
    backup,
    bundle,
    change_requests,
    check,
    completion,
    config,
    doctor,
    importing,
    keys,
    labels,
    login,
    prompts,
    pull,
    push,
    render,
    server,
    status,
    use,
    versions,
)
from promptwire.cli.asking import grouped

app = typer.Typer(
    help="Promptwire: a prompt registry that delivers into running processes from memory.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("login")(login.login)
app.command("logout")(login.logout)
app.command("whoami")(login.whoami)
app.add_typer(prompts.app, name="prompts")
app.add_typer(versions.app, name="versions")
app.add_typer(labels.app, name="labels")
app.command("render")(render.render)
app.add_typer(use.app, name="use")
app.add_typer(change_requests.app, name="change-requests")
app.command("pull")(grouped(pull.pull))
app.command("status")(grouped(status.status))
app.command("diff")(grouped(status.diff))
app.command("push")(grouped(push.push))
app.command("check")(check.check)
app.command("import")(importing.import_)
app.command("bundle")(grouped(bundle.bundle))
app.add_typer(keys.app, name="keys")
app.add_typer(audit.app, name="audit")
app.command("serve")(server.serve)
app.command("migrate")(server.migrate)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("copy")(backup.copy)
app.command("config")(config.config)
app.command("doctor")(doctor.doctor)
app.add_typer(admin.app, name="admin")
app.command("completion")(completion.completion)
