"""`promptwire versions`: the versions of a prompt, and what becomes of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from promptwire.cli import completing
from promptwire.cli.asking import Asking, OnePromptArgument, PromptArgument, Team, VersionArgument, failing, grouped
from promptwire.cli.exits import Exit, Failure
from promptwire.cli.inputs import json_file, text_file
from promptwire.cli.printing import at, print_diff, print_fields, print_line, print_table, print_text
from promptwire.cli.prompts import version_table
from promptwire.cli.references import LIVE, Named
from promptwire.cli.remote.answers import Difference, Version
from promptwire.cli.remote.registry import Registry
from promptwire.cli.terms import Terms, tell

app = typer.Typer(help="Versions of a prompt.", no_args_is_help=True)


class Status(StrEnum):
    """What a version may be."""

    DRAFT = "draft"
    STABLE = "stable"
    LIVE = "live"
    ARCHIVED = "archived"


class Goal(StrEnum):
    """Where a promotion may lead."""

    STABLE = "stable"
    LIVE = "live"


@app.command("list")
@grouped
def list_versions(
    prompt: OnePromptArgument,
    team: Team = None,
    status: Annotated[Status | None, typer.Option(help="Only those.", show_default=False)] = None,
    label: Annotated[str | None, typer.Option(help="Only the one it is on.", show_default=False)] = None,
    *,
    asking: Asking,
) -> None:
    """List the versions of a prompt, newest first."""
    with asking.registry() as registry:
        found = registry.prompt(Named.read(prompt, team=team))
        versions = [*registry.versions(found["id"], status=status.value if status else None, label=label)]
        asking.show({"versions": versions}, lambda: print_table(*version_table(versions), "No versions."))


@app.command("show")
@grouped
def show(
    prompt: PromptArgument,
    version: VersionArgument = None,
    team: Team = None,
    raw: Annotated[bool, typer.Option("--raw", help="Print the template alone, as it is.")] = False,  # noqa: FBT002 - an option
    *,
    asking: Asking,
) -> None:
    """Show a version: the live one if none is named."""
    with asking.registry() as registry:
        named = Named.read(prompt, version, team=team)
        found = registry.version(registry.prompt(named)["id"], named.version or LIVE)
        if raw and not asking.json:
            print_text(found["template"] if found["kind"] == "text" else _pretty(found["messages"]) + "\n")
        else:
            asking.show({"version": found}, lambda: _show(found))


def _show(version: Version) -> None:
    author = version["author"]["name"] or version["author"]["kind"]
    written = [("version", version["version"]), ("status", version["status"]), ("labels", version["tags"])]
    more = [("author", author), ("created", at(version["created_at"])), ("live since", at(version["published_at"]))]
    call = [
        (name.replace("_", " "), _compact(version[name]))
        for name in ("model", "model_params", "tools", "response_format", "input_schema")
    ]
    print_fields([*written, *more, ("message", version["message"]), ("source", version["source"]), *call])
    print_line("")
    print_line("(its text was erased)" if version["purged"] else version["template"])


def _compact(value: Any) -> str | None:  # noqa: ANN401 - any JSON
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _pretty(value: Any) -> str:  # noqa: ANN401 - any JSON
    return json.dumps(value, ensure_ascii=False, indent=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a new version says."""

    template: Annotated[str | None, typer.Option(help="Its template.", show_default=False)] = None
    file: Annotated[
        Path | None, typer.Option("--file", "-f", help="A file with its template; - is standard input.")
    ] = None
    messages: Annotated[
        Path | None, typer.Option(help="A file with the messages of a chat, as JSON; - is standard input.")
    ] = None
    model: Annotated[str | None, typer.Option(help="The model to call.", show_default=False)] = None
    model_params: Annotated[Path | None, typer.Option(help="A JSON file: what to call it with.")] = None
    tools: Annotated[Path | None, typer.Option(help="A JSON file: the tools it may call.")] = None
    response_format: Annotated[Path | None, typer.Option(help="A JSON file: the format of its answer.")] = None
    schema: Annotated[
        Path | None, typer.Option(help="A JSON Schema file of the variables; the prompt's if not given.")
    ] = None
    message: Annotated[str | None, typer.Option("--message", "-m", help="Why it was written.", show_default=False)] = (
        None
    )
    source: Annotated[str | None, typer.Option(help="Where it comes from, such as a commit.", show_default=False)] = (
        None
    )

    def fields(self) -> dict[str, object]:
        """Give what the server is told.

        Raises:
            Failure: When there is no one text, or a file cannot be read.
        """
        texts = [one for one in (self.template, self.file, self.messages) if one is not None]
        if len(texts) != 1:
            raise Failure("give one of --template, --file and --messages", Exit.USAGE)
        told: dict[str, object] = {"model": self.model, "message": self.message, "source": self.source}
        told["template"] = text_file(self.file) if self.file else self.template
        told["messages"] = json_file(self.messages) if self.messages else None
        files = {name: getattr(self, name) for name in ("model_params", "tools", "response_format")}
        told |= {name: json_file(path) for name, path in (files | {"input_schema": self.schema}).items() if path}
        return {name: value for name, value in told.items() if value is not None}


