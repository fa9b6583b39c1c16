"""`promptwire render`: what a prompt says for some variables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from promptwire.cli.asking import Asking, PromptArgument, Team, VersionArgument, grouped
from promptwire.cli.inputs import variables
from promptwire.cli.printing import print_json, print_text
from promptwire.cli.references import Named


@grouped
def render(  # noqa: PLR0917 - each is an option of the command
    prompt: PromptArgument,
    version: VersionArgument = None,
    var: Annotated[
        list[str] | None,
        typer.Option("--var", help="A variable: name=text, or name:=json. As often as needed.", metavar="NAME=VALUE"),
    ] = None,
    vars_file: Annotated[
        Path | None, typer.Option("--vars", help="A JSON file with variables; - is standard input.", metavar="FILE")
    ] = None,
    team: Team = None,
    *,
    asking: Asking,
) -> None:
    """Fill a version, the live one if none is named; prints the text, or the messages of a chat as JSON."""
    with asking.registry() as registry:
        filled = registry.render(Named.read(prompt, version, team=team), variables(var or [], vars_file))
        if asking.json:
            print_json(filled)
        elif filled["kind"] == "chat":
            print_json(filled["messages"])
        else:
            print_text(filled["rendered"])
