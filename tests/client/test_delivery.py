"""A prompt on its way from the real server into this process."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import perf_counter

import pytest

from gotemplate import ExecError
from promptwire import AmbiguousSlugError, NotFoundError, Prompt, Promptwire, UnauthorizedError
from support.faults import Proxy
from support.registry import Registry
from support.server import ServerProcess
from support.waiting import eventually


def test_a_prompt_says_what_it_is(pw: Promptwire, registry: Registry) -> None:
    authored = registry.prompt("Hi {{.name}}", "Hello {{.name}}!")
    authored.label("production", 2)
    authored.label("beta", 2)
    prompt = pw.get(authored.slug)
    assert prompt.slug == authored.slug
    assert prompt.team == registry.world.team.slug
    assert prompt.text == "Hello {{.name}}!"
    assert (prompt.version, prompt.status, prompt.kind) == (2, "live", "text")
    assert prompt.labels == ("beta", "production")
    assert len(prompt.content_hash) == 64
    assert (prompt.source, prompt.withdrawn) == ("server", False)
    assert 0 <= prompt.age < 5
    assert prompt.render({"name": "Ada"}) == "Hello Ada!"


def test_live_is_served_unless_a_label_or_a_version_is_named(pw: Promptwire, registry: Registry) -> None:
    authored = registry.prompt("one", "two", "three")
    authored.promote(2)
    authored.label("production", 3)
    slug = authored.slug
    assert pw.render(slug) == "two"
    assert pw.render(slug, label="live") == "two"
    assert pw.render(slug, label="production") == "three"
    assert pw.render(slug, version=1) == "one"


def test_the_variables_are_one_mapping_so_any_name_will_do(pw: Promptwire, registry: Registry) -> None:
    authored = registry.prompt("{{.label}} {{.version}} {{.slug}}")
    assert pw.render(authored.slug, {"label": "l", "version": 7, "slug": "s"}) == "l 7 s"


def test_a_missing_variable_raises_and_names_it(pw: Promptwire, registry: Registry) -> None:
    authored = registry.prompt("Hello {{.name}}!")
    with pytest.raises(ExecError, match="name"):
        pw.render(authored.slug, {"nom": "Ada"})


def test_a_value_is_never_read_as_template_text(pw: Promptwire, registry: Registry) -> None:
    authored = registry.prompt("{{.a}} {{.b}}")
    assert pw.render(authored.slug, {"a": "{{.b}}", "b": "<b>"}) == "{{.b}} <b>"


def test_a_second_read_asks_nobody_and_gives_the_same_object(proxy: Proxy, registry: Registry) -> None:
    authored = registry.prompt("Hello")
    with Promptwire(url=proxy.url, api_key=registry.key, refresh=60) as pw:
        first = pw.get(authored.slug)
        assert all(pw.get(authored.slug) is first for _ in range(1000))
        assert proxy.asked == 1


def test_a_change_arrives_behind_the_readers_back(pw: Promptwire, registry: Registry) -> None:
    authored = registry.prompt("one")
    authored.label("production", 1)
    assert pw.render(authored.slug, label="production") == "one"
    held = pw.get(authored.slug, label="production")
    authored.add("two")
    authored.label("production", 2)
    longest = 0.0

    def arrived() -> bool:
        nonlocal longest
        began = perf_counter()
        text = pw.render(authored.slug, label="production")
        longest = max(longest, perf_counter() - began)
        return text == "two"

    eventually(arrived)
    assert held.render() == "one"
    assert longest < 0.5


def test_what_did_not_change_travels_once(pw: Promptwire, proxy: Proxy, registry: Registry) -> None:
    authored = registry.prompt("Hello " * 1000)
    prompt = pw.get(authored.slug)
    eventually(lambda: len(proxy.requests) > 5)
    asked = [one for one in proxy.requests if one.startswith(b"POST /v1/sync")]
    assert b'{"cursor":' in asked[-1]
    assert b"".join(proxy.answers).count(b"Hello Hello") == 1000 - 500
    assert all(len(answer) <= 600 for answer in proxy.answers[-3:])
    assert pw.get(authored.slug) is prompt
    assert prompt.age < 1


def test_what_is_not_there_is_named(pw: Promptwire, registry: Registry) -> None:
    authored = registry.prompt("one")
    empty = registry.prompt()
    for name, label, version, words in (
        ("nobody", None, None, "there is no prompt 'nobody'"),
        (authored.slug, "beta", None, "has no version with the label 'beta'"),
        (authored.slug, "a b/ü&c", None, "has no version with the label 'a b/ü&c'"),
        (authored.slug, None, 9, "has no version 9"),
        (empty.slug, None, None, "has no live version"),
        (empty.slug, "live", None, "has no live version"),
    ):
        with pytest.raises(NotFoundError) as caught:
            pw.get(name, label=label, version=version)
        assert words in str(caught.value)


def test_a_slug_of_several_teams_is_not_guessed(pw: Promptwire, registry: Registry) -> None:
    here, there = registry.world.team, registry.new_team()
    mine = registry.prompt("mine")
    registry.prompt("theirs", team=there, name=mine.slug)
    with pytest.raises(AmbiguousSlugError) as caught:
        pw.get(mine.slug)
    assert sorted(caught.value.candidates) == sorted(f"{team.slug}/{mine.slug}" for team in (here, there))
    assert pw.render(f"{here.slug}/{mine.slug}") == "mine"
    assert pw.render(f"{there.slug}/{mine.slug}") == "theirs"


def test_a_wrong_key_and_none_are_told_apart(server: ServerProcess) -> None:
    for key, words in (("ak_wrong", "does not accept the API key"), (None, "asks for an API key")):
        with Promptwire(url=server.url, api_key=key) as pw, pytest.raises(UnauthorizedError) as caught:
            pw.get("greeting")
        assert words in str(caught.value)


def test_the_environment_says_where_and_who(
    server: ServerProcess, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    authored = registry.prompt("Hello")
    monkeypatch.setenv("PROMPTWIRE_URL", server.url + "/")
    monkeypatch.setenv("PROMPTWIRE_API_KEY", registry.key)
    with Promptwire() as pw:
        assert pw.render(authored.slug) == "Hello"


def test_many_threads_that_want_one_prompt_send_one_request(proxy: Proxy, registry: Registry) -> None:
    authored = registry.prompt("Hello")
    together = Barrier(50)

    def read(_: int) -> Prompt:
        together.wait()
        return pw.get(authored.slug)

    with Promptwire(url=proxy.url, api_key=registry.key, refresh=60) as pw, ThreadPoolExecutor(50) as threads:
        prompts = list(threads.map(read, range(50)))
    assert proxy.asked == 1
    assert len({id(prompt) for prompt in prompts}) == 1
