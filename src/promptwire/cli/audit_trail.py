"""The change log of an organization as its administrators read it from any machine."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Annotated, Final

import typer

from promptwire.cli.asking import Asking, Org, grouped
from promptwire.cli.printing import at, print_line, print_table
from promptwire.cli.references import Named
from promptwire.cli.remote.answers import Event
from promptwire.cli.remote.registry import Registry

_SECONDS: Final = 2.0
"""Between two looks for what is new."""


@grouped
def tail(  # noqa: PLR0913, PLR0917 - each is an option of the command
    org: Org = None,
    team: Annotated[
        str | None,
        typer.Option(help="Only what happened to this team and its prompts: slug, name or id.", show_default=False),
    ] = None,
    prompt: Annotated[str | None, typer.Option(help="Only what happened to this prompt.", show_default=False)] = None,
    label: Annotated[
        str | None, typer.Option(help="Only what happened to this label; live is the live status.", show_default=False)
    ] = None,
    lines: Annotated[int, typer.Option("--lines", "-n", help="How many of the last ones.", min=1)] = 20,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what happens from now on.")] = False,  # noqa: FBT002 - an option
    *,
    asking: Asking,
) -> None:
    """Tell who did what to what in an organization, oldest first; --json gives a line of JSON for each."""
    with asking.registry() as registry:
        org_id = registry.organization(org)
        prompt_id = registry.prompt(Named.read(prompt))["id"] if prompt else None
        only = {"prompt_id": prompt_id, "label": label, "team_id": registry.team(team)["id"] if team else None}
        events = [*registry.log(org_id, lines, **only)][::-1]
        _print(events, as_json=asking.json)
        last = events[-1]["revision"] if events else 0
        while follow:
            time.sleep(_SECONDS)
            fresh = [*_since(registry, org_id, last, **only)][::-1]
            last = fresh[-1]["revision"] if fresh else last
            _print(fresh, as_json=asking.json, more=True)


def _since(registry: Registry, org_id: str, last: int, **only: str | None) -> Iterator[Event]:
    for event in registry.log(org_id, None, **only):
        if event["revision"] <= last:
            return
        yield event


def _print(events: list[Event], *, as_json: bool, more: bool = False) -> None:
    if as_json:
        for event in events:
            typer.echo(json.dumps(event, ensure_ascii=False))
    elif more:
        for event in events:
            print_line("  ".join(part for part in map(str, _row(event)) if part))
    else:
        print_table(("when", "who", "what", "of", "label", "why"), map(_row, events), "Nothing happened yet.")


def _row(event: Event) -> tuple[object, ...]:
    who = event["actor_name"] or f"{event['actor_kind']} {event['actor_id']}"
    about = f"{event['entity_type']} {event['entity_id']}"
    return (at(event["created_at"]), who, event["action"], about, event["label"] or "", event["reason"] or "")
