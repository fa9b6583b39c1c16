"""Three ways of reads, one answer: the same bytes in, however they are cut, give the same bytes from all."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import pytest
import uvicorn
from uvicorn.lifespan.on import LifespanOn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from promptwire.integrations.passwords import Argon2Passwords
from promptwire.server.app import create_app
from promptwire.server.connections import BoundedProtocol
from promptwire.server.protocol import ReadProtocol, protocol_over
from promptwire.server.reading import Reading
from promptwire.settings import ServerSettings
from promptwire.storage.migrate import migrate
from promptwire.storage.store import SqlStore
from support.started import PRESET, started
from ways.streams import BODY, Requests, streams

WAYS = ("routes", "asgi", "protocol")
KEY = PRESET.key.encode()
STREAMS = streams(KEY, b"SESSION-TOKEN")
Thing = TypeVar("Thing")
AT_ONCE = 16  # streams that are tried beside one another, each on connections of its own
TURNS = 60  # of the event loop, in which everything that is not in a thread gets done


class Wire(asyncio.Transport):
    """A connection without a network: what is sent is kept."""

    def __init__(self) -> None:
        super().__init__({"peername": ("192.0.2.1", 1234), "sockname": ("192.0.2.2", 80)})
        self.sent = b""
        self.closed = False

    def write(self, data: Any) -> None:
        if not self.closed:
            self.sent += bytes(data)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        """What comes is handed on by the test."""

    def resume_reading(self) -> None:
        """The same."""


class Way:
    """One way of reads, with a store of its own on the same file as the others."""

    def __init__(self, file: Path, passwords: Argon2Passwords, way: str) -> None:
        self.store = SqlStore.open(file)
        self.app = create_app(ServerSettings.given({"read_path": way}), self.store, passwords)
        self.config = uvicorn.Config(self.app, lifespan="on", log_config=None, access_log=False, server_header=False)
        self.config.load()
        self.protocol: type[HttpToolsProtocol] = BoundedProtocol
        if way == "protocol":
            assert isinstance(self.app, Reading)
            self.protocol = protocol_over(self.app)
        self.lifespan = LifespanOn(self.config)

    def connect(self) -> Connection:
        """Give a new connection."""
        state, wire = ServerState(), Wire()
        state.default_headers = [(b"date", b"today")]
        protocol = self.protocol(self.config, state, {}, asyncio.get_running_loop())
        protocol.connection_made(wire)
        return Connection(protocol, state, wire)

    async def ask(self, pieces: Sequence[bytes]) -> tuple[str, bool]:
        """Send pieces one after the other; gives what came back, and whether the connection was ended."""
        connection = self.connect()
        for piece in pieces:
            connection.send(piece)
            await connection.answered()
        await connection.settle()
        answer = _comparable(connection.wire.sent), connection.wire.closed
        await connection.leave()
        return answer


@dataclass
class Connection:
    """A connection of a client, who is the test."""

    protocol: HttpToolsProtocol
    state: ServerState
    wire: Wire

    def send(self, piece: bytes) -> None:
        """Send a piece, unless the server has ended the connection."""
        if not self.wire.closed:
            self.protocol.data_received(piece)

    async def answered(self) -> None:
        """Wait until everything that has come whole is answered: what comes next may end the connection."""
        await _turns(TURNS if self.state.tasks else 1)
        while self.state.tasks and (self.protocol.pipeline or not self.protocol.cycle.more_body):
            await asyncio.wait(self.state.tasks, timeout=0.4)

    async def settle(self) -> None:
        """Wait for what is done in a thread; a request whose body never ends is not waited for."""
        while self.state.tasks:
            before = self.wire.sent
            await asyncio.wait(self.state.tasks, timeout=0.4)
            waits_for_another = bool(self.protocol.pipeline)  # which is being answered, and takes its time
            if self.protocol.cycle.more_body and self.wire.sent == before and not waits_for_another:
                return

    async def leave(self) -> None:
        """End the connection; what was being done for it ends too."""
        self.wire.closed = True
        self.protocol.connection_lost(None)
        if self.state.tasks:
            await asyncio.wait_for(asyncio.gather(*self.state.tasks), 30)
        assert not self.state.connections


async def _turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def _comparable(sent: bytes) -> str:
    """Leave out what has nothing to do with the way: ids that were made up, and how starved the machine is."""
    sent = re.sub(rb"promptwire-stale: [0-9]+\r\n", b"", sent)
    return re.sub(r"x-request-id: [0-9a-f]{32}\r\n", "x-request-id: (new)\r\n", sent.decode("latin-1"))


def _cut(stream: bytes, at: Sequence[int]) -> list[bytes]:
    places = [0, *sorted(at), len(stream)]
    return [stream[begin:end] for begin, end in pairwise(places) if begin < end or not stream]


def _batches(things: list[Thing]) -> Iterator[list[Thing]]:
    for begin in range(0, len(things), AT_ONCE):
        yield things[begin : begin + AT_ONCE]


@asynccontextmanager
async def _serving(file: Path) -> AsyncIterator[list[Way]]:
    async with AsyncExitStack() as stack:
        passwords = Argon2Passwords()
        stack.callback(passwords.close)
        ways = [Way(file, passwords, way) for way in WAYS]
        for way in ways:
            stack.callback(way.store.close)
            await way.lifespan.startup()
            stack.push_async_callback(way.lifespan.shutdown)
            for some in _batches(list(STREAMS.values())):  # what is not in memory takes its time in a thread
                await asyncio.gather(*(way.ask([stream]) for stream in some))
        yield ways


async def _differences(ways: Sequence[Way], pieces: Sequence[bytes]) -> list[str]:
    """Give what each way answers, where it is not the same."""
    answers = [await way.ask(pieces) for way in ways]
    if all(answer == answers[0] for answer in answers):
        return []
    return [f"{name}: {answer}" for name, answer in zip(WAYS, answers, strict=True)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A store after its first start; which database it is makes no difference here."""
    file = tmp_path / "promptwire.db"
    with closing(SqlStore.open(file)) as store:
        migrate(store.engines)
        started(store)
    return file


