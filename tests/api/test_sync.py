"""`POST /v1/sync` tells a process what changed of what it uses, and nothing else (docs/reference/delivery.md)."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest

from promptwire.wire.sync import Asked, SyncRequest
from support.follower import Follower, Mirror, changed, reasons
from support.registry import Authored, Registry
from support.world import World

Step = Callable[[Authored], None]

LIVE, PROD, THREE = "live", "prod", "3"


@pytest.fixture
def registry(world: World) -> Registry:
    """An author in an organization of the test's own, and a key that reads."""
    return Registry(world)


def names(prompt: Authored) -> dict[str, Asked]:
    return {
        LIVE: Asked(prompt.slug),
        PROD: Asked(prompt.slug, "prod"),
        THREE: Asked(prompt.slug, version=3),
    }


def follower(registry: Registry, *prompts: Authored) -> Follower:
    """Follow every name of some prompts."""
    asked = [one for prompt in prompts for one in names(prompt).values()]
    return Follower(registry.world.http(registry.key), *asked)


# What is done to a prompt with two versions, the second live and the first `prod`; which names change; how many texts
# are sent.
STEPS: list[tuple[str, list[Step], set[str], int]] = [
    ("nothing", [], set(), 0),
    ("another version is promoted", [lambda one: one.promote(1)], {LIVE, PROD}, 0),
    ("the label moves to the live version", [lambda one: one.label("prod", 2)], {LIVE, PROD}, 0),
    (
        "the label moves to a new version",
        [lambda one: one.add("c"), lambda one: one.label("prod", 3)],
        {PROD, THREE},
        1,
    ),
    ("the label is removed", [lambda one: one.unlabel("prod")], {PROD}, 0),
    ("nothing is live", [lambda one: one.demote(2)], {LIVE}, 0),
    ("a label nobody uses is set on a version that is used", [lambda one: one.label("qa", 2)], {LIVE}, 0),
    ("a version nobody uses comes", [lambda one: one.add("c"), lambda one: one.add("d")], {THREE}, 1),
    ("a label comes and goes", [lambda one: one.label("qa", 2), lambda one: one.unlabel("qa")], {LIVE}, 0),
    ("a version is archived", [lambda one: one.archive(1)], {PROD}, 0),
    ("a prompt is described", [lambda one: one.describe("x")], set(), 0),
    ("a prompt is archived", [lambda one: one.archive()], set(), 0),
]


@pytest.mark.parametrize(("steps", "expected", "texts"), [step[1:] for step in STEPS], ids=[step[0] for step in STEPS])
def test_what_changed_is_told_and_nothing_else(
    registry: Registry, steps: list[Step], expected: set[str], texts: int
) -> None:
    prompt, other = registry.prompt("a", "b"), registry.prompt("x")
    prompt.label("prod", 1)
    process = follower(registry, prompt, other)
    process.sync()
    for step in steps:
        step(prompt)
    answer = process.sync()
    called = names(prompt)
    assert changed(answer) == sorted((called[name] for name in expected), key=repr)
    assert (len(answer.contents), answer.reset, answer.more) == (texts, False, False)
    assert process.means == process.truth()


def test_the_first_answer_has_everything_and_says_why_the_rest_is_missing(registry: Registry) -> None:
    prompt = registry.prompt("a", "b")
    prompt.label("prod", 2)
    draft = registry.prompt()
    process = follower(registry, prompt, draft)
    process.asked.append(Asked("unknown"))
    answer = process.sync()
    assert answer.reset
    assert process.means == process.truth()
    assert len(answer.contents) == 1, "two names of one version have one text"
    assert reasons(answer.gone) == {
        names(prompt)[THREE]: "version_not_found",
        names(draft)[LIVE]: "no_live_version",
        names(draft)[PROD]: "version_not_found",
        names(draft)[THREE]: "version_not_found",
        Asked("unknown"): "prompt_not_found",
    }


