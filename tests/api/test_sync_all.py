"""`GET /v1/sync` tells what changed of everything that a credential may see (docs/reference/delivery.md)."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest

from promptwire.wire.sync import Asked
from support.follower import Mirror, changed
from support.registry import Authored, Registry
from support.world import World

Step = Callable[[Authored], None]


@pytest.fixture
def registry(world: World) -> Registry:
    """An author in an organization of the test's own, and a key that reads."""
    return Registry(world)


def named(registry: Registry, prompt: Authored, label: str | None = None) -> Asked:
    return Asked(f"{registry.world.team.slug}/{prompt.slug}", label)


def test_the_first_answer_has_every_live_version_and_every_label(registry: Registry) -> None:
    prompt, other = registry.prompt("a", "b"), registry.prompt("x")
    prompt.label("prod", 1)
    registry.prompt()
    registry.prompt(name=prompt.slug, team=registry.new_team())
    mirror = Mirror(registry.world.http(registry.key))
    answer = mirror.sync()
    assert answer.reset
    assert mirror.means == {
        named(registry, prompt): (2, "b"),
        named(registry, prompt, "prod"): (1, "a"),
        named(registry, other): (1, "x"),
    }


# What is done to a prompt with two versions, the second live and the first `prod`; which of its names are spoken of.
STEPS: list[tuple[str, list[Step], set[str | None]]] = [
    ("nothing", [], set()),
    ("another version is promoted", [lambda one: one.promote(1)], {None, "prod"}),
    ("a new label", [lambda one: one.label("qa", 1)], {"qa", "prod"}),
    ("the label is removed", [lambda one: one.unlabel("prod")], {"prod"}),
    ("nothing is live", [lambda one: one.demote(2)], {None}),
    ("a draft that no name means", [lambda one: one.add("c")], set()),
    ("a description", [lambda one: one.describe("c")], set()),
]


@pytest.mark.parametrize(("steps", "expected"), [step[1:] for step in STEPS], ids=[step[0] for step in STEPS])
def test_what_changed_is_told(registry: Registry, steps: list[Step], expected: set[str | None]) -> None:
    prompt = registry.prompt("a", "b")
    prompt.label("prod", 1)
    registry.prompt("x")
    mirror = Mirror(registry.world.http(registry.key))
    mirror.sync()
    for step in steps:
        step(prompt)
    assert changed(mirror.sync()) == sorted((named(registry, prompt, label) for label in expected), key=repr)
    assert mirror.means == mirror.everything()


def test_a_prompt_that_moves_has_other_names(registry: Registry) -> None:
    prompt, team = registry.prompt("a"), registry.new_team()
    prompt.label("prod", 1)
    mirror = Mirror(registry.world.http(registry.key))
    mirror.sync()
    prompt.move(team)
    answer = mirror.sync()
    assert [one.asked for one in answer.gone] == [named(registry, prompt)]
    assert {one.asked.prompt for one in answer.prompts} == {f"{team.slug}/{prompt.slug}"}
    assert mirror.means == mirror.everything()


def test_a_prompt_that_leaves_what_is_seen_is_gone_with_all_its_names(registry: Registry) -> None:
    prompt = registry.prompt("a", "b")
    prompt.label("prod", 1)
    limited = registry.world.key("read_render", teams=(registry.world.team.id,))
    mirror = Mirror(registry.world.http(limited))
    mirror.sync()
    prompt.move(registry.new_team())
    answer = mirror.sync()
    assert [(one.asked, one.reason) for one in answer.gone] == [(named(registry, prompt), "prompt_not_found")]
    assert mirror.means == {}


def test_it_is_answered_304_while_nothing_that_is_seen_changes(registry: Registry) -> None:
    prompt, elsewhere = registry.prompt("a", "b"), registry.prompt("a", "b", team=registry.new_team())
    http = registry.world.http(registry.world.key("read_render", teams=(registry.world.team.id,)))
    first = http.get("/v1/sync")
    assert first.headers["cache-control"] == "private, no-cache"
    assert first.headers["vary"] == "Authorization"
    known = {"If-None-Match": first.headers["etag"]}
    elsewhere.promote(1)
    prompt.describe("x")
    for tags in (known, {"If-None-Match": f'"x", W/{first.headers["etag"]}'}):
        again = http.get("/v1/sync", headers=tags)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    cursor = {"cursor": first.json()["cursor"]}
    assert http.get("/v1/sync", params=cursor, headers=known).status_code == 200, "another question, another tag"
    prompt.promote(1)
    assert http.get("/v1/sync", headers=known).status_code == 200


def test_many_prompts_come_in_parts_and_none_is_missed(registry: Registry) -> None:
    text = uuid4().hex * 8_000  # a quarter of a megabyte each
    prompts = [registry.prompt(text + str(at)) for at in range(60)]
    mirror = Mirror(registry.world.http(registry.key))
    mirror.sync()
    assert mirror.pages > 1
    assert set(mirror.means) == {named(registry, prompt) for prompt in prompts}
    for prompt in prompts:
        prompt.add(text)
        prompt.promote(2)
    mirror.sync()
    assert mirror.means == mirror.everything()
    assert set(mirror.means.values()) == {(2, text)}


def test_nothing_of_a_stranger_is_told(registry: Registry, world: World) -> None:
    registry.prompt("a")
    foreign = Registry(World(world.server, world.store))
    mirror = Mirror(world.http(foreign.key))
    assert changed(mirror.sync()) == []
    assert changed(Mirror(world.person().http).sync()) == []
    foreign.world.close()
