"""What the tab key offers for prompts, versions, labels and teams: what the server knows, or nothing at all."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from threading import Thread
from typing import Final

import typer

from promptwire.cli.exits import Failure
from promptwire.cli.references import LIVE, Named
from promptwire.cli.remote.answers import Team
from promptwire.cli.remote.connection import Connection
from promptwire.cli.remote.registry import Registry
from promptwire.cli.remote.site import Site

PATIENCE: Final = 1.0
"""Seconds that all of it may take: somebody waits with a finger on the key."""
_MOST: Final = 200
"""Prompts of one team that are looked at."""
_NEWEST: Final = 20
"""Versions whose numbers are offered."""
_PLAIN = re.compile(r"[\w.@/+-]+")
"""What is offered goes through an `eval` in some shells."""

Complete = Callable[[typer.Context, str], list[str]]


def _offering(find: Callable[[typer.Context, Registry, str], Iterable[str]]) -> Complete:
    """Let the server be asked for what begins with something; where it does not answer, there is nothing to offer."""

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        offered: dict[str, None] = {}

        def ask() -> None:
            with suppress(Failure), Connection(_site(ctx)) as connection:
                for one in find(ctx, Registry(connection), incomplete):
                    if one.startswith(incomplete) and _PLAIN.fullmatch(one):
                        offered[one] = None

        asking = Thread(target=ask, daemon=True)  # looking up a name can take longer than any time that is set
        asking.start()
        asking.join(PATIENCE)
        return [*offered]

    return complete


def _site(ctx: typer.Context) -> Site:
    site = Site.chosen(ctx.params.get("server"), ctx.params.get("key"), os.environ)
    return replace(site, settings=replace(site.settings, timeout=PATIENCE))


def _prompts(ctx: typer.Context, registry: Registry, incomplete: str) -> Iterator[str]:
    """Give slugs, with their teams where several have them; behind an `@` what leads to versions."""
    named, at, _ = incomplete.partition("@")
    if at:
        return (f"{named}@{one}" for one in _led(registry, Named.read(named, team=ctx.params.get("team"))))
    before, slash, slug = incomplete.rpartition("/")
    chosen = before or ctx.params.get("team")
    teams = [one for one in registry.teams() if not chosen or chosen in (one["slug"], one["id"])]
    found = [(before or team["slug"], one) for team in teams for one in _slugs(registry, team, slug)]
    times = Counter(one for _, one in found)
    return (f"{team}/{one}" if slash or times[one] > 1 else one for team, one in found)


def _slugs(registry: Registry, team: Team, incomplete: str) -> Iterator[str]:
    return (one["slug"] for one in registry.prompts(team["id"], "active", words=incomplete, limit=_MOST))


def _versions(ctx: typer.Context, registry: Registry, _: str) -> Iterator[str]:
    return _led(registry, _prompt(ctx))


def _led(registry: Registry, named: Named) -> Iterator[str]:
    """Give `live` and the labels that lead to versions, then the newest numbers."""
    prompt_id = registry.prompt(named)["id"]
    numbers = (str(one["version"]) for one in registry.versions(prompt_id, limit=_NEWEST))
    return chain([LIVE], (one["tag"] for one in registry.labels(prompt_id)), numbers)


def _labels(ctx: typer.Context, registry: Registry, _: str) -> Iterator[str]:
    """Give the labels of the prompt, and those that its team protects."""
    prompt = registry.prompt(_prompt(ctx))
    set_ = (one["tag"] for one in registry.labels(prompt["id"]))
    return chain(set_, (one["label"] for one in registry.protected_labels(prompt["team_id"])))


def _labels_or_live(ctx: typer.Context, registry: Registry, incomplete: str) -> Iterator[str]:
    return chain([LIVE], _labels(ctx, registry, incomplete))


def _prompt(ctx: typer.Context) -> Named:
    return Named.read(ctx.params.get("prompt") or "", team=ctx.params.get("team"))


def _teams(_: typer.Context, registry: Registry, __: str) -> Iterator[str]:
    return (one["slug"] for one in registry.teams())


prompts: Final = _offering(_prompts)
versions: Final = _offering(_versions)
labels: Final = _offering(_labels)
labels_or_live: Final = _offering(_labels_or_live)
teams: Final = _offering(_teams)
