"""Loads a server beyond what it takes, and says what becomes of those who ask little; fails where that is too much.

    .venv/bin/python benchmarks/bench_overload.py [--connections 10000] [--bombs 50] [--renders 2000] [--soak SECONDS]

The server is a process of its own on a fresh store. The connections, the bombs and the soak come from processes of
their own too, the connections from several loopback addresses, for one has too few ports. A ratio is of one run:
before, and while it lasts. With `--soak` it is measured how fast it can go, and then half of that for so long.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import multiprocessing
import resource
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from _load import cpu_seconds
from load_prompts import EMAIL, KEY, PASSWORD, Api, server_process

BOMB = "{{range .l}}{{range $.l}}{{range $.l}}{{if eq $.s .}}x{{end}}{{end}}{{end}}{{end}}"
HEADERS = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
RENDER = "/v1/prompts/greeting/render"
QUIET = json.dumps({"variables": {"name": "Ada"}})
AT_MOST = 3.0
"""Times its quiet value that the p99 of others may be (issue 9)."""
EACH = 2_500
"""Connections of one process."""
WIDE, DEEP = 8, 16
"""Connections of a burst, and requests behind one another on each."""
GROWTH_MB, GROWTH_THREADS = 16.0, 4
SPAWN = multiprocessing.get_context("spawn")


def times(address: str, count: int, pause: float = 0.002) -> list[float]:
    """Render one after the other with pauses (seconds); gives the milliseconds of each, the quickest first."""
    connection = http.client.HTTPConnection(address, timeout=60)
    taken = []
    for _ in range(count):
        time.sleep(pause)
        began = time.perf_counter()
        connection.request("POST", RENDER, QUIET, HEADERS)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:  # noqa: PLR2004 - ok
            raise SystemExit(f"a quiet render got {answer.status}")
        taken.append(1000 * (time.perf_counter() - began))
    connection.close()
    return sorted(taken)


def p99(taken: list[float]) -> float:
    """Give what 99 of 100 stay below."""
    return taken[int(len(taken) * 0.99)]


def hold(address: str, number: int, count: int, news: Any) -> None:  # noqa: ANN401 - a connection of multiprocessing
    """Open connections from an address of its own, each with half a request; say how many, and keep them."""
    host, _, port = address.rpartition(":")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, count + 100)), hard))
    held = []
    with contextlib.suppress(OSError):
        for _ in range(count):
            source = (f"127.0.0.{2 + number}", 0) if host == "127.0.0.1" else None
            one = socket.create_connection((host, int(port)), 30, source)
            one.sendall(b"GET /v1/prompts/greeting/resolve HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            held.append(one)
    news.send(len(held))
    news.recv()
    for one in held:
        one.close()


@contextlib.contextmanager
def crowd(address: str, count: int) -> Iterator[int]:
    """Have so many slow connections held by processes of their own; gives how many there are."""
    pipes, workers = [], []
    for number, begin in enumerate(range(0, count, EACH)):
        ours, theirs = SPAWN.Pipe()
        worker = SPAWN.Process(target=hold, args=(address, number, min(EACH, count - begin), theirs))
        worker.start()
        pipes.append(ours)
        workers.append(worker)
    try:
        yield sum(pipe.recv() for pipe in pipes)
    finally:
        for pipe in pipes:
            pipe.send(None)
        for worker in workers:
            worker.join(60)


def throw(address: str, keys: list[str], prompt: str, ended: Any) -> None:  # noqa: ANN401 - an event of multiprocessing
    """Render bombs, one at a time for each key, until told to stop."""

    def always(key: str) -> None:
        body = json.dumps({"variables": {"l": list(range(300)), "s": 5}})
        headers = HEADERS | {"Authorization": f"Bearer {key}"}
        connection = http.client.HTTPConnection(address, timeout=60)
        while not ended.is_set():
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection.request("POST", f"/v1/prompts/{prompt}/versions/1/render", body, headers)
                connection.getresponse().read()

    threads = [threading.Thread(target=always, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def bombs(address: str, count: int, renders: int) -> dict[str, object]:
    """Measure others while bombs are rendered."""
    api = Api(address)
    team = api.ask("find", "GET", "/v1/prompts/greeting")[1]["prompt"]["team_id"]
    prompt = api.ask("make", "POST", f"/v1/teams/{team}/prompts", {"name": "bomb"})[1]["prompt"]
    api.ask("write", "POST", f"/v1/prompts/{prompt['id']}/versions", {"template": BOMB})
    keys = _keys(address, count)
    quiet = times(address, renders)
    ended = SPAWN.Event()
    worker = SPAWN.Process(target=throw, args=(address, keys, prompt["slug"], ended))
    worker.start()
    try:
        time.sleep(2)
        loud = times(address, renders)
    finally:
        ended.set()
        worker.join(60)
    return _said("bombs at once", count, quiet, loud)


def _keys(address: str, count: int) -> list[str]:
    """Make keys, for each key has one render that takes long at a time."""
    token = Api(address).ask("sign in", "POST", "/v1/auth/login", {"email": EMAIL, "password": PASSWORD})[1]["token"]
    person = Api(address, token)
    org = person.ask("find", "GET", "/v1/me/orgs")[1]
    org_id = (org if isinstance(org, list) else next(iter(org.values())))[0]["id"]
    made = [person.ask("make", "POST", "/v1/api-keys", {"name": "x", "org_id": org_id}) for _ in range(count)]
    return [_secret(answer) for _, answer in made]


def _secret(answer: Any) -> str:  # noqa: ANN401 - JSON
    found = answer.get("key", answer.get("api_key"))
    secret: str = found["key"] if isinstance(found, dict) else found
    return secret


def connections(address: str, pid: int, count: int, renders: int) -> dict[str, object]:
    """Measure others while so many connections are held that never finish their request."""
    quiet, before = times(address, renders), resident(pid)
    with crowd(address, count) as held:
        loud = times(address, renders)
        taken = resident(pid) - before
    return _said("slow connections", held, quiet, loud) | {"asked for": count, "megabytes": round(taken, 1)}


def _said(what: str, count: int, quiet: list[float], loud: list[float]) -> dict[str, object]:
    return {
        what: count,
        "quiet p50, p99 (ms)": [round(median(quiet), 2), round(p99(quiet), 2)],
        "meanwhile p50, p99 (ms)": [round(median(loud), 2), round(p99(loud), 2)],
        "ratio of p99": round(p99(loud) / p99(quiet), 2),
    }


def resident(pid: int) -> float:
    """Give the memory of a process, in megabytes."""
    return _status(pid, "VmRSS") / 1024


def _status(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1])


class Burst:
    """Renders on several connections, several behind one another on each: the client is not what limits them."""

    def __init__(self, address: str) -> None:
        head = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
        one = f"POST {RENDER} HTTP/1.1\r\nHost: {address}\r\n{head}Content-Length: {len(QUIET)}\r\n\r\n{QUIET}"
        host, _, port = address.rpartition(":")
        self._sockets = [socket.create_connection((host, int(port)), 30) for _ in range(WIDE)]
        self._size = self._length(one.encode())
        self._bytes = one.encode() * DEEP

    def _length(self, one: bytes) -> int:
        """Give the bytes of an answer, which are as many for each: ids and dates have one length."""
        self._sockets[0].sendall(one)
        got = b""
        while not got.endswith(b"}"):
            got += self._sockets[0].recv(65536)
        return len(got)

    def send(self) -> int:
        """Send all and wait for the answers; gives how many there were."""
        for one in self._sockets:
            one.sendall(self._bytes)
        for one in self._sockets:
            got = one.recv(DEEP * self._size, socket.MSG_WAITALL)
            if got.count(b"HTTP/1.1 200 OK") != DEEP:
                raise SystemExit(f"a render was not answered as it should be: {got[:500]!r}")
        return WIDE * DEEP


def pour(address: str, seconds: float, most: float, news: Any) -> None:  # noqa: ANN401 - a connection of multiprocessing
    """Render for so long, and so often in a second at most; say how often in all."""
    burst, asked, began = Burst(address), 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        asked += burst.send()
        time.sleep(max(0.0, began + asked / most - time.perf_counter()))
    news.send(asked)


@contextlib.contextmanager
def poured(address: str, seconds: float, most: float = float("inf")) -> Iterator[Any]:
    """Have renders asked for by a process of its own; gives where it says how many there were."""
    ours, theirs = SPAWN.Pipe()
    worker = SPAWN.Process(target=pour, args=(address, seconds, most, theirs))
    worker.start()
    theirs.close()  # so that it ends when the process does
    try:
        yield ours
    finally:
        worker.join(60)


def soak(address: str, pid: int, seconds: float) -> tuple[dict[str, object], bool]:
    """Measure how fast it can go, then go half as fast for long; tells too whether memory and threads stayed flat."""
    trial = min(5.0, seconds / 4)
    with poured(address, trial) as news:
        full = news.recv() / trial
    samples: list[tuple[float, int]] = []
    before = cpu_seconds(pid)
    with poured(address, seconds, full / 2) as news:
        while not news.poll(seconds / 20):
            samples.append((resident(pid), _status(pid, "Threads")))
        asked = news.recv()
    settled = samples[len(samples) // 4 :]
    memory, threads = [one for one, _ in settled], [one for _, one in settled]
    grown = median(memory[-3:]) - median(memory[:3])
    said = {
        "seconds": seconds,
        "at full speed, a second": round(full),
        "renders": asked,
        "a second": round(asked / seconds),
        "of a processor": round((cpu_seconds(pid) - before) / seconds, 2),
        "megabytes": [round(one, 1) for one, _ in samples],
        "threads": [one for _, one in samples],
        "megabytes grown after the first quarter": round(grown, 1),
    }
    return said, grown <= GROWTH_MB and max(threads) - min(threads) <= GROWTH_THREADS


def main() -> int:
    """Run what the command line asks for; gives the exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--connections", type=int, default=10_000)
    parser.add_argument("--bombs", type=int, default=50)
    parser.add_argument("--renders", type=int, default=2000)
    parser.add_argument("--soak", type=float, default=0)
    asked = parser.parse_args()
    well = True
    with server_process() as (address, pid):
        if asked.connections:
            found = connections(address, pid, asked.connections, asked.renders)
            print(json.dumps(found), flush=True)
            well &= found["slow connections"] == asked.connections
        if asked.bombs:
            found = bombs(address, asked.bombs, asked.renders)
            print(json.dumps(found), flush=True)
            ratio = found["ratio of p99"]
            well &= isinstance(ratio, float) and ratio <= AT_MOST
        if asked.soak:
            found, flat = soak(address, pid, asked.soak)
            print(json.dumps(found), flush=True)
            well &= flat
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
