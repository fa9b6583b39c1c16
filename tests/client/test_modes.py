"""Without a thread; prefetch; changes that are told; more prompts than one would like."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from time import perf_counter

import pytest

from promptwire import NotFoundError, PromptChange, UnavailableError, VariablesError
from promptwire.client.shelf import Shelf
from promptwire.wire.snapshot import Snapshot, is_signed, seal, unseal
from support.connect import Connect
from support.faults import Proxy
from support.registry import Registry
from support.waiting import eventually


def test_without_a_thread_a_read_looks_for_changes_when_it_is_time(
    connect: Connect, proxy: Proxy, registry: Registry
) -> None:
    authored, other = registry.prompt("one"), registry.prompt("other")
    threads = threading.active_count()
    pw = connect(mode="none", refresh=0.1, report=False)
    assert pw.render(authored.slug) == "one"
    assert pw.render(other.slug) == "other"
    asked = proxy.asked
    for _ in range(20):
        pw.render(authored.slug)
    assert proxy.asked <= asked + 1
    authored.add("two")
    authored.promote(2)
    eventually(lambda: pw.render(authored.slug) == "two")
    assert threading.active_count() <= threads + 2  # the proxy's own
    assert all(head.startswith(b"POST /v1/sync") for head in proxy.requests)


def test_without_a_thread_a_server_that_hangs_costs_the_timeout_once(
    connect: Connect, proxy: Proxy, registry: Registry
) -> None:
    authored = registry.prompt("one")
    pw = connect(mode="none", refresh=0.05, timeout=0.3)
    pw.get(authored.slug)
    proxy.hangs = True
    eventually(lambda: pw.render(authored.slug) == "one" and pw.status().trouble is not None)
    times = []
    for _ in range(20):
        began = perf_counter()
        assert pw.render(authored.slug) == "one"
        times.append(perf_counter() - began)
    assert sorted(times)[15] < 0.01
    with pytest.raises(UnavailableError, match="next attempt"):
        pw.get("other")


def test_prefetch_brings_everything_in_one_request(connect: Connect, proxy: Proxy, registry: Registry) -> None:
    one, two = registry.prompt("one"), registry.prompt("two")
    one.label("production", 1)
    pw = connect(refresh=60)
    pw.prefetch(one.slug, two.slug, (one.slug, "production"), (two.slug, 1))
    assert proxy.asked <= 2  # the thread may have begun before the last name was there
    asked = proxy.asked
    assert [pw.render(one.slug), pw.render(two.slug, version=1), pw.render(one.slug, label="production")] == [
        "one",
        "two",
        "one",
    ]
    assert proxy.asked == asked


def test_prefetch_raises_only_for_what_cannot_be_had_at_all(connect: Connect, proxy: Proxy, registry: Registry) -> None:
    one = registry.prompt("one")
    with connect() as pw:
        with pytest.raises(NotFoundError, match="there is no prompt 'nobody'"):
            pw.prefetch(one.slug, "nobody")
        eventually(lambda: any(Path(pw.status().cache or "").glob("*.json")))
    proxy.hangs = True
    pw = connect(timeout=0.2)
    pw.prefetch(one.slug)
    assert pw.get(one.slug).source == "disk"
    with pytest.raises(UnavailableError):
        pw.prefetch(one.slug, "other")
    pw = connect(mode="none", timeout=0.2)
    pw.prefetch(one.slug)
    with pytest.raises(UnavailableError):
        pw.prefetch("other")


def test_changes_are_told_in_order_and_a_broken_callback_breaks_nothing(
    connect: Connect, registry: Registry, caplog: pytest.LogCaptureFixture
) -> None:
    authored = registry.prompt("one")
    pw = connect(refresh=0.05)
    told: list[PromptChange] = []

    def broken(change: PromptChange) -> None:
        raise ValueError(change.name)

    pw.on_change(broken)
    stop = pw.on_change(told.append)
    pw.get(authored.slug)
    eventually(lambda: len(told) == 1)
    for version in (2, 3):
        authored.add("more")
        authored.promote(version)
        eventually(lambda: told[-1].after is not None and told[-1].after.version == version)  # noqa: B023 (at once)
    authored.demote(3)
    eventually(lambda: told[-1].after is not None and told[-1].after.withdrawn)
    assert told[0].before is None
    assert "a callback of on_change failed" in caplog.text
    count = len(told)
    stop()
    authored.promote(1)
    eventually(lambda: not pw.get(authored.slug).withdrawn)
    assert len(told) == count


def test_what_is_withdrawn_without_grace_raises_or_falls_back(connect: Connect, registry: Registry) -> None:
    authored = registry.prompt("one")
    pw = connect(refresh=0.05, grace=0)
    assert pw.render(authored.slug) == "one"
    authored.demote(1)
    eventually(lambda: pw.render(authored.slug, fallback="fallback") == "fallback")
    with pytest.raises(NotFoundError, match="has no live version"):
        pw.get(authored.slug)
    assert "the server withdrew it" in str(pw.explain(authored.slug))
    authored.promote(1)
    eventually(lambda: pw.render(authored.slug, fallback="fallback") == "one")


def test_a_strict_client_names_unknown_variables(connect: Connect, registry: Registry) -> None:
    authored = registry.prompt("Hello {{.name}}{{if .plan}}, enjoy {{.plan}}{{end}}!")
    pw = connect(strict=True)
    assert pw.render(authored.slug, {"name": "Ada", "plan": ""}) == "Hello Ada!"
    for _ in range(4):
        with pytest.raises(VariablesError, match="does not know nom, pln") as caught:
            pw.render(authored.slug, {"name": "Ada", "pln": 1, "nom": 2})
    assert (caught.value.unknown, caught.value.missing) == (("nom", "pln"), ())


@pytest.fixture
def bundle(connect: Connect, registry: Registry, tmp_path: Path) -> tuple[str, Snapshot]:
    """A bundle of one prompt, as `promptwire bundle` writes it."""
    authored = registry.prompt("from the bundle")
    with connect(cache_dir=tmp_path / "source") as pw:
        pw.get(authored.slug)
        eventually(lambda: any((tmp_path / "source").glob("*/*.json")))
    (path,) = (tmp_path / "source").glob("*/*.json")
    return authored.slug, unseal(path.read_bytes())


@pytest.mark.parametrize("key", ["secret", None])
def test_a_bundle_serves_a_process_that_never_met_the_server(
    connect: Connect, proxy: Proxy, bundle: tuple[str, Snapshot], tmp_path: Path, key: str | None
) -> None:
    slug, snapshot = bundle
    path = tmp_path / "prompts.bundle"
    path.write_bytes(seal(snapshot, key))
    assert is_signed(path.read_bytes()) is (key is not None)
    proxy.hangs = True
    pw = connect(bundle=path, bundle_key=key, timeout=0.2)
    prompt = pw.get(slug)
    assert (prompt.source, prompt.render()) == ("bundle", "from the bundle")
    assert f"1 names, {'signed' if key else 'unsigned'}" in str(pw.explain(slug))
    proxy.hangs = False
    eventually(lambda: pw.get(slug).source == "server")


@pytest.mark.parametrize(
    ("written", "given", "words"),
    [
        ("secret", "other", "its signature is wrong"),
        (None, "secret", "it is not signed, and a key for its signature is given"),
    ],
)
def test_a_bundle_that_is_not_signed_as_it_should_be_is_refused(
    connect: Connect,
    nowhere: str,
    bundle: tuple[str, Snapshot],
    tmp_path: Path,
    written: str | None,
    given: str,
    words: str,
) -> None:
    slug, snapshot = bundle
    path = tmp_path / "prompts.bundle"
    path.write_bytes(seal(snapshot, written))
    pw = connect(url=nowhere, bundle=path, bundle_key=given)
    with pytest.raises(UnavailableError):
        pw.get(slug)
    assert words in str(pw.explain(slug))


def test_a_bundle_with_one_flipped_bit_is_refused(
    connect: Connect, nowhere: str, bundle: tuple[str, Snapshot], tmp_path: Path
) -> None:
    slug, snapshot = bundle
    path = tmp_path / "prompts.bundle"
    path.write_bytes(seal(snapshot, "secret").replace(b"from the", b"from dhe"))
    for key in ("secret", None):
        pw = connect(url=nowhere, bundle=path, bundle_key=key)
        with pytest.raises(UnavailableError):
            pw.get(slug)
        assert "refused" in (pw.status().bundle or "")
    assert "No such file" in (connect(bundle=tmp_path / "none").status().bundle or "")


@pytest.mark.parametrize("count", [500, pytest.param(10_000, marks=[pytest.mark.slow, pytest.mark.timeout(600)])])
def test_very_many_prompts_cost_one_request_and_three_hundred_bytes_and_a_change_one_prompt(
    connect: Connect, proxy: Proxy, registry: Registry, count: int
) -> None:
    one = registry.prompt("one")
    names = registry.many(count - 1)
    pw = connect(mode="poll", refresh=0.2, timeout=20, report=False)
    pw.prefetch(one.slug, *names, timeout=60)
    assert pw.status().prompts == count
    asked = proxy.asked
    eventually(lambda: proxy.asked > asked)
    proxy.answers.clear()
    eventually(lambda: proxy.asked > asked + 3)
    last = b"".join(proxy.answers).split(b"HTTP/1.1 200 OK")[2]
    body = last.partition(b"\r\n\r\n")[2]
    assert len(body) <= 300
    assert json.loads(body)["prompts"] == []
    proxy.answers.clear()
    one.add("two")
    one.promote(2)
    eventually(lambda: pw.render(one.slug) == "two")
    named = b"".join(proxy.answers).count(b'"asked"')
    assert 1 <= named <= 2  # once, or twice where adding and promoting were seen one after the other


def test_a_shelf_forgets_what_was_purged_wherever_it_is(bundle: tuple[str, Snapshot], tmp_path: Path) -> None:
    _, snapshot = bundle
    shelf = Shelf(tmp_path / "source", "http://another", "key")
    assert b"from the bundle" in b"".join(path.read_bytes() for path in (tmp_path / "source").glob("*/*.json"))
    shelf.purge(frozenset({snapshot.prompts[0].version_id}))
    kept = [path.read_bytes() for path in (tmp_path / "source").glob("*/*.json")]
    assert b"from the bundle" not in b"".join(kept)
    assert unseal(kept[0]).purged == (snapshot.prompts[0].version_id,)
