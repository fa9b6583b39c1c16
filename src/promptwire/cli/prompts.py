"""`promptwire prompts`: what there is, and adding, archiving and restoring it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from promptwire.cli.asking import Asking, OnePromptArgument, Reason, Team, grouped
from promptwire.cli.inputs import json_file
from promptwire.cli.printing import at, print_fields, print_line, print_table
from promptwire.cli.references import Named
from promptwire.cli.remote import answers
from promptwire.cli.remote.registry import Registry

app = typer.Typer(help="Prompts.", no_args_is_help=True)

_NEWEST = 5


class Shown(StrEnum):
    """Which prompts a list shows."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    ALL = "all"


@app.command("list")
@grouped
def list_prompts(
    team: Team = None,
    status: Annotated[Shown, typer.Option(help="Which of them.")] = Shown.ACTIVE,
    *,
    asking: Asking,
) -> None:
    """List the prompts of a team, or of all teams you see."""
    with asking.registry() as registry:
        teams = [registry.team(team)] if team else registry.teams()
        found = [*_listed(registry, teams, None if status is Shown.ALL else status.value)]
        rows = [(one["team"], one["slug"], one["name"], one["status"], at(one["updated_at"])) for one in found]
        heads = ("team", "prompt", "name", "status", "updated")
        asking.show({"prompts": found}, lambda: print_table(heads, rows, "No prompts."))


class _Listed(answers.Prompt):
    team: str
    """The slug of its team."""


def _listed(registry: Registry, teams: list[answers.Team], status: str | None) -> Iterator[_Listed]:
    for team in teams:
        for prompt in registry.prompts(team["id"], status):
            yield {**prompt, "team": team["slug"]}


@app.command("show")
@grouped
def show(prompt: OnePromptArgument, team: Team = None, *, asking: Asking) -> None:
    """Show a prompt, its labels, and its newest versions."""
    with asking.registry() as registry:
        found = registry.prompt(Named.read(prompt, team=team))
        labels, live = registry.labels(found["id"]), registry.live(found["id"])
        versions = [*registry.versions(found["id"], limit=_NEWEST)]
        told = {"prompt": found, "live": live, "tags": labels, "versions": versions}
        asking.show(told, lambda: _show(found, live, labels, versions))


def _show(prompt: answers.Prompt, live: int | None, labels: list[answers.Tag], versions: list[answers.Version]) -> None:
    fields = [(name, prompt[name]) for name in ("slug", "name", "description", "status", "id")]
    led = [f"{one['tag']} → {one['version']}" for one in labels]
    times = [("created", at(prompt["created_at"])), ("updated", at(prompt["updated_at"]))]
    print_fields([*fields, *times, ("live", live), ("labels", led)])
    print_line("")
    print_table(*version_table(versions), "No versions yet: promptwire versions create")


def version_table(versions: list[answers.Version]) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """Give the heads and rows of a table of versions."""
    heads = ("version", "status", "labels", "author", "created", "message")
    rows: list[tuple[object, ...]] = [
        (
            one["version"],
            "purged" if one["purged"] else one["status"],
            one["tags"],
            one["author"]["name"] or one["author"]["kind"],
            at(one["created_at"]),
            one["message"],
        )
        for one in versions
    ]
    return heads, rows


@app.command("create")
@grouped
def create(
    name: Annotated[str, typer.Argument(help="What it is called; / in it makes folders in lists.")],
    *,
    team: Team = None,
    slug: Annotated[
        str | None, typer.Option(help="What applications ask for; made of the name if not given.", show_default=False)
    ] = None,
    description: Annotated[str, typer.Option(help="What it is for.")] = "",
    schema: Annotated[
        Path | None, typer.Option(help="A file: the JSON Schema of its variables.", show_default=False)
    ] = None,
    asking: Asking,
) -> None:
    """Add a prompt, without versions."""
    with asking.registry() as registry:
        fields = {"name": name, "description": description, "slug": slug or ""}
        more = {"input_schema": json_file(schema)} if schema else {}
        made = registry.create_prompt(registry.team(team)["id"], fields | more)
        asking.show({"prompt": made}, lambda: print_line(f"Created {made['slug']} ({made['id']})."))


@app.command("archive")
@grouped
def archive(prompt: OnePromptArgument, team: Team = None, reason: Reason = None, *, asking: Asking) -> None:
    """Take a prompt out of use, as far as lists go; it still renders."""
    _archive(asking, Named.read(prompt, team=team), reason, restore=False)


@app.command("restore")
@grouped
def restore(prompt: OnePromptArgument, team: Team = None, *, asking: Asking) -> None:
    """Bring an archived prompt back."""
    _archive(asking, Named.read(prompt, team=team), None, restore=True)


def _archive(asking: Asking, named: Named, reason: str | None, *, restore: bool) -> None:
    with asking.registry() as registry:
        changed = registry.archive_prompt(registry.prompt(named)["id"], restore=restore, reason=reason)
        asking.show({"prompt": changed}, lambda: print_line(f"{changed['slug']} is {changed['status']}."))
