"""`promptwire use`: what is used, by whom, and how well it does; for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from support.commands import promptwire
from support.registry import Authored, Registry
from support.use import Reporting, becomes, serves, uses
from support.waiting import eventually

Run = Callable[..., str]


@pytest.fixture(scope="session")
def engine() -> str:
    """The command line sees no database: one is enough."""
    return "sqlite"


@pytest.fixture
def registry(world: Any) -> Registry:
    return Registry(world)


@pytest.fixture
def run(registry: Registry) -> Run:
    """Run a command as the author; gives what it prints."""
    settings = {"PROMPTWIRE_URL": registry.world.server.url, "PROMPTWIRE_API_KEY": registry.key}

    def run(*arguments: str) -> str:
        ended = promptwire("use", *arguments, env=settings)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    return run


def rows(printed: str) -> list[list[str]]:
    return [line.split("\t") for line in printed.splitlines()]


@pytest.fixture
def authored(registry: Registry) -> Authored:
    """A prompt whose second version is live; 50 processes serve the first as `prod`, and one follows."""
    authored = registry.prompt("one", "two")
    authored.label("prod", 1)
    http = registry.world.http(registry.key)
    processes = [Reporting(http, "checkout", f"web-{at}") for at in (1, 2)]
    for one in processes:
        one.report(serves=[serves(authored.id, 1, "prod")], uses=[uses(authored.id, 1, "prod", renders=20)])
    becomes(http, authored.id, {(1, "prod", "server"): (40, 0, 0)})
    authored.label("prod", 2)
    processes[0].report(serves=[serves(authored.id, 2, "prod")], uses=[uses(authored.id, 2, "prod", renders=3)])
    becomes(http, authored.id, {(1, "prod", "server"): (40, 0, 0), (2, "prod", "server"): (3, 0, 0)})
    return authored


def test_how_often_which_version_is_used(run: Run, authored: Authored) -> None:
    head, second, first = rows(run("show", authored.slug))
    assert head == ["VERSION", "LABEL", "SOURCE", "RENDERS", "RESOLVES", "ERRORS", "PROCESSES", "LAST USED"]
    assert second[:7] == ["2", "prod", "server", "3", "0", "0", "1"]
    assert first[:7] == ["1", "prod", "server", "40", "0", "0", "2"]
    assert json.loads(run("show", authored.slug, "--json"))["total"]["renders"] == 43
    early = run("show", authored.slug, "--from", "2026-01-01T00:00:00Z", "--to", "2026-01-02T00:00:00Z")
    assert early == ""


def test_who_has_followed_a_label_and_who_has_not(run: Run, authored: Authored) -> None:
    printed = run("processes", authored.slug, "--label", "prod")
    told, *table = printed.splitlines()
    assert told.startswith("prod: 1 of 2 converged on version 2 since ")
    behind, followed = rows("\n".join(table[1:]))
    assert behind[:6] == ["checkout", "web-2", "prod", "1", "2", "server"]
    assert followed[:6] == ["checkout", "web-1", "prod", "2", "", "server"]
    only = json.loads(run("processes", authored.slug, "--behind", "--json"))
    assert [one["instance"] for one in only["processes"]] == ["web-2"]
    everywhere = rows(run("processes"))
    assert [row[:5] for row in everywhere[1:]] == [
        ["checkout", "web-1", "test/1", "1", "0"],
        ["checkout", "web-2", "test/1", "1", "1"],
    ]


def test_what_is_used_most_and_what_by_nobody(run: Run, registry: Registry, authored: Authored) -> None:
    used, unused = run("list", "--team", registry.world.team.slug, "--days", "1").split("\n\n")
    (row,) = rows(used)[1:]
    assert (row[0], row[2]) == (f"{registry.world.team.slug}/{authored.slug}", "43")
    assert unused == "", "all of them are younger than a day"


def test_scores_of_two_versions_side_by_side(run: Run, registry: Registry, authored: Authored) -> None:
    http = registry.world.http(registry.key)
    for version, stars, right in ((1, (3, 4, 5), (True, False)), (2, (7, 8, 9), (True, True))):
        scores: list[dict[str, Any]] = [{"name": "stars", "value": one} for one in stars]
        scores += [{"name": "right", "value": one} for one in right]
        scores += [{"name": "tone", "value": "kind"}]
        path = f"/v1/prompts/{authored.id}/versions/{version}/scores"
        assert http.post(path, json={"scores": scores}).is_success
    eventually(lambda: "stars" in run("scores", authored.slug, "1"))
    head, truths, numbers, words = rows(run("scores", authored.slug, "1", "2"))
    assert head[2:4] == ["VERSION 1", "VERSION 2"]
    assert truths[2:] == ["50% of 2", "100% of 2", "+0.5 (error 0.5, may be chance)"]
    assert numbers[2:] == ["4 ± 1 of 3", "8 ± 1 of 3", "+4 (error 0.82)"]
    assert words[2:] == ["kind 100%", "kind 100%", ""]
