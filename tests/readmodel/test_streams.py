"""A stream keeps little for its reader, however slow that is, and loses nothing but detail."""

from __future__ import annotations

import asyncio

import pytest

from promptwire.domain.subjects import KeySubject
from promptwire.readmodel.delivery import events, stream
from promptwire.readmodel.delivery.sights import Sight, Viewer
from promptwire.readmodel.delivery.stream import MAX_WAITING, Stream
from promptwire.readmodel.delivery.touches import Touch
from promptwire.wire.stream import EventReader
from support import make

SIGHT = Sight("org:x", ("org:x",), None)


def new_stream() -> Stream:
    return Stream(Viewer(KeySubject(make.key("x", None)), SIGHT), "Bearer ak_x", None)


def written(seq: int, count: int = 1) -> events.Written:
    touches = [
        Touch(seq, "version.promoted", f"p{at}", "live", frozenset(), None, frozenset(), f"slug{at}")
        for at in range(count)
    ]
    return events.changed(events.event_id(SIGHT, seq, "epoch"), touches, {})


def names(taken: bytes | None) -> list[str]:
    return [event.name for event in EventReader().feed(taken or b"")]


def test_what_waits_comes_at_once_and_in_order() -> None:
    async def main() -> None:
        one = new_stream()
        for seq in range(3):
            one.put(written(seq))
        assert names(await one.take()) == ["changed"] * 3
        waiting = asyncio.create_task(one.take())
        await asyncio.sleep(0)
        assert not waiting.done()
        one.put(written(4))
        assert names(await waiting) == ["changed"]

    asyncio.run(main())


def test_a_reader_that_is_slow_is_told_to_sync_instead() -> None:
    async def main() -> None:
        one = new_stream()
        for seq in range(10 * MAX_WAITING + 5):
            one.put(written(seq))
        told = list(EventReader().feed(await one.take() or b""))
        assert len(told) <= MAX_WAITING
        assert told[0].name == "reset"
        assert told[-1].id == one.last_id == events.event_id(SIGHT, 10 * MAX_WAITING + 4, "epoch")

    asyncio.run(main())


def test_a_heartbeat_comes_only_where_nothing_else_waits() -> None:
    async def main() -> None:
        one = new_stream()
        one.beat()
        one.beat()
        assert await one.take() == b":\n\n"
        one.put(written(1))
        one.beat()
        assert names(await one.take()) == ["changed"]

    asyncio.run(main())


def test_the_last_event_is_the_last() -> None:
    async def main() -> None:
        one = new_stream()
        one.put(written(1))
        one.end("shutdown")
        one.put(written(2))
        one.beat()
        one.end("done")
        assert names(await one.take()) == ["changed", "closing"]
        assert await one.take() is None

    asyncio.run(main())


def test_a_reader_that_takes_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "SLOW", 0.0)

    async def main() -> None:
        one = new_stream()
        assert [one.is_stuck] == [False]
        one.put(written(1))
        await one.take()  # and whoever took it never comes back
        assert [one.is_stuck] == [True]
        one.writer = asyncio.create_task(asyncio.sleep(60))
        one.give_up()
        assert await one.take() is None
        with pytest.raises(asyncio.CancelledError):
            await one.writer

    asyncio.run(main())


def test_more_prompts_than_one_event_names_are_a_reset() -> None:
    assert names(written(1, 100).event) == ["changed"]
    assert names(written(1, 101).event) == ["reset"]