def _compare(file: Path, cuts: Callable[[bytes], Iterable[Sequence[int]]]) -> None:
    async def main() -> None:
        different: dict[str, list[str]] = {}
        tries = [(name, stream, at) for name, stream in STREAMS.items() for at in cuts(stream)]
        async with _serving(file) as ways:
            for some in _batches(tries):
                found = await asyncio.gather(*(_differences(ways, _cut(stream, at)) for _, stream, at in some))
                different |= {
                    f"{name}, cut at {at}": one for (name, _, at), one in zip(some, found, strict=True) if one
                }
        assert not different, "\n".join(f"{name}\n  " + "\n  ".join(one) for name, one in different.items())

    asyncio.run(main())


def test_every_stream_gets_the_same_bytes_from_every_way(file: Path) -> None:
    _compare(file, lambda _: [()])


def test_where_a_stream_is_cut_makes_no_difference(file: Path) -> None:
    chance = random.Random(1)  # noqa: S311 - to choose places

    def cuts(stream: bytes) -> Iterator[Sequence[int]]:
        if len(stream) > 2000:
            yield sorted(chance.sample(range(len(stream)), 3))
        else:
            yield range(len(stream))
            yield (chance.randrange(len(stream) + 1),)
            yield sorted(chance.sample(range(len(stream)), min(5, len(stream))))

    _compare(file, cuts)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_no_place_to_cut_a_stream_makes_a_difference(file: Path) -> None:
    _compare(file, lambda stream: [(at,) for at in range(1, min(len(stream), 600))])


@pytest.mark.parametrize("rounds", [60, pytest.param(3000, marks=[pytest.mark.slow, pytest.mark.timeout(900)])])
def test_streams_behind_one_another_get_the_same_bytes_from_every_way(file: Path, rounds: int) -> None:
    chance = random.Random(2)  # noqa: S311 - to choose streams and places
    short = [stream for stream in STREAMS.values() if len(stream) < 2000]

    async def main() -> None:
        async with _serving(file) as ways:
            for _ in range(rounds):
                stream = b"".join(chance.choices(short, k=chance.randint(2, 5)))
                at = sorted(chance.sample(range(len(stream) + 1), min(len(stream), chance.randint(0, 4))))
                found = await _differences(ways, _cut(stream, at))
                assert not found, f"{stream!r} cut at {at}\n" + "\n".join(found)

    asyncio.run(main())