@app.command("create")
@grouped
def create(prompt: OnePromptArgument, team: Team = None, *, written: Written, asking: Asking) -> None:
    """Write a new draft."""
    with asking.registry() as registry:
        fields = written.fields()
        named = Named.read(prompt, team=team)
        made = registry.create_version(registry.prompt(named)["id"], fields)
        said = f"Wrote version {made['version']} of {named}, a draft. Put it live: promptwire versions promote"
        asking.show({"version": made}, lambda: print_line(f"{said} {named} {made['version']} --to live"))


@app.command("diff")
@grouped
def diff(
    prompt: OnePromptArgument,
    before: Annotated[
        str,
        typer.Argument(metavar="FROM", help="A number, a label, or live.", autocompletion=completing.versions),
    ],
    after: Annotated[
        str, typer.Argument(metavar="TO", help="A number, a label, or live.", autocompletion=completing.versions)
    ],
    *,
    team: Team = None,
    fail_on_breaking: Annotated[
        bool, typer.Option("--fail-on-breaking", help="End with status 1 where it breaks callers.")
    ] = False,
    asking: Asking,
) -> None:
    """Show what changed between two versions, and what of it breaks callers."""
    with asking.registry() as registry:
        found = registry.differences(registry.prompt(Named.read(prompt, team=team))["id"], before, after)
        asking.show(found, lambda: _difference(found))
        if fail_on_breaking and found["breaking"]:
            raise Failure(f"{len(found['breaking'])} of the changes break callers, or may")


def _difference(found: Difference) -> None:
    print_diff(found["diff"])
    for one in found.get("fields", []):
        print_line(f"{one['field']}: {_compact(one['from_value'])} → {_compact(one['to_value'])}")
    for change in found["breaking"]:
        print_line(f"breaking: {change['message']}")
    if not (found["diff"] or found.get("fields")):
        print_line("They say the same.")


@app.command("promote")
@grouped
def promote(
    prompt: PromptArgument,
    version: VersionArgument = None,
    to: Annotated[
        Goal | None, typer.Option(help="How far, however often it is asked; one step if not given.", show_default=False)
    ] = None,
    team: Team = None,
    *,
    terms: Terms,
    asking: Asking,
) -> None:
    """Bring a version from draft to stable, or to live."""
    _move(asking, _named(prompt, version, team), "promote", terms.told(to=to.value if to else None))


@app.command("demote")
@grouped
def demote(prompt: OnePromptArgument, team: Team = None, *, terms: Terms, asking: Asking) -> None:
    """Bring the live version back to stable; nothing is live then."""
    _move(asking, Named.read(prompt, LIVE, team=team), "demote", terms.told())


@app.command("archive")
@grouped
def archive(
    prompt: PromptArgument, version: VersionArgument = None, team: Team = None, *, terms: Terms, asking: Asking
) -> None:
    """Take a version out of use, with its labels."""
    _move(asking, _named(prompt, version, team), "archive", terms.told())


def _named(prompt: str, version: str | None, team: str | None) -> Named:
    with failing():
        named = Named.read(prompt, version, team=team)
        if named.version is None:
            raise Failure(f"which version of {named}?", Exit.USAGE, f"Such as: {named}@3, or {named}@staging")
        return named


def _move(asking: Asking, named: Named, verb: str, told: dict[str, object]) -> None:
    with asking.registry() as registry:
        prompt_id = registry.prompt(named)["id"]
        number = _number(registry, prompt_id, named.version or LIVE)
        moved = registry.move_version(prompt_id, number, verb, told)
        version = moved.get("version")
        tell(asking, moved, f"Version {number} of {named} is {version['status'] if version else 'gone'}.")


def _number(registry: Registry, prompt_id: str, version: str) -> str:
    """Give the number of what is moved, so that it is told which it was."""
    return version if version.isdecimal() else str(registry.version(prompt_id, version)["version"])