def test_an_answer_without_changes_is_short_and_says_the_same_cursor(registry: Registry) -> None:
    process = follower(registry, *(registry.prompt("a") for _ in range(5)))
    first = process.sync()
    for by_memory in (False, True, True):
        answer = process.sync(by_memory=by_memory)
        assert answer.cursor == first.cursor
        assert len(process.body) <= 300
        assert changed(answer) == []


def test_live_by_label_is_the_live_version(registry: Registry) -> None:
    prompt = registry.prompt("a", "b")
    process = Follower(registry.world.http(registry.key), Asked(prompt.slug, "live"), Asked(prompt.slug))
    process.sync()
    prompt.promote(1)
    answer = process.sync()
    assert changed(answer) == sorted(process.asked, key=repr)
    assert process.means == process.truth()


def test_a_draft_that_is_edited_is_sent_again(registry: Registry) -> None:
    prompt = registry.prompt("a", "b")
    prompt.add("c")
    process = follower(registry, prompt)
    process.sync()
    prompt.edit(3, "C")
    answer = process.sync()
    assert changed(answer) == [names(prompt)[THREE]]
    assert process.means == process.truth()


def test_names_are_added_without_sending_the_rest_again(registry: Registry) -> None:
    prompt, other = registry.prompt("a", "b"), registry.prompt("x")
    process = Follower(registry.world.http(registry.key), Asked(prompt.slug))
    process.sync()
    answer = process.add(Asked(other.slug), Asked(prompt.slug, version=2), Asked("unknown"))
    assert changed(answer) == sorted([Asked(other.slug), Asked(prompt.slug, version=2), Asked("unknown")], key=repr)
    assert len(answer.contents) == 1, "the live version of the first is known already"
    assert not answer.reset
    other.add("y")
    other.promote(2)
    assert changed(process.sync(by_memory=True)) == [Asked(other.slug)]
    assert process.means == process.truth()


def test_contents_that_the_process_has_are_not_sent(registry: Registry) -> None:
    prompt = registry.prompt("a", "b")
    process = follower(registry, prompt)
    (content_hash,) = process.sync().contents
    process.cursor = None
    answer = process.sync(have=[content_hash])
    assert (answer.contents, answer.reset) == ({}, True)
    assert process.means == process.truth()


def test_a_slug_that_several_teams_have_is_ambiguous_until_one_is_named(registry: Registry) -> None:
    prompt = registry.prompt("a")
    process = Follower(
        registry.world.http(registry.key),
        Asked(prompt.slug),
        Asked(f"{registry.world.team.slug}/{prompt.slug}"),
        Asked(f"{registry.world.team.id}/{prompt.slug}"),
    )
    team = registry.new_team()
    process.sync()
    registry.prompt("b", team=team, name=prompt.slug)
    answer = process.sync()
    (gone,) = answer.gone
    assert (gone.asked, gone.reason) == (Asked(prompt.slug), "ambiguous_slug")
    assert gone.candidates == tuple(sorted(f"{one.slug}/{prompt.slug}" for one in (registry.world.team, team)))
    assert process.means == process.truth()


def test_a_prompt_that_moves_is_followed_by_who_sees_both_teams_and_gone_for_others(registry: Registry) -> None:
    prompt = registry.prompt("a")
    team = registry.new_team()
    limited = registry.world.key("read_render", teams=(registry.world.team.id,))
    everywhere = Follower(registry.world.http(registry.key), Asked(prompt.slug))
    here = Follower(registry.world.http(limited), Asked(prompt.slug))
    for process in (everywhere, here):
        process.sync()
    prompt.move(team)
    for process in (everywhere, here):
        answer = process.sync()
        assert (len(changed(answer)), answer.reset) == (1, False)
        assert process.means == process.truth()
    assert here.means == {Asked(prompt.slug): "prompt_not_found"}


def test_a_person_follows_the_prompts_of_their_teams(registry: Registry) -> None:
    prompt = registry.prompt("a", "b")
    reader = registry.world.person(team_role="viewer")
    process = Follower(reader.http, Asked(prompt.slug))
    process.sync()
    prompt.promote(1)
    assert changed(process.sync()) == [Asked(prompt.slug)]
    assert process.means == process.truth()


