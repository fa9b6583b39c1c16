"""The client for asyncio: the same names, and a loop that is never kept waiting."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Unpack

import pytest

from promptwire import AsyncPromptwire, ClosedError, NotFoundError, PromptChange, Promptwire, UnavailableError
from promptwire.client.settings import Given
from support.faults import Misbehaving, Proxy
from support.registry import Registry

COROUTINES = {"get", "render", "messages", "prefetch", "flush", "close"}


def public(owner: type) -> dict[str, inspect.Signature]:
    names = [name for name in dir(owner) if not name.startswith("_")]
    return {name: inspect.signature(getattr(owner, name)) for name in [*names, "__init__"]}


def test_both_clients_have_the_same_names_and_parameters() -> None:
    blocking, asynchronous = public(Promptwire), public(AsyncPromptwire)
    assert blocking.keys() == asynchronous.keys()
    for name, signature in blocking.items():
        ours = asynchronous[name].parameters
        assert list(ours) == list(signature.parameters), name
        assert [one.default for one in ours.values()] == [one.default for one in signature.parameters.values()], name
    assert {name for name in blocking if inspect.iscoroutinefunction(getattr(AsyncPromptwire, name))} == COROUTINES
    for name in COROUTINES:
        assert getattr(Promptwire, name).__doc__


@asynccontextmanager
async def client(proxy: Proxy, registry: Registry, **given: Unpack[Given]) -> AsyncIterator[AsyncPromptwire]:
    settings: Given = {"url": proxy.url, "api_key": registry.key, "refresh": 0.05, **given}
    async with AsyncPromptwire(**settings) as pw:
        yield pw


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while not await holds():  # noqa: ASYNC110 (what it waits for happens in another process)
            await asyncio.sleep(0.005)


async def longest_stall(work: Awaitable[object]) -> float:
    """Do something, and give the longest time that the loop did nothing else."""
    longest = 0.0
    done = asyncio.ensure_future(work)
    while not done.done():
        began = perf_counter()
        await asyncio.sleep(0)
        longest = max(longest, perf_counter() - began)
    await done
    return longest


@pytest.mark.parametrize("mode", ["stream", "poll", "none"])
def test_a_prompt_is_read_and_follows_the_server(proxy: Proxy, registry: Registry, mode: str) -> None:
    authored = registry.prompt("Hello {{.name}}!")

    async def main() -> None:
        async with client(proxy, registry, mode=mode) as pw:  # type: ignore[arg-type]  # one of the modes
            assert await pw.render(authored.slug, {"name": "Ada"}) == "Hello Ada!"
            assert (await pw.get(authored.slug)).version == 1
            authored.add("Hi {{.name}}.")
            authored.promote(2)

            async def arrived() -> bool:
                return await pw.render(authored.slug, {"name": "Ada"}) == "Hi Ada."

            await until(arrived)
            with pytest.raises(NotFoundError):
                await pw.get("nobody")
            assert await pw.render("nobody", fallback="Hi") == "Hi"

    asyncio.run(main())


def test_many_tasks_that_want_one_prompt_send_one_request(proxy: Proxy, registry: Registry) -> None:
    authored = registry.prompt("Hello")

    async def main() -> None:
        async with client(proxy, registry, refresh=60) as pw:
            prompts = await asyncio.gather(*(pw.get(authored.slug) for _ in range(50)))
            assert len(set(map(id, prompts))) == 1

    asyncio.run(main())
    assert proxy.asked == 1


def test_who_gives_up_waiting_takes_nothing_from_the_others(misbehaving: Misbehaving) -> None:
    async def main() -> None:
        async with AsyncPromptwire(url=misbehaving.url, timeout=0.5) as pw:
            hasty = asyncio.ensure_future(pw.get("greeting"))
            patient = asyncio.ensure_future(pw.get("greeting"))
            await asyncio.sleep(0.05)
            hasty.cancel()
            with pytest.raises(UnavailableError, match=r"gave no answer within 0\.5 s"):
                await patient

    asyncio.run(main())


@pytest.mark.parametrize("mode", ["stream", "none"])
def test_the_loop_goes_on_while_the_server_hangs(misbehaving: Misbehaving, mode: str) -> None:
    pw = AsyncPromptwire(url=misbehaving.url, timeout=0.4, mode=mode)  # type: ignore[arg-type]  # one of the modes

    async def main() -> float:
        stall = await longest_stall(pw.render("greeting", fallback="Hi"))
        await pw.close()
        return stall

    stalls = [asyncio.run(main())]
    assert min(stalls) < 0.1  # 5 ms where nothing else runs (benchmarks/bench_sdk.py); one that waited took 0.4 s


def test_changes_are_told_on_the_loop(proxy: Proxy, registry: Registry) -> None:
    authored = registry.prompt("one")
    told: list[PromptChange] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        async with client(proxy, registry) as pw:
            await pw.get(authored.slug)

            async def callback(change: PromptChange) -> None:
                assert asyncio.get_running_loop() is loop
                told.append(change)

            stop = pw.on_change(callback)
            authored.add("two")
            authored.promote(2)

            async def heard() -> bool:
                return bool(told)

            await until(heard)
            stop()

    asyncio.run(main())
    before, after = told[0].before, told[0].after
    assert before
    assert after
    assert (told[0].name, before.version, after.version) == (authored.slug, 1, 2)


def test_one_client_serves_one_loop_after_the_other(proxy: Proxy, registry: Registry) -> None:
    authored, other = registry.prompt("one"), registry.prompt("other")
    pw = AsyncPromptwire(url=proxy.url, api_key=registry.key)
    assert asyncio.run(pw.render(authored.slug)) == "one"
    assert asyncio.run(pw.render(other.slug)) == "other"
    asyncio.run(pw.prefetch(authored.slug, (other.slug, 1)))
    asyncio.run(pw.close())
    assert asyncio.run(pw.render(other.slug, version=1)) == "other"
    with pytest.raises(ClosedError):
        asyncio.run(pw.get("nobody"))
