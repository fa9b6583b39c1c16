"""The face of the SDK for asyncio: the same names, and nothing that blocks the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from types import TracebackType
from typing import Any, Self, TypeAlias

from promptwire.client.announcer import PromptChange
from promptwire.client.errors import PromptwireError
from promptwire.client.face import Client, Name, references
from promptwire.client.fallbacks import Fallback
from promptwire.client.inline import Inline
from promptwire.client.office import Flight, raised
from promptwire.client.prompt import Prompt
from promptwire.client.reference import Reference
from promptwire.client.variables import NO_VARIABLES, Variables

AsyncCallback: TypeAlias = Callable[[PromptChange], "Awaitable[object] | object"]


class AsyncPromptwire(Client):
    """A client of one Promptwire server for asyncio, which keeps what it fetched in memory and up to date.

    Make one for the process, and share it among its tasks and loops. Nothing is fetched, and no thread runs, before the
    first call that needs it.
    """

    __slots__ = ()

    async def get(
        self, slug: str, *, label: str | None = None, version: int | None = None, fallback: Fallback | None = None
    ) -> Prompt:
        """Give a prompt, as `Promptwire.get`; a first read waits without blocking the loop."""
        try:
            return self._shown.served[slug][label if version is None else (label, version)]
        except (KeyError, TypeError):
            return await self._miss(Reference.checked(slug, label, version), fallback)

    async def render(
        self,
        slug: str,
        variables: Variables = NO_VARIABLES,
        *,
        label: str | None = None,
        version: int | None = None,
        fallback: Fallback | None = None,
    ) -> str:
        """Give the text of a prompt with its variables filled in, as `Promptwire.render`."""
        return (await self.get(slug, label=label, version=version, fallback=fallback)).render(variables)

    async def messages(
        self,
        slug: str,
        variables: Variables = NO_VARIABLES,
        *,
        label: str | None = None,
        version: int | None = None,
        fallback: Fallback | None = None,
    ) -> list[Any]:
        """Give the messages of a chat with its variables filled in, as `Promptwire.messages`."""
        return (await self.get(slug, label=label, version=version, fallback=fallback)).messages(variables)

    async def prefetch(self, *names: Name, label: str | None = None, timeout: float | None = None) -> None:  # noqa: ASYNC109 (one deadline for all, which the thread keeps)
        """Have these prompts in memory, as fresh as can be had, as `Promptwire.prefetch`."""
        asked = references(names, label)
        seconds = self._driver.office.settings.timeout if timeout is None else timeout
        for error in (await asyncio.to_thread(self._driver.prefetch, asked, seconds)).values():
            raise error
        self._shown = self._driver.shown

    def on_change(self, callback: AsyncCallback) -> Callable[[], None]:
        """Call something, a coroutine function too, on this loop whenever a prompt in use means something else.

        Returns:
            What ends it.

        Raises:
            RuntimeError: When no loop is running.
        """
        loop = asyncio.get_running_loop()
        tasks: set[asyncio.Task[object]] = set()

        def call(change: PromptChange) -> None:
            told = callback(change)
            if isinstance(told, Coroutine):
                task: asyncio.Task[object] = loop.create_task(told)
                tasks.add(task)
                task.add_done_callback(tasks.discard)

        def hand_over(change: PromptChange) -> None:
            with suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(call, change)

        return self._driver.office.announcer.add(hand_over)

    async def flush(self, timeout: float | None = None) -> bool:  # noqa: ASYNC109 (which the thread keeps)
        """Send the scores that wait, and say what was used, now, as `Promptwire.flush`."""
        seconds = self._driver.office.settings.timeout if timeout is None else timeout
        return await asyncio.to_thread(self._driver.flush, seconds)

    async def close(self) -> None:
        """End the refresh. What is in memory can still be read; it ages."""
        await asyncio.to_thread(self._driver.close)

    async def _miss(self, reference: Reference, fallback: Fallback | None) -> Prompt:
        try:
            prompt = await self._asked(reference)
        except PromptwireError:
            if fallback is None:
                raise
            prompt = self._driver.fallback(reference, fallback)
        self._shown = self._driver.shown
        return prompt

    async def _asked(self, reference: Reference) -> Prompt:
        driver = self._driver
        if isinstance(driver, Inline):
            return await asyncio.to_thread(lambda: driver.at_hand(reference) or driver.fetch(reference))
        if reference in driver.office.book.copies or driver.office.stock.is_empty:
            at_hand = driver.at_hand(reference)
        else:
            at_hand = await asyncio.to_thread(driver.at_hand, reference)
        if at_hand is not None:
            return at_hand
        try:
            async with asyncio.timeout(driver.office.settings.timeout):
                return raised(await _landing(driver.flight(reference)))
        except TimeoutError:
            raise driver.late(reference) from None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()


async def _landing(flight: Flight) -> Prompt | PromptwireError:
    """Wait for a flight that others wait for too: who gives up must not end it for them."""
    loop = asyncio.get_running_loop()
    landed: asyncio.Future[Prompt | PromptwireError] = loop.create_future()

    def land() -> None:
        if not landed.done():
            landed.set_result(flight.result())

    def call(_: Flight) -> None:
        with suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(land)

    flight.add_done_callback(call)
    return await landed