def test_a_key_that_is_narrowed_gets_everything_anew(registry: Registry) -> None:
    prompt, elsewhere = registry.prompt("a"), registry.prompt("b", team=registry.new_team())
    process = follower(registry, prompt, elsewhere)
    process.sync()
    registry.limit_key(registry.world.team)
    answer = process.sync()
    assert answer.reset
    assert process.means == process.truth()
    assert process.means[Asked(elsewhere.slug)] == "prompt_not_found"


def test_a_key_that_is_limited_to_labels_is_told_of_no_other(registry: Registry) -> None:
    prompt = registry.prompt("a", "b")
    prompt.label("prod", 1)
    key = registry.key_that_reads("prod")
    asked = [*names(prompt).values(), Asked(prompt.slug, "qa"), Asked(prompt.slug, version=1)]
    process, mirror = Follower(registry.world.http(key), *asked), Mirror(registry.world.http(key))
    mirror.sync()
    process.sync()
    assert process.means == process.truth()
    assert set(process.means.values()) == {"forbidden", "version_not_found", (1, "a")}
    assert [one.label for one in mirror.means] == ["prod"]
    prompt.label("qa", 2)
    prompt.demote(2)
    assert changed(process.sync()) == []
    assert changed(mirror.sync()) == []
    prompt.label("prod", 2)
    expected = [Asked(prompt.slug, "prod"), Asked(prompt.slug, version=1)]
    assert changed(process.sync()) == sorted(expected, key=repr)
    process.add(Asked(prompt.slug, version=2))
    assert process.means == process.truth()
    prompt.label("prod", 1)
    process.sync()
    mirror.sync()
    assert process.means == process.truth()
    assert mirror.means == mirror.everything()


def test_a_key_that_ends_is_refused(registry: Registry) -> None:
    process = follower(registry, registry.prompt("a"))
    process.sync()
    registry.revoke_key()
    answer = process.http.post("/v1/sync", json=SyncRequest(cursor=process.cursor, prompts=process.asked).as_json())
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


def test_other_names_than_the_cursor_was_given_for_get_everything_anew(registry: Registry) -> None:
    prompt = registry.prompt("a")
    process = follower(registry, prompt)
    process.sync()
    process.asked.pop()
    answer = process.sync()
    assert answer.reset
    assert set(changed(answer)) == set(process.asked)


def test_a_cursor_that_means_nothing_gets_everything_anew(registry: Registry) -> None:
    process = follower(registry, registry.prompt("a"))
    for cursor in ("", "x", "é", "A" * 64, "=" * 64, "A" * 10_000):
        process.cursor = cursor
        assert process.sync().reset, cursor
        assert process.means == process.truth()


def test_the_cursor_of_somebody_else_gets_everything_anew(registry: Registry) -> None:
    prompt = registry.prompt("a")
    limited = registry.world.key("read_render", teams=(registry.world.team.id,))
    one, other = follower(registry, prompt), follower(registry, prompt)
    other.http = registry.world.http(limited)
    one.sync()
    other.cursor = one.cursor
    assert other.sync().reset


