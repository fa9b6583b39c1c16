"""Everything that a network does, in one storm: the real server behind a proxy that breaks whatever it can."""

from __future__ import annotations

import random
import threading
from time import monotonic

import pytest

from support.connect import Connect
from support.faults import Misbehaving, Proxy
from support.registry import Registry
from support.waiting import eventually


@pytest.mark.parametrize("mode", ["stream", "poll"])
def test_whatever_happens_reads_go_on_and_in_the_end_they_are_right(
    connect: Connect, proxy: Proxy, registry: Registry, mode: str
) -> None:
    authored = registry.prompt("1")
    pw = connect(mode=mode, refresh=0.02, timeout=0.3)  # type: ignore[arg-type]  # one of the modes
    pw.get(authored.slug)
    chance = random.Random(7)  # noqa: S311 (the same storm each time)
    stop = threading.Event()
    seen: list[int] = []

    def read() -> None:
        while not stop.is_set():
            seen.append(int(pw.render(authored.slug)))

    reader = threading.Thread(target=read)
    reader.start()
    ends = monotonic() + 3
    version = 1
    while monotonic() < ends:
        proxy.hangs = chance.random() < 0.2
        proxy.refuses = chance.random() < 0.2
        proxy.cuts_after = chance.choice([None, None, None, 0, 5, 40, 200, 300])
        if chance.random() < 0.3:
            proxy.drop_connections()
        version += 1
        authored.add(str(version))
        authored.promote(version)
        stop.wait(0.05)
    proxy.hangs = proxy.refuses = False
    proxy.cuts_after = None
    proxy.drop_connections()
    eventually(lambda: pw.render(authored.slug) == str(version), 40)
    stop.set()
    reader.join()
    assert seen == sorted(seen)  # never a step back, never half a text
    assert pw.status().trouble is None


PORTAL = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\n\r\n<html>Sign in</"
LOGIN = b"HTTP/1.1 302 Found\r\nLocation: http://login.hotel/\r\nContent-Length: 2\r\n\r\n{}"
NOT_FOUND = b'HTTP/1.1 404 Not Found\r\nContent-Length: 40\r\n\r\n{"error":"not found","code":"not_found"}'


@pytest.mark.parametrize(
    ("says", "words"),
    [
        (PORTAL, "not a Promptwire answer"),
        (LOGIN, "points to http://login.hotel/"),
        (NOT_FOUND, "older Promptwire"),
        (b'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{"cursor": 77}', "cursor is not a string"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{", "the connection ended in the middle"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n{", "with the length '9999999999'"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20000, "its head has no end"),
    ],
)
def test_something_else_in_the_servers_place_changes_nothing_that_is_served(
    connect: Connect, misbehaving: Misbehaving, proxy: Proxy, registry: Registry, says: bytes, words: str
) -> None:
    authored = registry.prompt("one")
    pw = connect(mode="poll", refresh=0.02, cache_dir=False)
    pw.get(authored.slug)
    misbehaving.says = says
    proxy.target = ("127.0.0.1", int(misbehaving.url.rpartition(":")[2]))
    proxy.drop_connections()
    eventually(lambda: words in str(pw.explain(authored.slug)))
    assert pw.render(authored.slug) == "one"
    assert not pw.get(authored.slug).withdrawn
