"""`promptwire import`: prompts that are kept elsewhere, brought to the server."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Annotated

import typer

from promptwire.cli import sources
from promptwire.cli.asking import Asking, Team, grouped
from promptwire.cli.exits import Exit, Failure
from promptwire.cli.imported import Imported, Into, bring
from promptwire.cli.printing import note, print_json, print_table
from promptwire.cli.progress import watching
from promptwire.cli.push import Target
from promptwire.cli.steps import DryRun, RequestApproval
from promptwire.cli.upstream import ServerPrompts
from promptwire.imports.dialects import Dialect


@grouped
def import_(  # noqa: PLR0913 - each is an option by its name
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="A file of JSON or JSON lines (- is standard input), a folder, px0:URL, langfuse:URL, mlflow:URL, or "
            "a file of promptwire backup.",
        ),
    ],
    team: Team = None,
    *,
    syntax: Annotated[
        Dialect | None,
        typer.Option(
            help="How the templates are written; without it as the source writes them, in files Go's.",
            show_default=False,
        ),
    ] = None,
    literal: Annotated[bool, typer.Option("--literal", help="They are no templates: {{ stays as it is.")] = False,
    from_team: Annotated[
        str | None,
        typer.Option(
            metavar="SLUG", help="Only what this team has there: of px0:URL, or of a back-up.", show_default=False
        ),
    ] = None,
    promote: Annotated[
        Target | None,
        typer.Option(help="Bring to this what was served there, or else the newest version.", show_default=False),
    ] = None,
    request_approval: RequestApproval = False,
    dry_run: DryRun = False,
    asking: Asking,
) -> None:
    """Bring prompts from elsewhere to the server, with their versions and labels; a second time changes nothing.

    Templates become Go's where that is exact. What is not is listed with its line and not imported, and the exit
    status is 1.
    """
    with asking.registry() as registry:
        if literal and syntax not in {None, Dialect.LITERAL}:
            raise Failure(f"--literal and --syntax {syntax} exclude each other", Exit.USAGE)
        found = sources.read(source, Dialect.LITERAL if literal else syntax, from_team)
        chosen = registry.team(team)
        into = Into(
            upstream=ServerPrompts(registry, only=(chosen["id"],), request_approval=request_approval),
            team=chosen,
            there={one["slug"]: one for one in registry.prompts(chosen["id"])},
            source=source,
            promote=promote,
            dry_run=dry_run,
        )
        done: list[Imported] = []
        try:
            with watching() as watch:
                progress = watch("Importing")
                for entry in found:
                    done.append(bring(entry, into))
                    progress(len(done), len(found))
        finally:  # what was done is done, also where the server went away, or somebody pressed Ctrl-C
            _tell(done, asking, dry_run=dry_run)
    sys.exit(Exit.FAILED if any(one.refused for one in done) else Exit.OK)


def _tell(done: list[Imported], asking: Asking, *, dry_run: bool) -> None:
    if asking.json:
        print_json({"dry_run": dry_run, "prompts": [one.as_json() for one in done]})
        return
    told = [one for one in done if one.action in {"created", "changed"} or one.requests]
    if told:
        print_table(("prompt", "done", "about"), [(one.entry.slug, one.action, _about(one)) for one in told], "")
    for one in done:
        for words in one.notes:
            note(f"{one.entry.name}: {words}")
        for words in one.refused:
            note(f"{one.entry.name}: not imported: {words}")
    counts = Counter(one.action for one in done)
    versions, refused = sum(len(one.versions) for one in done), sum(bool(one.refused) for one in done)
    left = len(done) - counts["created"] - counts["changed"]
    note(f"{counts['created']} created, {counts['changed']} changed, {left} stay as they are, {refused} not whole")
    note(f"{versions} versions {'to write; a dry run: nothing was changed' if dry_run else 'written'}")


def _about(one: Imported) -> str:
    numbers = ", ".join(map(str, one.versions))
    asked = [f"waits for approval: change request {request}" for request in one.requests]
    return ", ".join(filter(None, [f"version {numbers}" if numbers else "", one.promoted or "", *one.labels, *asked]))