def test_a_server_that_does_not_know_the_names_of_a_cursor_asks_for_them(registry: Registry) -> None:
    process = follower(registry, registry.prompt("a"))
    for cursor in ("x", "A" * 64):
        answer = process.http.post("/v1/sync", json={"cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (409, "prompts_needed")
        assert answer.json()["error"] == (
            "this server does not remember what the cursor was given for: send prompts with it"
        )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "prompts is required without a cursor"),
        ({"prompts": [{"prompt": "a"}, {"prompt": ""}]}, "prompts[1]: prompt must be a slug or team/slug"),
        ({"prompts": [{"prompt": "a/b/c"}]}, "prompts[0]: prompt must be a slug or team/slug"),
        ({"prompts": [{"prompt": "/a"}]}, "prompts[0]: prompt must be a slug or team/slug"),
        (
            {"prompts": [], "add": [{"prompt": "a", "label": "x", "version": 1}]},
            "add[0]: give label or version, not both",
        ),
        ({"prompts": [{"prompt": "a", "label": ""}]}, "prompts[0]: label must not be empty"),
        ({"prompts": [{"prompt": "a", "version": 0}]}, "prompts[0]: version must be a number from 1 up"),
        ({"prompts": [{"prompt": "a"}] * 20_001}, "at most 20000 names, and as many hashes, may be sent at once"),
        ({"prompts": [], "have": ["a"] * 20_001}, "at most 20000 names, and as many hashes, may be sent at once"),
    ],
)
def test_a_request_that_cannot_be_right_says_what_is_wrong(registry: Registry, body: object, words: str) -> None:
    answer = registry.world.http(registry.key).post("/v1/sync", json=body)
    assert (answer.status_code, answer.json()["error"]) == (400, words)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('{"prompts": [{"prompt": 1}]}', "Expected `str`, got `int` - at `$.prompts[0].prompt`"),
        ("[]", "Expected `object`, got `array`"),
        ('{"prompts": ', "Input data was truncated"),
        ('{"prompts": [{"prompt": "\\ud800"}]}', "Input data was truncated"),
        ("", "the body is empty"),
    ],
)
def test_a_body_that_is_no_request_says_why(registry: Registry, body: str, reason: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = registry.world.http(registry.key).post("/v1/sync", content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid request body")
    assert answer.json()["details"]["reason"].startswith(reason)


def test_names_that_no_store_holds_mean_nothing(registry: Registry) -> None:
    asked = [Asked("a\0b"), Asked("grüße 😀"), Asked("%2F"), Asked("a", "\0"), Asked("a/b", "x" * 500)]
    process = Follower(registry.world.http(registry.key), *asked)
    assert set(reasons(process.sync().gone).values()) == {"prompt_not_found"}


def test_nothing_of_a_foreign_prompt_is_told(registry: Registry, world: World) -> None:
    foreign = Registry(World(world.server, world.store))
    prompt = foreign.prompt("a", "b")
    process = follower(registry, prompt)
    first = process.sync()
    prompt.promote(1)
    assert set(process.means.values()) == {"prompt_not_found"}
    assert process.sync().cursor == first.cursor
    foreign.world.close()


def test_a_set_that_is_large_comes_in_parts_and_misses_nothing(registry: Registry) -> None:
    text = uuid4().hex * 8_000  # a quarter of a megabyte each
    prompts = [registry.prompt(text + str(at)) for at in range(60)]
    process = Follower(registry.world.http(registry.key), *(Asked(prompt.slug) for prompt in prompts))
    first = process.ask(SyncRequest(prompts=process.asked))
    assert (first.reset, first.more) == (True, True)
    for prompt in (prompts[0], prompts[-1]):
        prompt.add("new")
        prompt.promote(2)
    process.sync()
    answer = process.sync()
    assert not answer.reset
    assert process.means == process.truth()
    for prompt in prompts:
        prompt.add(text)
        prompt.promote(3 if prompt in (prompts[0], prompts[-1]) else 2)
    assert len(process.sync().contents) <= 60
    assert process.means == process.truth()


def test_ten_thousand_prompts_cost_one_short_request_and_one_change_one_prompt(registry: Registry) -> None:
    slugs = registry.many_prompts(10_000)
    process = Follower(registry.world.http(registry.key), *map(Asked, slugs))
    process.sync()
    assert set(process.means.values()) == {(1, "Hello {{.name}}")}
    assert len(process.means) == 10_000
    process.requests = 0
    process.sync(by_memory=True)
    assert (process.requests, len(process.body) <= 300) == (1, True)
    registry.author.http.post(f"/v1/prompts/{registry.id_of(slugs[7])}/versions/1/archive").raise_for_status()
    answer = process.sync(by_memory=True)
    assert (process.requests, changed(answer)) == (2, [Asked(slugs[7])])
