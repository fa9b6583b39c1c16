"""`promptwire labels`: where the labels of a prompt lead, and moving them."""

from __future__ import annotations

from typing import Annotated

import typer

from promptwire.cli import completing
from promptwire.cli.asking import Asking, OnePromptArgument, PromptArgument, Team, failing, grouped
from promptwire.cli.exits import Exit, Failure
from promptwire.cli.printing import at, print_table
from promptwire.cli.references import LIVE, Named
from promptwire.cli.remote.answers import Event, ProtectedLabel
from promptwire.cli.terms import Terms, number, tell

app = typer.Typer(help="Labels of a prompt, and live.", no_args_is_help=True)

Label = Annotated[str, typer.Argument(metavar="LABEL", help="Such as prod.", autocompletion=completing.labels)]
LabelOrLive = Annotated[
    str, typer.Argument(metavar="LABEL", help="Such as prod, or live.", autocompletion=completing.labels_or_live)
]


@app.command("list")
@grouped
def list_labels(prompt: OnePromptArgument, team: Team = None, *, asking: Asking) -> None:
    """List the labels of a prompt, the live version, and what their moves ask for."""
    with asking.registry() as registry:
        found = registry.prompt(Named.read(prompt, team=team))
        labels, live = registry.labels(found["id"]), registry.live(found["id"])
        guarded = {one["label"]: one for one in registry.protected_labels(found["team_id"])}
        led = [(LIVE, live), *((one["tag"], one["version"]) for one in labels)]
        rows = [(label, version or "nowhere", _asked(guarded.get(label))) for label, version in led]
        told = {"tags": labels, "live": live, "protected_labels": [*guarded.values()]}
        asking.show(told, lambda: print_table(("label", "version", "a move asks for"), rows, "No labels."))


def _asked(guarded: ProtectedLabel | None) -> str:
    if guarded is None:
        return ""
    parts = [guarded["min_required_role"]]
    parts += [f"{guarded['approvals']} approvals"] if guarded["approvals"] else []
    parts += [f"frozen until {at(guarded['frozen_until'])}"] if guarded["frozen_until"] else []
    parts += ["immutable"] if guarded["immutable"] else []
    return ", ".join([*parts, *guarded["checks"]])


@app.command("set")
@grouped
def set_label(
    prompt: PromptArgument,
    label: Label,
    version: Annotated[
        str | None,
        typer.Argument(
            metavar="VERSION",
            help="A number, another label, or live.",
            show_default=False,
            autocompletion=completing.versions,
        ),
    ] = None,
    team: Team = None,
    *,
    terms: Terms,
    asking: Asking,
) -> None:
    """Put a label on a version, wherever it was before."""
    with failing(as_json=asking.json):
        named = Named.read(prompt, version, team=team)
        if named.version is None:
            raise Failure("on which version?", Exit.USAGE, f"Such as: promptwire labels set {named} {label} 3")
    with asking.registry() as registry:
        prompt_id = registry.prompt(named)["id"]
        version = named.version
        if not version.isdecimal():
            version = str(registry.version(prompt_id, version)["version"])
        moved = registry.set_label(prompt_id, version, label, terms.told())
        tell(asking, moved, f"{label} of {named} is on version {version}.")


@app.command("remove")
@grouped
def remove(prompt: OnePromptArgument, label: Label, team: Team = None, *, terms: Terms, asking: Asking) -> None:
    """Take a label away."""
    with asking.registry() as registry:
        named = Named.read(prompt, team=team)
        moved = registry.remove_label(registry.prompt(named)["id"], label, terms.told())
        tell(asking, moved, f"{named} has no label {label} any more.")


@app.command("history")
@grouped
def history(
    prompt: OnePromptArgument,
    label: Annotated[
        str | None,
        typer.Argument(
            metavar="LABEL",
            help="Only this one; live is the live status.",
            show_default=False,
            autocompletion=completing.labels_or_live,
        ),
    ] = None,
    team: Team = None,
    limit: Annotated[int, typer.Option("--limit", "-n", help="How many at most.", min=1)] = 20,
    *,
    asking: Asking,
) -> None:
    """Tell who moved what from where to where and why, newest first."""
    with asking.registry() as registry:
        prompt_id = registry.prompt(Named.read(prompt, team=team))["id"]
        events = [*registry.history(prompt_id, label, limit)]
        heads = ("when", "who", "what", "label", "from", "to", "why")
        asking.show({"history": events}, lambda: print_table(heads, map(_told, events), "Nothing happened to it."))


def _told(event: Event) -> tuple[object, ...]:
    who = event["actor_name"] or f"{event['actor_kind']} {event['actor_id']}"
    where = (event["from_version"], event["to_version"])
    return (at(event["created_at"]), who, event["action"], event["label"], *where, event["reason"])


@app.command("rollback")
@grouped
def rollback(
    prompt: OnePromptArgument,
    label: LabelOrLive,
    at_time: Annotated[
        str | None,
        typer.Option(
            "--at", help="Where it was at this time (RFC 3339); before its last move if not given.", metavar="TIME"
        ),
    ] = None,
    team: Team = None,
    *,
    terms: Terms,
    asking: Asking,
) -> None:
    """Put a label, or live, back to where it was."""
    with asking.registry() as registry:
        named = Named.read(prompt, team=team)
        moved = registry.roll_back_label(registry.prompt(named)["id"], label, terms.told(at=at_time))
        version = moved.get("version")
        tell(asking, moved, f"{label} of {named} is back: {number(version['version'] if version else None)}.")
