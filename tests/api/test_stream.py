"""`GET /v1/stream` says when something that a credential may see changed, and nothing about anything else."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from statistics import median
from time import monotonic

import httpx
import pytest

from promptwire.wire.stream import STREAM_PATH, EventReader
from promptwire.wire.sync import Asked
from support.events import Listening
from support.follower import Follower
from support.registry import Authored, Registry
from support.world import World


@pytest.fixture
def registry(world: World) -> Registry:
    """An author in an organization of the test's own, and a key that reads."""
    return Registry(world)


@pytest.fixture
def foreign(world: World) -> Iterator[Registry]:
    """Another organization."""
    other = Registry(World(world.server, world.store))
    yield other
    other.world.close()


def listen(registry: Registry, key: str | None = None, last_id: str = "") -> Listening:
    """Listen with a key, and take the first event."""
    listening = Listening(registry.world.http(key or registry.key), last_id)
    assert listening.next().name == "hello"
    return listening


def limited(registry: Registry) -> str:
    """Give a key that sees one team."""
    return registry.world.key("read_render", teams=(registry.world.team.id,))


def test_it_begins_with_hello_as_an_event_stream(registry: Registry) -> None:
    with Listening(registry.world.http(registry.key)) as listening:
        hello = listening.next()
        assert (hello.name, hello.data) == ("hello", {"heartbeat": 15, "resumed": False})
        assert hello.id
        assert listening.headers["content-type"].startswith("text/event-stream")
        assert listening.headers["cache-control"] == "no-store"
        assert listening.headers["x-request-id"]


@pytest.mark.parametrize(
    "act",
    [
        lambda one: one.promote(1),
        lambda one: one.demote(2),
        lambda one: one.label("prod", 1),
        lambda one: one.add("c"),
        lambda one: one.archive(1),
    ],
    ids=["promote", "demote", "label", "add", "archive"],
)
def test_a_change_is_told_to_who_sees_the_prompt(registry: Registry, act: Callable[[Authored], None]) -> None:
    prompt = registry.prompt("a", "b")
    with listen(registry) as everywhere, listen(registry, limited(registry)) as here:
        act(prompt)
        for listening in (everywhere, here):
            event = listening.next()
            assert event.name == "changed"
            assert event.slugs == {prompt.slug}


def test_nothing_is_told_of_what_one_does_not_see_or_use(registry: Registry, foreign: Registry) -> None:
    prompt, elsewhere = registry.prompt("a", "b"), registry.prompt("a", "b", team=registry.new_team())
    theirs = foreign.prompt("a", "b")
    with listen(registry, limited(registry)) as listening:
        theirs.promote(1)
        elsewhere.promote(1)
        registry.new_team()
        prompt.describe("what it is for")
        prompt.promote(1)
        assert listening.next().slugs == {prompt.slug}, "the first event is the first change that is seen"
        assert listening.is_silent()


def test_a_person_is_told_of_their_teams(registry: Registry) -> None:
    prompt, elsewhere = registry.prompt("a", "b"), registry.prompt("a", "b", team=registry.new_team())
    reader = registry.world.person(team_role="viewer")
    with Listening(reader.http) as listening:
        listening.next()
        elsewhere.promote(1)
        prompt.promote(1)
        assert listening.next().slugs == {prompt.slug}


def test_a_prompt_that_comes_or_goes_is_told(registry: Registry) -> None:
    team = registry.new_team()
    with listen(registry, limited(registry)) as listening:
        prompt = registry.prompt("a", team=team)
        prompt.move(registry.world.team)
        assert listening.next().slugs == {prompt.slug}
        prompt.move(team)
        assert listening.next().slugs == {prompt.slug}
        prompt.add("b")
        other = registry.prompt()
        assert listening.next().slugs == {other.slug}


def test_it_goes_on_where_an_event_or_a_sync_left_off(registry: Registry) -> None:
    prompt, other = registry.prompt("a", "b"), registry.prompt("a", "b")
    process = Follower(registry.world.http(registry.key), Asked(prompt.slug))
    process.sync()
    with listen(registry) as listening:
        pass
    prompt.promote(1)
    other.promote(1)
    assert process.cursor
    for last_id in (listening.last_id, process.cursor):
        with Listening(registry.world.http(registry.key), last_id) as again:
            assert again.next().data["resumed"] is True
            assert again.next().slugs == {prompt.slug, other.slug}
        with Listening(registry.world.http(registry.key), again.last_id) as once_more:
            assert once_more.next().data["resumed"] is True
            prompt.promote(2)
            assert once_more.next().slugs == {prompt.slug}
            prompt.promote(1)


def test_the_last_id_may_stand_in_the_query(registry: Registry) -> None:
    with listen(registry) as listening:
        pass
    http = registry.world.http(registry.key)
    http.params = {"last_event_id": listening.last_id}
    with Listening(http) as again:
        assert again.next().data["resumed"] is True


