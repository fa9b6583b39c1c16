"""The in-memory server, asked the same as the real one: what tests see must be what production does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Protocol
from uuid import uuid4

import pytest

from promptwire import AmbiguousSlugError, NotFoundError, Promptwire, PromptwireError, UnauthorizedError
from promptwire.testing import InMemoryServer
from promptwire.wire.sync import Asked, SyncAnswer
from support.registry import Authored, Registry
from support.waiting import eventually


class Place(Protocol):
    """A server with one prompt, whose author does the same on both."""

    slug: str

    def add(self, template: str) -> None:
        """Add a version, and make it live."""

    def label(self, label: str, version: int) -> None: ...
    def unlabel(self, label: str) -> None: ...
    def demote(self, version: int) -> None: ...
    def refuse_key(self) -> None: ...
    def client(self) -> Promptwire: ...
    def sync(self, body: dict[str, Any]) -> tuple[int, Any]: ...


class Real:
    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._authored: Authored = registry.prompt("one")
        self._versions = 1
        self.slug = self._authored.slug
        self.label, self.unlabel, self.demote = self._authored.label, self._authored.unlabel, self._authored.demote
        self.refuse_key = registry.revoke_key

    def add(self, template: str) -> None:
        self._authored.add(template)
        self._versions += 1
        self._authored.promote(self._versions)

    def client(self) -> Promptwire:
        return Promptwire(
            url=self._registry.world.server.url, api_key=self._registry.key, refresh=0.05, cache_dir=False
        )

    def sync(self, body: dict[str, Any]) -> tuple[int, Any]:
        answer = self._registry.world.http(self._registry.key).post("/v1/sync", json=body)
        return answer.status_code, answer.json()


class InMemory:
    def __init__(self, server: InMemoryServer) -> None:
        self._server = server
        self.slug = "greeting"
        server.put(self.slug, "one")
        self.refuse_key = server.refuse_key

    def add(self, template: str) -> None:
        self._server.put(self.slug, template)

    def label(self, label: str, version: int) -> None:
        self._server.label(self.slug, label, version)

    def unlabel(self, label: str) -> None:
        self._server.label(self.slug, label, None)

    def demote(self, version: int) -> None:
        assert version
        self._server.live(self.slug, None)

    def client(self) -> Promptwire:
        return self._server.client(refresh=0.05)

    def sync(self, body: dict[str, Any]) -> tuple[int, Any]:
        import httpx  # noqa: PLC0415

        headers = {"Authorization": f"Bearer {self._server.api_key}"}
        answer = httpx.post(f"{self._server.url}/v1/sync", json=body, headers=headers)
        return answer.status_code, answer.json()


@pytest.fixture(params=["real", "in memory"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    if request.param == "real":
        yield Real(request.getfixturevalue("registry"))
        return
    with InMemoryServer() as server:
        yield InMemory(server)


def test_a_story_is_the_same_on_both(place: Place) -> None:
    slug = place.slug
    with place.client() as pw:
        assert pw.render(slug) == "one"
        place.add("two")
        eventually(lambda: pw.render(slug) == "two")
        place.label("prod", 1)
        assert pw.render(slug, label="prod") == "one"
        assert pw.get(slug, version=2).status == "live"
        place.unlabel("prod")
        eventually(lambda: pw.get(slug, label="prod").withdrawn)
        place.demote(2)
        eventually(lambda: pw.get(slug).withdrawn)
        place.refuse_key()
        eventually(lambda: pw.get(slug, version=2).withdrawn)


def words(call: Callable[[], object], place: Place) -> str:
    """The error of a call, without what differs by chance."""
    with pytest.raises(PromptwireError) as caught:
        call()
    text = re.sub(r"http://\S+", "URL", str(caught.value)).replace(place.slug, "SLUG")
    return f"{type(caught.value).__name__}: {text}"


def test_refusals_have_the_same_words(place: Place) -> None:
    with place.client() as pw:
        assert words(lambda: pw.get("nobody"), place) == (
            "NotFoundError: there is no prompt 'nobody' at URL that this API key may see"
        )
        assert words(lambda: pw.get(place.slug, label="beta"), place) == (
            "NotFoundError: prompt 'SLUG' has no version with the label 'beta'"
        )
        assert words(lambda: pw.get(place.slug, version=9), place) == "NotFoundError: prompt 'SLUG' has no version 9"
    place.refuse_key()
    with place.client() as pw:
        assert words(lambda: pw.get(place.slug), place) == (
            "UnauthorizedError: URL does not accept the API key: check PROMPTWIRE_API_KEY, or api_key (unauthorized)"
        )


def test_the_protocol_is_the_same_on_both(place: Place) -> None:
    asked = Asked(place.slug).as_json()
    status, first = place.sync({"cursor": None, "prompts": [asked]})
    answer = SyncAnswer.from_json(first)
    assert (status, answer.reset, answer.more, len(answer.prompts), len(answer.contents)) == (200, True, False, 1, 1)
    status, nothing = place.sync({"cursor": answer.cursor})
    unchanged = SyncAnswer.from_json(nothing)
    assert (unchanged.reset, unchanged.prompts, unchanged.contents, unchanged.gone) == (False, (), {}, ())
    place.label("beta", 1)
    changed = SyncAnswer.from_json(place.sync({"cursor": unchanged.cursor})[1])
    assert [found.labels for found in changed.prompts] == [("beta",)]
    more = SyncAnswer.from_json(place.sync({"cursor": changed.cursor, "add": [{"prompt": "nobody"}]})[1])
    assert [(gone.asked, gone.reason) for gone in more.gone] == [(Asked("nobody"), "prompt_not_found")]
    held = list(answer.contents)
    again = SyncAnswer.from_json(place.sync({"cursor": None, "prompts": [asked], "have": held})[1])
    assert (len(again.prompts), again.contents) == (1, {})
    assert place.sync({"cursor": "another", "prompts": [asked]})[1]["reset"] is True
    status, refusal = place.sync({"cursor": "another"})
    assert (status, refusal["code"]) == (409, "prompts_needed")


def test_reports_and_scores_are_taken_alike(place: Place) -> None:
    score_id = str(uuid4())
    with place.client() as pw:
        pw.render(place.slug)
        pw.score(pw.get(place.slug), "helpful", True, score_id=score_id)
        pw.score(place.slug, "helpful", False, version=1, score_id=score_id)
        pw.score(place.slug, "tone", "kind", label="live")
        assert pw.flush(10)
        assert (pw.status().scores_waiting, pw.status().scores_dropped) == (0, 0)
        pw.score(place.slug, "tone", "kind", label="none")
        pw.score("nobody", "tone", "kind")
        assert pw.flush(10)
        assert (pw.status().scores_waiting, pw.status().scores_dropped) == (0, 2)


def test_slugs_of_several_teams_are_not_guessed() -> None:
    with InMemoryServer() as server, server.client() as pw:
        server.put("a/greeting", "from a")
        server.put("b/greeting", "from b")
        with pytest.raises(AmbiguousSlugError) as caught:
            pw.get("greeting")
        assert caught.value.candidates == ("a/greeting", "b/greeting")
        assert pw.render("b/greeting") == "from b"


def test_what_can_go_wrong_can_be_made_to_go_wrong() -> None:
    with InMemoryServer() as server, server.client(refresh=0.02, timeout=0.2, grace=0) as pw:
        server.put("greeting", "one")
        server.put_chat("chat", [{"role": "user", "content": "Hi {{.name}}"}], model="gpt")
        assert pw.messages("chat", {"name": "Ada"}) == [{"role": "user", "content": "Hi Ada"}]
        assert pw.get("chat").model == "gpt"
        assert pw.render("greeting") == "one"
        server.hang()
        server.cut_streams()
        eventually(lambda: "gave no answer within 0.2 s" in (pw.status().trouble or ""), 40)
        server.recover()
        server.fail(503)
        eventually(lambda: "answered 503" in (pw.status().trouble or ""), 40)
        server.recover()
        eventually(lambda: pw.status().trouble is None, 40)  # pauses have grown to some seconds, perhaps
        server.purge("greeting", 1)
        eventually(lambda: pw.get("greeting", fallback="gone").source == "fallback")
        with pytest.raises(NotFoundError):
            pw.get("greeting")
        server.refuse_key()
        with pytest.raises(UnauthorizedError):
            pw.get("chat", version=1)
        assert "POST /v1/sync" in server.requests
        with pytest.raises(KeyError, match="there is no prompt 'nobody'"):
            server.label("nobody", "prod", 1)
