"""Opens many streams to one server process, moves a label, and says what memory and time that takes.

    .venv/bin/python benchmarks/bench_streams.py [STREAMS]

The server is a process of its own, on a fresh store that is removed again; 5,000 streams where no number is given. It
fails where the streams take more than 300 MB of the server's memory in all (issue 7), or one of them hears nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import resource
import statistics
import sys
import time
from pathlib import Path

from load_prompts import KEY, Api, server_process

MEGABYTES = 300
ROUNDS = 10
PATIENCE = 60.0
REQUEST = f"GET /v1/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n\r\n".encode()


class Crowd:
    """Everybody who listens, and when each heard of the change that is waited for."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.heard: list[float] = []
        self._all = asyncio.Event()

    def hears(self) -> None:
        """Note that one of them has heard."""
        self.heard.append(time.perf_counter())
        if len(self.heard) == self._size:
            self._all.set()

    async def all_heard(self) -> list[float]:
        """Give when each has heard, earliest first; fewer than there are where that takes too long."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._all.wait(), PATIENCE)
        heard, self.heard = sorted(self.heard), []
        self._all.clear()
        return heard


async def listen(reader: asyncio.StreamReader, crowd: Crowd) -> None:
    """Note when each change is heard, until the stream ends."""
    while line := await reader.readline():
        if line.startswith(b"event: changed"):
            crowd.hears()


async def opened(host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a stream, and wait for its first event."""
    reader, writer = await asyncio.open_connection(host, port, limit=4096)
    writer.write(REQUEST)
    await asyncio.wait_for(reader.readuntil(b"event: hello"), PATIENCE)
    return reader, writer


def resident(pid: int) -> float:
    """Give the memory of a process, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def processor(pid: int) -> float:
    """Give the seconds that a process has computed."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


async def connected(address: str, streams: int) -> list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Open so many streams, a hundred at a time."""
    host, _, port = address.rpartition(":")
    connections: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    while len(connections) < streams:
        some = range(min(100, streams - len(connections)))
        connections += await asyncio.gather(*(opened(host, int(port)) for _ in some))
    return connections


async def measure(address: str, pid: int, streams: int) -> int:
    """Open the streams, move a label, and print what that took."""
    api = Api(address)
    prompt = api.ask("find", "GET", "/v1/prompts/greeting")[1]["prompt"]["id"]
    api.ask("add", "POST", f"/v1/prompts/{prompt}/versions", {"template": "Hello {{.name}}"})
    before = resident(pid)
    connections = await connected(address, streams)
    taken = resident(pid) - before
    crowd = Crowd(streams)
    listeners = [asyncio.create_task(listen(reader, crowd)) for reader, _ in connections]
    slowest, middle, writes = [], [], []
    computed = processor(pid)
    for turn in range(ROUNDS):
        path = f"/v1/prompts/{prompt}/versions/{1 + turn % 2}/tags"
        mover = Api(address)  # a connection that was idle while the streams were opened is closed by now
        told = time.perf_counter()
        await asyncio.to_thread(mover.ask, "move", "POST", path, {"tag": "x"})
        writes.append(time.perf_counter() - told)
        delays = [heard - told for heard in await crowd.all_heard()]
        if len(delays) < streams:
            print(f"only {len(delays)} of {streams} streams heard of change {turn + 1}")
            return 1
        middle.append(statistics.median(delays))
        slowest.append(delays[int(len(delays) * 0.99)])
    each = (processor(pid) - computed) / (ROUNDS * streams)
    for _, writer in connections:
        writer.close()
    await asyncio.gather(*listeners, return_exceptions=True)
    print(
        json.dumps(
            {
                "streams": streams,
                "megabytes": round(taken, 1),
                "kilobytes a stream": round(1024 * taken / streams, 1),
                "server's microseconds an event and stream": round(1e6 * each, 1),
                "heard after, median of all (ms)": round(1000 * statistics.median(middle), 1),
                "heard after, 99 of 100 (ms)": round(1000 * statistics.median(slowest), 1),
                "the write is answered after (ms)": round(1000 * statistics.median(writes), 1),
            },
            indent=2,
        )
    )
    return 0 if taken <= MEGABYTES else 1


def main() -> int:
    """Run it; gives the exit status."""
    streams = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, streams + 1_000), most))
    with server_process() as (address, pid):
        return asyncio.run(measure(address, pid, streams))


if __name__ == "__main__":
    sys.exit(main())
