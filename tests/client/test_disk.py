"""The last known good on disk: a process that starts while the server is gone."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter, sleep, time

import pytest

from promptwire import NotFoundError, Promptwire, UnauthorizedError, UnavailableError
from promptwire.client.reference import Reference
from promptwire.client.shelf import Shelf
from promptwire.wire.snapshot import unseal
from support.connect import Connect
from support.faults import Misbehaving, Proxy
from support.registry import Authored, Registry
from support.waiting import eventually


@pytest.fixture
def authored(registry: Registry) -> Authored:
    authored = registry.prompt("Hello {{.name}}!")
    authored.label("production", 1)
    return authored


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def files(cache: Path) -> list[Path]:
    return sorted(cache.glob("*/*.json"))


@pytest.fixture
def written(connect: Connect, authored: Authored, cache: Path) -> Path:
    """The one file that a process left behind."""
    with connect(refresh=0.05) as pw:
        pw.get(authored.slug)
        eventually(lambda: len(files(cache)) == 1)
    (path,) = files(cache)
    return path


def test_a_start_while_the_server_hangs_takes_milliseconds(
    connect: Connect, proxy: Proxy, authored: Authored, written: Path
) -> None:
    assert written.exists()
    proxy.hangs = True
    times = []
    for _ in range(10):
        pw = connect()
        began = perf_counter()
        prompt = pw.get(authored.slug)
        times.append(perf_counter() - began)
        assert (prompt.source, prompt.version, prompt.withdrawn) == ("disk", 1, False)
        assert prompt.render({"name": "Ada"}) == "Hello Ada!"
        assert prompt.age < 60
        assert "comes from the disk; the server has not confirmed it yet" in str(pw.explain(authored.slug))
        pw.close()
    assert min(times) <= 0.005
    assert max(times) < 0.5  # one that waited for the server would take a second


def test_what_comes_from_disk_is_asked_about_and_replaced(
    connect: Connect, proxy: Proxy, authored: Authored, written: Path
) -> None:
    before = unseal(written.read_bytes())
    authored.add("two")
    authored.promote(2)
    proxy.hangs = True
    pw = connect(timeout=0.2, refresh=0.1)
    assert pw.get(authored.slug).version == 1
    proxy.hangs = False
    eventually(lambda: pw.get(authored.slug).source == "server")
    assert pw.get(authored.slug).version == 2
    eventually(lambda: unseal(written.read_bytes()).prompts[0].version == 2)
    assert before.prompts[0].version == 1


def test_a_content_that_is_on_disk_does_not_travel_again(
    connect: Connect, proxy: Proxy, authored: Authored, written: Path
) -> None:
    assert written.exists()
    proxy.answers.clear()
    pw = connect()
    pw.get(authored.slug)
    eventually(lambda: pw.get(authored.slug).source == "server")
    assert b"Hello {{.name}}!" not in b"".join(proxy.answers)


def test_files_are_for_their_owner_only(written: Path) -> None:
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert stat.S_IMODE(written.parent.stat().st_mode) == 0o700
    assert not list(written.parent.glob(".*"))


def damage_text(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"Hello", b"Hallo"))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:200])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def open_to_others(path: Path) -> None:
    path.chmod(0o666)


def newer_format(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"promptwire-snapshot 1 ", b"promptwire-snapshot 2 "))


def another_prompt(path: Path) -> None:
    path.write_bytes(path.read_bytes())
    (path.parent / "other").write_bytes(path.read_bytes())


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (damage_text, "it is not whole"),
        (cut, "it is not whole"),
        (empty, "it is not a snapshot"),
        (open_to_others, "others may write it"),
        (newer_format, "format '2', which this release does not read"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_not_used_and_explain_says_why(
    connect: Connect, nowhere: str, authored: Authored, written: Path, harm: Callable[[Path], None], words: str
) -> None:
    scope = Shelf(written.parents[1], nowhere, None)._directory
    written.parent.rename(scope)
    moved = scope / written.name
    harm(moved)
    pw = connect(url=nowhere, api_key="")
    with pytest.raises(UnavailableError, match="refused the connection"):
        pw.get(authored.slug)
    assert words in str(pw.explain(authored.slug))
    assert pw.get(authored.slug, fallback="Hi").source == "fallback"


def test_another_server_or_key_has_other_files(
    connect: Connect, nowhere: str, authored: Authored, written: Path
) -> None:
    assert written.exists()
    with pytest.raises(UnavailableError):
        connect(url=nowhere).get(authored.slug)
    one, other = (Shelf(written.parents[1], "http://a", key) for key in ("k1", "k2"))
    assert str(one) != str(other)


@pytest.mark.parametrize("trouble", ["a file is in the way", "it is full"])
def test_a_directory_that_cannot_be_written_costs_the_cache_only(
    connect: Connect, authored: Authored, tmp_path: Path, trouble: str
) -> None:
    place = tmp_path / "blocked" if trouble == "a file is in the way" else Path("/dev/full")
    if place != Path("/dev/full"):
        place.write_text("")
    pw = connect(cache_dir=place)
    assert pw.render(authored.slug, {"name": "Ada"}) == "Hello Ada!"
    eventually(lambda: "cannot write" in (pw.status().cache_trouble or ""))
    assert "cannot write" in str(pw.explain(authored.slug))


def test_a_withdrawal_outlives_a_restart_and_so_does_its_end(
    connect: Connect, proxy: Proxy, authored: Authored, cache: Path
) -> None:
    slug = authored.slug
    with connect(refresh=0.05) as pw:
        pw.get(slug, label="production")
        authored.unlabel("production")
        eventually(lambda: pw.get(slug, label="production").withdrawn)
        eventually(lambda: bool(unseal(files(cache)[0].read_bytes()).gone))
    proxy.hangs = True
    prompt = connect().get(slug, label="production")
    assert (prompt.source, prompt.withdrawn) == ("disk", True)
    pw = connect(grace=0, timeout=0.2)
    with pytest.raises(UnavailableError):
        pw.get(slug, label="production")
    assert "the server withdrew it" in str(pw.explain(slug, label="production"))
    proxy.hangs = False
    with pytest.raises(NotFoundError):
        eventually_raises(lambda: pw.get(slug, label="production"))


def eventually_raises(call: Callable[[], object]) -> None:
    """Call until something else than an outage comes of it."""

    def settled() -> bool:
        try:
            call()
        except UnavailableError:
            return False
        return True

    eventually(settled)


def test_a_refused_key_outlives_a_restart_too(
    connect: Connect, proxy: Proxy, registry: Registry, authored: Authored, written: Path
) -> None:
    pw = connect(refresh=0.05)
    pw.get(authored.slug)
    registry.revoke_key()
    eventually(lambda: pw.get(authored.slug).withdrawn)
    eventually(lambda: bool(unseal(written.read_bytes()).gone))
    proxy.hangs = True
    assert connect().get(authored.slug).withdrawn
    with pytest.raises(UnavailableError):
        connect(grace=0, timeout=0.2).get(authored.slug)
    proxy.hangs = False
    with pytest.raises(UnauthorizedError):
        connect(grace=0).get(authored.slug)


def test_a_clock_that_jumped_back_makes_a_copy_of_unknown_age(
    connect: Connect, proxy: Proxy, authored: Authored, written: Path
) -> None:
    ahead = time() + 3600
    os.utime(written, (ahead, ahead))
    proxy.hangs = True
    prompt = connect().get(authored.slug)
    assert prompt.age == float("inf")
    assert prompt.stale
    assert "never confirmed" in str(connect().explain(authored.slug)) or prompt.source == "disk"


WRITER = """
import sys
from pathlib import Path
from promptwire.client.reference import Reference
from promptwire.client.shelf import Shelf
from promptwire.wire.snapshot import unseal
place, source = map(Path, sys.argv[1:])
snapshot = unseal(source.read_bytes())
resolved = snapshot.prompts[0].resolved(next(iter(snapshot.contents.values())), snapshot.engine)
shelf = Shelf(place, "http://prompts", "key")
for _ in range(200):
    shelf.write(Reference("greeting", None, None), resolved, None)
    assert shelf.trouble is None, shelf.trouble
