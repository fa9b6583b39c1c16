"""`promptwire use`: how often prompts are used, by which processes, and how well their versions do."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from promptwire.cli import completing
from promptwire.cli.asking import Asking, OnePromptArgument, Org, PromptArgument, Team, grouped
from promptwire.cli.printing import at, note, print_line, print_table
from promptwire.cli.references import LIVE, Named
from promptwire.cli.remote.connection import path
from promptwire.cli.remote.registry import Registry

app = typer.Typer(help="What is used, by which processes, and how well it does.", no_args_is_help=True)

Before = Annotated[
    str,
    typer.Argument(
        metavar="FROM",
        help="The version to compare with: a number, a label, or live.",
        autocompletion=completing.versions,
    ),
]
After = Annotated[
    str | None,
    typer.Argument(
        metavar="TO",
        help="The version that is compared; the newest.",
        show_default=False,
        autocompletion=completing.versions,
    ),
]


@app.command("show")
@grouped
def show(
    prompt: OnePromptArgument,
    since: Annotated[
        str | None,
        typer.Option("--from", help="From when on, such as 2026-11-24T00:00:00Z; seven days ago.", show_default=False),
    ] = None,
    until: Annotated[str | None, typer.Option("--to", help="Until when; now.", show_default=False)] = None,
    team: Team = None,
    *,
    asking: Asking,
) -> None:
    """Show how often each version of a prompt was used, under which label, and when last."""
    with asking.registry() as registry:
        prompt_id = registry.prompt(Named.read(prompt, team=team))["id"]
        found = registry.ask.get(path("prompts", prompt_id, "use"), **{"from": since, "to": until})
        heads = ("version", "label", "source", "renders", "resolves", "errors", "processes", "last used")
        rows = [_used(one) for one in found["versions"]]
        asking.show(found, lambda: print_table(heads, rows, _never(found["last_used_at"])))


def _used(row: dict[str, Any]) -> tuple[object, ...]:
    counts = (row["renders"], row["resolves"], row["errors"], row["processes"])
    return (row["version"] or "fallback", row["label"] or "-", row["source"], *counts, at(row["last_used_at"]))


def _never(last: str | None) -> str:
    return f"Not used in this time; last used {at(last)}." if last else "Never used, as far as is known."


@app.command("list")
@grouped
def list_use(
    days: Annotated[int, typer.Option(min=1, max=400, help="How many days back.")] = 30,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many of each.")] = 50,
    team: Team = None,
    org: Org = None,
    *,
    asking: Asking,
) -> None:
    """List the prompts that are used most, and those that nobody has used."""
    with asking.registry() as registry:
        found = registry.ask.get(path("use"), days=days, limit=limit, **_where(registry, team, org))

        def people() -> None:
            used = [_prompt(one, one["renders"], one["resolves"], one["errors"]) for one in found["most_used"]]
            print_table(("prompt", "last used", "renders", "resolves", "errors"), used, f"Nothing used in {days} days.")
            print_line("")
            unused = [_prompt(one) for one in found["unused"]]
            print_table(("not used", "last used"), unused, f"Nothing unused for {days} days.")
            counting = found["counting_since"]
            note(f"Use is counted since {at(counting)}." if counting else "No use has been counted yet.")

        asking.show(found, people)


def _prompt(one: dict[str, Any], *counts: int) -> tuple[object, ...]:
    return (f"{one['team']}/{one['slug']}", at(one["last_used_at"]) or "never", *counts)


def _where(registry: Registry, team: str | None, org: str | None) -> dict[str, str | None]:
    return {
        "team": registry.team(team)["id"] if team else None,
        "org": registry.organization(org) if org else None,
    }


@app.command("processes")
@grouped
def processes(
    prompt: Annotated[
        str | None,
        typer.Argument(
            metavar="PROMPT",
            help="slug, team/slug, or an id; all prompts.",
            show_default=False,
            autocompletion=completing.prompts,
        ),
    ] = None,
    *,
    label: Annotated[
        str | None, typer.Option(help="Only those that ask for this label, or live.", show_default=False)
    ] = None,
    behind: Annotated[bool, typer.Option("--behind", help="Only those that do not serve what they should.")] = False,
    team: Team = None,
    org: Org = None,
    asking: Asking,
) -> None:
    """List the running processes: of a prompt with the version each serves, and how many have followed its labels."""
    with asking.registry() as registry:
        if prompt is None:
            _running(registry, asking, team, org)
            return
        prompt_id = registry.prompt(Named.read(prompt, team=team))["id"]
        found = registry.ask.get(path("prompts", prompt_id, "processes"), label=label, behind=behind)

        def people() -> None:
            for one in found["labels"]:
                where = f"version {one['version']} since {at(one['moved_at'])}" if one["version"] else "nowhere"
                print_line(f"{one['label']}: {one['converged']} of {one['processes']} converged on {where}")
            heads = ("service", "instance", "label", "version", "should be", "source", "since", "confirmed", "seen")
            print_table(heads, [_process(one) for one in found["processes"]], "No process serves it now.")

        asking.show(found, people)


def _process(one: dict[str, Any]) -> tuple[object, ...]:
    aim = "" if one["converged"] else one["aim"] or "nothing"
    times = (at(one["serving_since"]), at(one["confirmed_at"]), at(one["last_seen_at"]))
    return (one["service"] or "-", one["instance"], one["label"] or "-", one["version"], aim, one["source"], *times)


def _running(registry: Registry, asking: Asking, team: str | None, org: str | None) -> None:
    found = registry.ask.get(path("processes"), **_where(registry, team, org))
    heads = ("service", "instance", "sdk", "prompts", "behind", "first seen", "seen")
    rows = [
        (
            *(one["service"] or "-", one["instance"], one["sdk"], one["prompts"], one["behind"]),
            *(at(one["first_seen_at"]), at(one["last_seen_at"])),
        )
        for one in found["processes"]
    ]
    asking.show(found, lambda: print_table(heads, rows, "No process has reported lately."))


@app.command("scores")
@grouped
def scores(
    prompt: PromptArgument,
    before: Before = LIVE,
    after: After = None,
    team: Team = None,
    *,
    asking: Asking,
) -> None:
    """Compare what two versions were thought of: the live one and the newest, if none are named."""
    with asking.registry() as registry:
        named = Named.read(prompt, team=team)
        prompt_id = registry.prompt(named)["id"]
        query = {"from": before, "to": after or named.version}
        found = registry.ask.get(path("prompts", prompt_id, "scores"), **query)
        heads = ("score", "kind", f"version {found['from_version']}", f"version {found['to_version']}", "difference")
        rows = [
            (one["name"], one["kind"], _said(one["before"]), _said(one["after"]), _difference(one))
            for one in found["comparisons"]
        ]
        asking.show(found, lambda: print_table(heads, rows, "No scores."))


def _said(summary: dict[str, Any] | None) -> str:
    if summary is None:
        return ""
    if summary["kind"] == "category":
        return ", ".join(f"{one['category']} {one['share']:.0%}" for one in summary["categories"][:5])
    mean = f"{summary['mean']:.0%}" if summary["kind"] == "boolean" else f"{summary['mean']:.4g}"
    spread = (
        f" ± {summary['deviation']:.3g}" if summary["kind"] == "number" and summary["deviation"] is not None else ""
    )
    return f"{mean}{spread} of {summary['count']}"


def _difference(one: dict[str, Any]) -> str:
    if one["difference"] is None:
        return ""
    if one["error"] is None:
        return f"{one['difference']:+.3g}"
    verdict = "" if abs(one["difference"]) > 2 * one["error"] else ", may be chance"
    return f"{one['difference']:+.3g} (error {one['error']:.2g}{verdict})"