@pytest.mark.parametrize("last_id", ["x", "A" * 64, "%F0"])
def test_what_it_cannot_go_on_from_is_not_resumed(registry: Registry, last_id: str) -> None:
    with Listening(registry.world.http(registry.key), last_id) as listening:
        assert listening.next().data["resumed"] is False


def test_the_id_of_somebody_else_is_not_resumed(registry: Registry) -> None:
    with listen(registry) as listening:
        pass
    with Listening(registry.world.http(limited(registry)), listening.last_id) as other:
        assert other.next().data["resumed"] is False


def test_a_key_that_ends_ends_its_streams_and_no_others(registry: Registry) -> None:
    prompt = registry.prompt("a", "b")
    with listen(registry) as listening, listen(registry, limited(registry)) as other:
        registry.revoke_key()
        event = listening.next()
        assert (event.name, event.data) == ("closing", {"reason": "unauthorized"})
        assert listening.ended()
        prompt.promote(1)
        assert other.next().name == "changed"


def test_a_key_that_is_narrowed_is_told_to_sync_and_then_only_what_it_sees(registry: Registry) -> None:
    prompt, elsewhere = registry.prompt("a", "b"), registry.prompt("a", "b", team=registry.new_team())
    with listen(registry) as listening:
        registry.limit_key(registry.world.team)
        assert listening.next().name == "reset"
        elsewhere.promote(1)
        prompt.promote(1)
        assert listening.next().slugs == {prompt.slug}


def test_a_key_that_expires_ends_its_streams(registry: Registry) -> None:
    with listen(registry, registry.expiring_key(seconds=2)) as listening:
        assert listening.next(10).data == {"reason": "unauthorized"}
        assert listening.ended()


def test_a_person_who_leaves_a_team_is_told_to_sync_and_one_who_signs_out_is_not_served(registry: Registry) -> None:
    prompt = registry.prompt("a", "b")
    reader = registry.world.person(team_role="viewer")
    other = registry.world.http(registry.world.session(reader.user.id))
    with Listening(reader.http) as listening, Listening(other) as second:
        assert listening.next().name == second.next().name == "hello"
        assert reader.http.delete("/v1/auth/session").is_success
        assert listening.next().data == {"reason": "unauthorized"}
        registry.expel(reader.user.id)
        assert second.next().name == "reset"
        prompt.promote(1)
        assert other.get("/v1/me/teams").is_success
        assert second.is_silent()


def test_it_needs_a_credential(world: World) -> None:
    for token in (None, "ak_unknown"):
        answer = world.http(token).get("/v1/stream")
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


def test_head_is_answered_and_ends(registry: Registry) -> None:
    answer = registry.world.http(registry.key).head("/v1/stream")
    assert (answer.status_code, answer.content) == (200, b"")


def test_many_changes_at_once_lose_nothing(registry: Registry) -> None:
    prompts = [registry.prompt("a", "b") for _ in range(10)]
    with listen(registry) as listening:
        for _ in range(3):
            for prompt in prompts:
                prompt.label("prod", 1)
                prompt.unlabel("prod")
        told: set[str] = set()
        while told != {prompt.slug for prompt in prompts}:
            told |= listening.next().slugs


def test_who_does_not_read_slows_no_writer_and_no_other_listener(registry: Registry) -> None:
    """Twenty sockets with the smallest buffers there are, of which nothing is ever read."""
    prompt, url = registry.prompt("a", "b"), httpx.URL(registry.world.server.url)
    head = f"GET {STREAM_PATH} HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {registry.key}\r\n\r\n"
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            silent = stack.enter_context(socket.socket())
            silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            silent.connect((url.host, url.port))
            silent.sendall(head.encode())
        listening = stack.enter_context(listen(registry))
        took = []
        for at in range(150):
            began = monotonic()
            prompt.label("prod", 1 + at % 2)
            took.append(monotonic() - began)
            assert listening.next().name == "changed"
    assert median(took[-50:]) < 3 * median(took[:50]) + 0.02  # seconds: it does not get slower as they fall behind


def test_it_lasts_as_long_as_it_is_asked_to(registry: Registry) -> None:
    http = registry.world.http(registry.key)
    for seconds in ("0", "1"):
        answer = http.get("/v1/stream", params={"seconds": seconds})
        (hello, closing) = EventReader().feed(answer.content)
        assert (hello.name, closing.data) == ("hello", {"reason": "done"})


@pytest.mark.parametrize("seconds", ["-1", "3601", "x", "", "1.5", "٣", "9" * 5000])
def test_a_time_that_cannot_be_is_refused(registry: Registry, seconds: str) -> None:
    answer = registry.world.http(registry.key).get("/v1/stream", params={"seconds": seconds})
    assert (answer.status_code, answer.json()["error"]) == (400, "seconds must be a number from 0 to 3600")