"""


def test_many_processes_write_one_file_and_nobody_reads_half_of_it(tmp_path: Path, written: Path) -> None:
    program = [sys.executable, "-c", WRITER, str(tmp_path / "shared"), str(written)]
    shelf = Shelf(tmp_path / "shared", "http://prompts", "key")
    read = 0
    with ThreadPoolExecutor(4) as threads:
        writers = [threads.submit(subprocess.run, program, check=True, capture_output=True) for _ in range(4)]
        while not all(writer.done() for writer in writers):
            stored = shelf.read(Reference("greeting", None, None))
            read += stored is not None
            assert shelf.trouble is None, shelf.trouble
            sleep(0.0005)
        for writer in writers:
            writer.result()
    assert read > 10
    assert len(list(shelf._directory.iterdir())) == 1


def test_the_cache_can_be_switched_off(connect: Connect, authored: Authored, cache: Path) -> None:
    with connect(cache_dir=False) as pw:
        pw.get(authored.slug)
        assert pw.status().cache is None
    assert not cache.exists()


def test_only_a_fallback_costs_the_timeout_once_and_nothing_while_the_server_is_known_to_hang(
    misbehaving: Misbehaving,
) -> None:
    with Promptwire(url=misbehaving.url, timeout=1) as pw:
        began = perf_counter()
        assert pw.render("greeting", {"name": "Ada"}, fallback="Hi {{.name}}.") == "Hi Ada."
        assert 0.9 < perf_counter() - began < 1.9
        eventually(lambda: pw.status().trouble is not None)
        times = []
        for _ in range(100):
            began = perf_counter()
            prompt = pw.get("greeting", fallback="Hi {{.name}}.")
            times.append(perf_counter() - began)
        assert sorted(times)[90] <= 0.001
        assert (prompt.source, prompt.version, prompt.stale, prompt.age) == ("fallback", 0, True, float("inf"))
