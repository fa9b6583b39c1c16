"""What counting use costs: a read with and without it, and writing reports down, on SQLite and on PostgreSQL.

    python benchmarks/bench_use.py [--reads 200000] [--processes 10000] [--prompts 20] [--engine sqlite|postgresql]

`read` is one resolve answered from memory by `Reads.now`, in this process and without HTTP, once with counting and
once without, taken turns with; the least of each is what counts on a busy machine. `write` is one transaction with the
reports that so many processes send in a second when each sends one a minute.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parents[1]))  # for scripts, where this is run as a script
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # for tests.support

from scripts.postgres import running

from promptwire.api.v1.reads import Read, Reads
from promptwire.api.v1.renders import variables_in
from promptwire.api.v1.targets import Target, Verb
from promptwire.domain.credentials import token_hash
from promptwire.domain.organizations import Team
from promptwire.domain.use import Batch, Received
from promptwire.domain.versions import ByLive, Status
from promptwire.integrations.renderer import ProcessRenderer
from promptwire.integrations.schemas import JsonSchemas
from promptwire.ports.storage import Transaction
from promptwire.readmodel.finding import Wanted
from promptwire.readmodel.model import ReadModel
from promptwire.readmodel.use import Use
from promptwire.services import reports
from promptwire.storage.migrate import migrate
from promptwire.storage.store import SqlStore
from promptwire.wire.use import Reporter, Served, Used, UseReport
from support import make

TOKEN = f"ak_{'1' * 64}"
AT = datetime(2026, 11, 24, tzinfo=UTC)


class Ground:
    """An organization with a team, a key, and prompts that are live."""

    def __init__(self, tx: Transaction, prompts: int) -> None:
        org, maker = make.organization(), make.user()
        self.team: Team = make.team(org.id)
        tx.organizations.insert(org)
        tx.teams.insert(self.team)
        tx.users.insert(maker, "hash")
        tx.keys.insert(make.key(org.id, maker.id), token_hash(TOKEN))
        self.prompts = [make.prompt(self.team.id, last_number=1) for _ in range(prompts)]
        for prompt in self.prompts:
            tx.prompts.insert(prompt)
            tx.versions.insert(make.version(prompt.id, 1, status=Status.LIVE))


async def measure_reads(store: SqlStore, slug: str, reads: int) -> None:
    """Print what a read takes, with counting and without."""
    took: dict[bool, list[float]] = {True: [], False: []}
    renderer = ProcessRenderer("exact")
    try:
        for turn in range(10):
            counts = turn % 2 == 0
            model = ReadModel(store, JsonSchemas(), "exact")
            answering = Reads(model, renderer, variables_in, use=Use(counts=counts))
            read = Read(Target(Verb.RESOLVE, Wanted(slug, ByLive())), f"Bearer {TOKEN}".encode(), None, None)
            await answering.later(read)
            began = time.perf_counter()
            for _ in range(reads // 10):
                answering.now(read)
            took[counts].append((time.perf_counter() - began) / (reads // 10))
    finally:
        await renderer.close()
    on, off = min(took[True]), min(took[False])
    print(f"read: {off * 1e9:.0f} ns without counting, {on * 1e9:.0f} ns with it: {(on - off) * 1e9:+.0f} ns")


def measure_writes(store: SqlStore, ground: Ground, processes: int) -> None:
    """Print what it takes to write down a second's reports: of new processes, of known ones, and after a move."""
    a_second = max(1, processes // 60)
    ids = [str(uuid4()) for _ in range(a_second)]
    teams = {ground.team.id: ground.team}

    def batch(number: int, label: str) -> Batch:
        serves = tuple(Served(prompt_id=one.id, version=1, label=label) for one in ground.prompts)
        uses = tuple(Used(prompt_id=one.id, version=1, label=label, renders=9) for one in ground.prompts)
        made = [
            UseReport(process=Reporter(id=one, service="bench"), number=number, serves=serves, uses=uses) for one in ids
        ]
        return Batch(at=AT, reports=[Received(owner="org:x", teams=teams, report=one, at=AT) for one in made])

    def timed(number: int, label: str) -> float:
        given = batch(number, label)
        began = time.perf_counter()
        store.write_now(lambda tx: reports.write(tx, given))
        return time.perf_counter() - began

    new = timed(1, "live")
    known = statistics.median(timed(number, "live") for number in range(2, 12))
    moved = timed(12, "prod")
    told = f"{a_second} reports of {len(ground.prompts)} prompts each"
    print(f"write: {told}: new {new * 1e3:.0f} ms, known {known * 1e3:.0f} ms, all moved {moved * 1e3:.0f} ms")


@contextlib.contextmanager
def database(engine: str) -> Iterator[str | Path]:
    """Give an empty database."""
    if engine == "postgresql":
        with running() as url:
            yield url
        return
    with tempfile.TemporaryDirectory() as directory:
        yield Path(directory) / "promptwire.db"


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--reads", type=int, default=200_000)
    parser.add_argument("--processes", type=int, default=10_000)
    parser.add_argument("--prompts", type=int, default=20)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), action="append")
    asked = parser.parse_args()
    for engine in asked.engine or ("sqlite", "postgresql"):
        print(f"== {engine}")
        with database(engine) as url, contextlib.closing(SqlStore.open(url)) as store:
            migrate(store.engines)
            ground = store.write_now(lambda tx: Ground(tx, asked.prompts))
            asyncio.run(measure_reads(store, ground.prompts[0].slug, asked.reads))
            measure_writes(store, ground, asked.processes)


if __name__ == "__main__":
    main()
