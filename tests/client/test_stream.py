"""The stream of the real server, and what happens to it on the way."""

from __future__ import annotations

from time import monotonic

import pytest

from promptwire import Promptwire
from support.connect import Connect
from support.faults import Proxy
from support.registry import Authored, Registry
from support.waiting import eventually


@pytest.fixture
def authored(registry: Registry) -> Authored:
    return registry.prompt("one")


@pytest.fixture
def listening(connect: Connect, authored: Authored) -> Promptwire:
    """A client that is told of changes, and would not look for them in time."""
    pw = connect(refresh=30, max_stale=120, cache_dir=False)
    pw.get(authored.slug)
    eventually(lambda: pw.status().connected)
    return pw


def test_a_change_arrives_in_well_under_a_second(listening: Promptwire, authored: Authored) -> None:
    authored.add("two")
    began = monotonic()
    authored.promote(2)
    eventually(lambda: listening.render(authored.slug) == "two", 2)
    assert monotonic() - began < 1


def test_nothing_is_asked_while_nothing_of_ours_changes(
    listening: Promptwire, proxy: Proxy, registry: Registry, authored: Authored
) -> None:
    asked = proxy.asked
    other = registry.prompt("other")
    other.label("beta", 1)
    authored.label("beta", 1)
    eventually(lambda: listening.get(authored.slug).labels == ("beta",))
    assert proxy.asked == asked + 1


def test_a_stream_that_is_cut_is_opened_again_and_nothing_is_missed(
    listening: Promptwire, proxy: Proxy, authored: Authored
) -> None:
    proxy.refuses = True
    proxy.drop_connections()
    eventually(lambda: not listening.status().connected)
    authored.add("two")
    authored.promote(2)
    assert listening.render(authored.slug) == "one"
    proxy.refuses = False
    eventually(lambda: listening.render(authored.slug) == "two")
    eventually(lambda: listening.status().connected)


def test_a_stream_that_falls_silent_makes_copies_say_that_they_are_stale(
    connect: Connect, proxy: Proxy, authored: Authored
) -> None:
    pw = connect(refresh=0.1, max_stale=0.6, timeout=0.2, cache_dir=False)
    pw.get(authored.slug)
    eventually(lambda: pw.status().connected)
    proxy.hangs = proxy.mutes = True  # nothing gets through any more, and nobody says so
    oldest = 0.0

    def stale() -> bool:
        nonlocal oldest
        prompt = pw.get(authored.slug)
        age, says_so = prompt.age, prompt.stale
        oldest = max(oldest, 0.0 if says_so else age)
        return says_so

    eventually(stale)
    assert oldest <= 0.6
    assert pw.status().state == "stale"
    assert "which is older than max_stale" in str(pw.explain(authored.slug))
    proxy.hangs = proxy.mutes = False
    eventually(lambda: not pw.get(authored.slug).stale)


def test_a_revoked_key_is_noticed_at_once(listening: Promptwire, registry: Registry, authored: Authored) -> None:
    registry.revoke_key()
    eventually(lambda: listening.get(authored.slug).withdrawn, 2)
    assert "does not accept the API key" in str(listening.explain(authored.slug))


def test_a_key_that_may_see_less_loses_what_it_sees_no_more(
    listening: Promptwire, registry: Registry, authored: Authored
) -> None:
    registry.narrow_key(registry.new_team())
    eventually(lambda: listening.get(authored.slug).withdrawn, 5)
    assert listening.render(authored.slug) == "one"
    assert "there is no prompt" in str(listening.explain(authored.slug))
    registry.widen_key()
    eventually(lambda: not listening.get(authored.slug).withdrawn, 5)