@pytest.mark.parametrize("rounds", [150, pytest.param(5000, marks=[pytest.mark.slow, pytest.mark.timeout(900)])])
def test_what_comes_again_on_a_connection_gets_the_same_bytes_from_every_way(file: Path, rounds: int) -> None:
    """The quickest way knows heads again: whole, with another body, with half of one, or with more behind them."""
    chance = random.Random(3)  # noqa: S311 - to choose pieces
    one = Requests(KEY)
    bodies = [BODY, BODY.replace(b"Ada", b"Eve"), b" " * len(BODY), b'{"variables": {"name": 12345}}', b"{}"]
    again = [one.resolve, one.resolve, *(one.post(body) for body in bodies), one.get(b"/v1/prompts/nope/resolve")]
    again += [STREAMS[name] for name in ("HEAD", "its own id", "no key", "If-None-Match b'*'", "an empty line before")]
    around = [
        one.other,
        one.resolve + b"\r\n",
        one.resolve * 2,
        one.render + one.resolve,
        one.render[:-3],
        one.resolve[:9],
    ]
    around += [
        one.post(BODY)[: -len(BODY)],
        BODY,
        b"\r\n",
        one.resolve + b"x",
        b"nonsense\r\n\r\n",
        STREAMS["an upgrade"],
    ]
    around += [STREAMS[name] for name in ("GET with an empty body", "a body that is expected", "HTTP/1.0 ()", "chunks")]

    async def main() -> None:
        async with _serving(file) as ways:
            for _ in range(rounds):
                pieces = [chance.choice(again if chance.random() < 0.85 else around) for _ in range(12)]
                assert not await _differences(ways, pieces), pieces

    asyncio.run(main())


def test_what_is_no_http_takes_no_answer_away_from_what_came_before_it(file: Path) -> None:
    one = Requests(KEY)
    before = [one.resolve, one.render.replace(b"/render", b"/resolve"), one.other, one.render]  # the second is refused
    stream = b"".join(before) + b"nonsense\r\n\r\n" + one.resolve

    async def main() -> None:
        async with _serving(file) as ways:
            for way in ways:
                for cuts in ((), (len(one.resolve) + 70, len(stream) - 40)):
                    sent, closed = await way.ask(_cut(stream, cuts))
                    found = re.findall(r"HTTP/1\.1 (\d+)", sent)
                    assert (found, closed) == (["200", "405", "200", "200", "400"], True)

    asyncio.run(main())


def test_a_connection_remembers_few_heads_and_hands_out_a_new_id_each_time(file: Path) -> None:
    one = Requests(KEY)
    many = [one.get(b"/v1/prompts/greeting/resolve", b"X-A: %d" % number) for number in range(100)]
    long = one.get(b"/v1/prompts/greeting/resolve", b"X-A: " + b"a" * 2000)

    async def main() -> None:
        async with _serving(file) as ways:
            connection = ways[-1].connect()
            for piece in (one.resolve, one.resolve, one.resolve, long, *many):
                connection.send(piece)
            assert isinstance(connection.protocol, ReadProtocol)
            assert 0 < len(connection.protocol._heads) <= 8
            assert all(len(head) < 1024 for head in connection.protocol._heads)
            ids = re.findall(rb"x-request-id: ([0-9a-f]{32})", connection.wire.sent)
            assert len(set(ids)) == len(ids) == 104
            await connection.leave()

    asyncio.run(main())


def test_whoever_leaves_early_disturbs_nobody(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with _serving(file) as ways:
            for way in ways:
                for stream in STREAMS.values():
                    for at in {0, 1, len(stream) // 3, len(stream) // 2, max(0, len(stream) - 1), len(stream)}:
                        connection = way.connect()
                        connection.send(stream[:at])
                        await _turns(at % 3)
                        await connection.leave()
                assert "200 OK" in (await way.ask([Requests(KEY).resolve]))[0]

    asyncio.run(main())
    assert not [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]


def test_the_usual_reads_need_no_task_and_the_unusual_ones_do(file: Path) -> None:
    one = Requests(KEY)
    usual = [one.resolve, one.render, one.resolve * 5 + one.render, STREAMS["HEAD"], STREAMS["no key"]]
    unusual = [one.other, STREAMS["GET with a body"], STREAMS["HTTP/1.0 ()"], STREAMS["chunks"]]

    async def main() -> None:
        async with _serving(file) as ways:
            quickest = ways[-1]
            for streams, quick in ((usual, True), (unusual, False)):
                for stream in streams:
                    connection = quickest.connect()
                    connection.send(stream)
                    assert (connection.protocol.cycle is None) is quick, stream
                    assert bool(connection.wire.sent) is quick, stream
                    await connection.leave()

    asyncio.run(main())
