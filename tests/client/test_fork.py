"""Forked children: gunicorn with preload, multiprocessing, celery."""

from __future__ import annotations

import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep

import pytest

from promptwire import Promptwire
from promptwire.testing import InMemoryServer
from support.faults import Proxy
from support.registry import Registry
from support.server import ServerProcess
from support.waiting import eventually

pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")


def fork(work: Callable[[], None]) -> int:
    """Do something in a child, which ends with status 0 if it went well."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = 0
    except BaseException:  # noqa: BLE001 (nothing of pytest may run in the child)
        traceback.print_exc()
    finally:
        os._exit(status)


def status_of(child: int, seconds: float = 20) -> int:
    """Wait for a child; one that hangs is killed."""
    deadline = monotonic() + seconds
    while monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    pytest.fail("a forked child hangs")


@contextmanager
def readers(pw: Promptwire, slug: str) -> Iterator[None]:
    """Four threads that read without a pause."""
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            pw.get(slug)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    yield
    stop.set()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("forks", [40, pytest.param(200, marks=[pytest.mark.slow, pytest.mark.timeout(600)])])
def test_children_forked_under_load_keep_the_warm_cache_and_go_on_refreshing(
    server: ServerProcess, registry: Registry, forks: int
) -> None:
    authored, other = registry.prompt("one"), registry.prompt("other")

    def work() -> None:
        born = monotonic()
        assert threading.active_count() == 1
        assert pw.render(authored.slug) == "one"
        eventually(lambda: pw.get(authored.slug).confirmed_at > born, 15)
        assert pw.render(other.slug) == "other"

    with Promptwire(url=server.url, api_key=registry.key, refresh=0.02, mode="poll") as pw:
        pw.get(authored.slug)
        with readers(pw, authored.slug):
            statuses = [status_of(fork(work)) for _ in range(forks)]
        assert statuses == [0] * forks
        eventually(lambda: pw.get(authored.slug).age < 0.5)


def test_a_child_serves_what_its_parent_had_while_the_server_is_down_and_follows_it_later(
    pw: Promptwire, proxy: Proxy, registry: Registry
) -> None:
    authored = registry.prompt("one")
    pw.get(authored.slug)
    proxy.refuses = True

    def work() -> None:
        assert pw.render(authored.slug) == "one"
        eventually(lambda: pw.render(authored.slug) == "two")

    child = fork(work)
    authored.add("two")
    authored.promote(2)
    sleep(0.2)
    proxy.refuses = False
    assert status_of(child) == 0


def test_a_fork_in_the_middle_of_the_first_fetch_hangs_nobody(server: ServerProcess, registry: Registry) -> None:
    authored = registry.prompt("one")
    for _ in range(5):
        with Promptwire(url=server.url, api_key=registry.key) as pw:
            waiting = threading.Thread(target=pw.get, args=(authored.slug,))
            waiting.start()
            child = fork(lambda: None if pw.get(authored.slug).version == 1 else os.abort())
            waiting.join()
            assert status_of(child) == 0


def test_a_closed_client_stays_closed_in_the_child(server: ServerProcess, registry: Registry) -> None:
    authored = registry.prompt("one")
    with Promptwire(url=server.url, api_key=registry.key) as pw:
        pw.get(authored.slug)

    def work() -> None:
        assert pw.render(authored.slug) == "one"
        assert threading.active_count() == 1

    assert status_of(fork(work)) == 0


def test_a_child_answers_for_its_own_renders_only() -> None:
    memory = InMemoryServer()
    memory.put("greeting", "Hello {{.name}}!")
    pw = memory.client(mode="poll", refresh=0.05)
    for _ in range(5):
        pw.render("greeting", {"name": "Ada"})

    def work() -> None:
        for _ in range(3):
            pw.render("greeting", {"name": "Ada"})
        assert pw.flush(5)

    assert status_of(fork(work)) == 0
    assert pw.flush(5)
    pw.close()
    memory.close()
    by_process: dict[str, int] = {}
    for report in memory.reports:
        for used in report.uses:
            by_process[report.process.id] = by_process.get(report.process.id, 0) + used.renders
    assert sorted(by_process.values()) == [3, 5]
    instances = {report.process.instance for report in memory.reports}
    assert len(instances) == 2, "machine and process id"
