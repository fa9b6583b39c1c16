"""Back-up, restore and copy of a store: how long each takes, and what a writer feels of a back-up.

    .venv/bin/python benchmarks/bench_backup.py [--entries 100000] [--versions 20000] [--seconds 8]

Builds a SQLite store with so many entries in its change log and so many versions of 2 kB, serves it, and writes to it
one version after another: first alone, then while `promptwire backup` copies it again and again. Then the copy is
restored to SQLite and to a PostgreSQL of its own, which is backed up and copied in turn. Ends with status 1 where a
writer waited more than a second for a back-up.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from time import perf_counter, sleep

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "benchmarks")]

from bench_history import build, uuid  # noqa: E402 - not before the path is known
from scripts.postgres import running  # noqa: E402 - the same
from sqlalchemy import insert  # noqa: E402 - the same

from promptwire.storage.migrate import migrate  # noqa: E402 - the same
from promptwire.storage.store import SqlStore  # noqa: E402 - the same
from promptwire.storage.tables import versions  # noqa: E402 - the same
from support.make import AT  # noqa: E402 - the same
from support.server import ServerProcess, clean_environment, http_client  # noqa: E402 - the same

_TEXT = "You answer questions of {{.customer}} about invoices, kindly and in two sentences at most.\n" * 22
_BATCH = 2_000
_TOO_LONG = 1.0  # seconds


def command(*arguments: str) -> float:
    """Run a command of ours; gives the seconds it took."""
    began = perf_counter()
    line = [sys.executable, "-m", "promptwire", *arguments]
    ended = subprocess.run(line, env=clean_environment(), capture_output=True, text=True, check=False)
    if ended.returncode:
        raise SystemExit(ended.stderr)
    return perf_counter() - began


def fill(file: Path, entries: int, count: int) -> None:
    """Make the store."""
    with closing(SqlStore.open(file)) as store:
        migrate(store.engines)
        build(store, entries)
        with store.engines.writer.begin() as connection:
            for begin in range(0, count, _BATCH):
                rows = [version(at) for at in range(begin, min(count, begin + _BATCH))]
                connection.execute(insert(versions), rows)


def version(at: int) -> dict[str, object]:
    """Give a row, of the last of the prompts."""
    fields: dict[str, object] = {"id": uuid(7, at), "prompt_id": uuid(4, 99), "number": at + 1, "status": "stable"}
    who = {"author_kind": "user", "author_id": uuid(3, 0), "content_hash": f"{at:064x}", "created_at": AT}
    return fields | who | {"kind": "text", "template": f"{at} {_TEXT}"}


def writes(url: str, key: str, enough: Event) -> list[float]:
    """Write one version after another; gives the seconds that each took."""
    took: list[float] = []
    with http_client(url, key) as http:
        while not enough.is_set():
            began = perf_counter()
            answer = http.post(f"/v1/prompts/{uuid(4, 1)}/versions", json={"template": "text"})
            took.append(perf_counter() - began)
            if answer.status_code != 201:  # noqa: PLR2004 - HTTP's own number
                raise SystemExit(answer.text)
    return took


def during(url: str, key: str, work: Callable[[], None]) -> list[float]:
    """Write while something is done; gives the seconds that each write took."""
    enough, found = Event(), [[0.0]]
    writer = Thread(target=lambda: found.append(writes(url, key, enough)))
    writer.start()
    work()
    enough.set()
    writer.join()
    return found[-1]


def line(what: str, took: Sequence[float]) -> None:
    """Print what writes took."""
    ordered = sorted(took)
    p99 = ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))]
    cells = [f"{len(took):,}", *(f"{one * 1000:.1f}" for one in (statistics.median(took), p99, ordered[-1]))]
    print(f"| {what} | {' | '.join(cells)} |")


def steps(folder: Path, postgres: str) -> Iterator[tuple[str, float]]:
    """Do what is done with a copy; gives what, and the seconds."""
    file, again = str(folder / "copy-0.db"), str(folder / "again.db")
    restored = f"sqlite:///{folder / 'restored.db'}"
    yield "restore to SQLite, checked", command("restore", file, "--database", restored)
    yield "copy from SQLite to PostgreSQL, compared", command("copy", "--to", postgres, "--database", restored)
    yield "backup of PostgreSQL, checked", command("backup", again, "--database", postgres)
    yield "audit verify on PostgreSQL", command("audit", "verify", "--database", postgres)


def main() -> int:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--versions", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=8)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, running() as postgres:
        folder = Path(name)
        data = folder / "data"
        data.mkdir(mode=0o700)
        fill(data / "promptwire.db", given.entries, given.versions)
        size = (data / "promptwire.db").stat().st_size / 1e6
        print(f"{given.entries:,} entries, {given.versions:,} versions of {len(_TEXT) / 1000:.1f} kB: {size:,.0f} MB\n")
        made = [sys.executable, "-m", "promptwire", "keys", "create", "--local", "--org", "Acme", "--data", str(data)]
        key = subprocess.run(made, env=clean_environment(), capture_output=True, text=True, check=True).stdout.strip()
        server = ServerProcess(data, PROMPTWIRE_BOOTSTRAP="off").wait_ready()
        copies: list[float] = []

        def copy() -> None:
            while sum(copies) < given.seconds:
                copies.append(command("backup", str(folder / f"copy-{len(copies)}.db"), "--data", str(data)))

        print("| writes, one after another | of | median ms | p99 ms | longest ms |\n|---|---|---|---|---|")
        line("alone", during(server.url, key, lambda: sleep(given.seconds)))
        felt = during(server.url, key, copy)
        line("while backup copies and checks", felt)
        server.stop()
        print(f"\n| what | seconds |\n|---|---|\n| backup of SQLite, checked | {statistics.median(copies):.1f} |")
        for what, took in steps(folder, postgres):
            print(f"| {what} | {took:.1f} |")
    return int(max(felt) > _TOO_LONG)


if __name__ == "__main__":
    sys.exit(main())
