"""A few worker processes that do one job each at a time, started when there is something to do."""

from __future__ import annotations

import asyncio
import logging
import pickle
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from promptwire.domain.errors import Busy, DomainError

_SIZE = 4  # bytes that say how long a frame is
_WAITING = 64  # jobs that wait for a process
_WAIT, _PATIENCE = 2.0, 5.0  # seconds that a job waits for a process, and that a process has for a job
log = logging.getLogger("promptwire.workers")


class Worker:
    """One process, which reads jobs from its standard input and writes results to its standard output."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._process: asyncio.subprocess.Process | None = None
        self.is_spent = False
        """Whether it has to end once its job is done."""

    async def ask(self, job: bytes) -> bytes:
        """Have a job done.

        Raises:
            OSError, EOFError: When there is no process, or it has died.
        """
        if self._process is None:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", self._module), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
            )
        reader, writer = self._process.stdout, self._process.stdin
        assert reader is not None  # noqa: S101 - a pipe was asked for
        assert writer is not None  # noqa: S101 - the same
        writer.write(len(job).to_bytes(_SIZE, "big") + job)
        size = int.from_bytes(await reader.readexactly(_SIZE), "big")
        return await reader.readexactly(size)

    async def end(self) -> None:
        """End the process; the next job starts another."""
        process, self._process = self._process, None
        self.is_spent = False
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


class Workers:
    """A bounded pool of worker processes; a job that finds no place in it soon enough is refused."""

    def __init__(self, module: str, count: int) -> None:
        self._workers = [Worker(module) for _ in range(count)]
        self._idle = asyncio.LifoQueue[Worker]()
        self._waiting = 0
        self._endings: set[asyncio.Task[None]] = set()
        for worker in self._workers:
            self._idle.put_nowait(worker)

    async def run(self, *job: object) -> Any:  # noqa: ANN401 - whatever the job gives
        """Have a job done in another process.

        Raises:
            Busy: When too many wait already, or it got no answer in time.
            DomainError: What the job raised.
        """
        worker = await self._take()
        done = asyncio.create_task(self._do(worker, pickle.dumps(job)))
        result = await asyncio.shield(done)  # who stops waiting leaves the process to its job
        if isinstance(result, DomainError):
            raise result
        return result

    def renew(self) -> None:
        """End every process with all that it keeps: those with a job after it, the others now."""
        for worker in self._workers:
            worker.is_spent = True
        idle = [self._idle.get_nowait() for _ in range(self._idle.qsize())]
        task = asyncio.create_task(self._end(idle))
        self._endings.add(task)
        task.add_done_callback(self._endings.discard)

    async def _end(self, idle: Sequence[Worker]) -> None:
        for worker in idle:
            await worker.end()
            self._idle.put_nowait(worker)

    async def close(self) -> None:
        """End every process."""
        await asyncio.gather(*self._endings)
        for worker in self._workers:
            await worker.end()

    async def _take(self) -> Worker:
        if self._waiting >= _WAITING:
            raise Busy
        self._waiting += 1
        try:
            return await asyncio.wait_for(self._idle.get(), _WAIT)
        except TimeoutError:
            raise Busy from None
        finally:
            self._waiting -= 1

    async def _do(self, worker: Worker, job: bytes) -> Any:  # noqa: ANN401 - the same
        try:
            answer = await asyncio.wait_for(worker.ask(job), _PATIENCE)
            return pickle.loads(answer)  # noqa: S301 - from a process of our own
        except (OSError, EOFError, TimeoutError) as error:
            log.error("a worker process was lost", extra={"reason": repr(error)})  # noqa: TRY400 - it says enough
            await worker.end()
            return Busy()
        finally:
            if worker.is_spent:
                await worker.end()
            self._idle.put_nowait(worker)
