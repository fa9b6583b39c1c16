"""Writers that run beside a test, in threads and in processes of their own."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from threading import Barrier
from typing import TypeVar

from promptwire.domain.changes import Scope
from promptwire.storage.migrate import migrate
from promptwire.storage.store import SqlStore
from promptwire.storage.transaction import SqlTransaction
from support import make

Result = TypeVar("Result")


def at_once(*works: Callable[[], Result]) -> list[Result | Exception]:
    """Run each in a thread of its own, all from one moment on; gives what each gave or raised."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], Result]) -> Result | Exception:
        barrier.wait(timeout=30)
        try:
            return work()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(run, works))


@contextlib.contextmanager
def processes(count: int) -> Iterator[ProcessPoolExecutor]:
    """Give processes that share nothing with this one."""
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        yield pool


def write_prompts(database: str, scope: Scope, team_id: str, count: int) -> None:
    """Add prompts one after the other, each with its entry in the log."""
    with contextlib.closing(SqlStore.open(database)) as store:
        for _ in range(count):
            store.write_now(lambda tx: add_prompt(tx, scope, team_id))


def add_prompt(tx: SqlTransaction, scope: Scope, team_id: str) -> None:
    """Add a prompt, with its entry in the log."""
    prompt = make.prompt(team_id)
    tx.record(make.change(scope, object_id=prompt.id, prompt_id=prompt.id))
    tx.prompts.insert(prompt)


def migrate_database(database: str | Path) -> None:
    """Bring a database to the tables of this release."""
    with contextlib.closing(SqlStore.open(database)) as store:
        migrate(store.engines)


def errors(results: Sequence[object]) -> list[Exception]:
    """Pick what went wrong."""
    return [one for one in results if isinstance(one, Exception)]
