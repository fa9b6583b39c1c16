"""Whether the number of prompts matters: 100,000 of 10 versions beside 100, on SQLite."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from uuid import uuid4

from _load import Run, load, resident_bytes
from sqlalchemy import insert, select

from promptwire.storage.store import SqlStore
from promptwire.storage.tables import prompts, teams, versions

SIZES = (100, 100_000)
VERSIONS = 10
ASKED = 100
_BATCH = 1_000


def measure(rounds: int, seconds: int) -> None:
    """Fill a store of each size, and read the same number of prompts of each, in turns."""
    import bench_server  # noqa: PLC0415 - which imports this

    runs: dict[int, list[Run]] = {size: [] for size in SIZES}
    with tempfile.TemporaryDirectory() as directory, ExitStack() as stack:
        running = {}
        for size in SIZES:
            data = Path(directory) / str(size)
            with bench_server.promptwire(data, "protocol"):
                pass  # the first start makes what a store begins with
            _fill(data / "promptwire.db", size)
            began = time.monotonic()
            port, pid = stack.enter_context(bench_server.promptwire(data, "protocol"))
            print(
                f"{size:,} prompts: started in {time.monotonic() - began:.1f} s, {_held(pid)} before any was asked for"
            )
            running[size] = (port, pid, _script(Path(directory), size))
        for at in range(rounds + 1):
            for size, (port, pid, script) in running.items():
                run = load(port, "/", pid, seconds=seconds, script=script)
                runs[size] += [run] if at else []  # the first round fills memory
        for size, (_, pid, _) in running.items():
            print(f"{size:,} prompts: {_held(pid)} after {ASKED} were asked for")
    print("\n| prompts | requests a second | p99 ms | CPU µs a request |\n|---|---|---|---|")
    for size, of in runs.items():
        rate, p99, cpu = (median(getattr(run, what) for run in of) for what in ("rate", "p99", "cpu"))
        print(f"| {size:,} | {rate:,.0f} | {p99:.1f} | {cpu:.1f} |")


def _held(pid: int) -> str:
    return f"{resident_bytes(pid) / 2**20:.0f} MiB"


def _script(directory: Path, size: int) -> Path:
    """Ask for a hundred prompts in turns, spread over all of them."""
    import bench_server  # noqa: PLC0415 - the same

    slugs = [f"/v1/prompts/p{at * (size // ASKED)}/resolve" for at in range(ASKED)]
    lines = [
        f"local paths = {{{', '.join(json.dumps(one) for one in slugs)}}}",
        "local at = 0",
        f'wrk.headers["Authorization"] = "Bearer {bench_server.KEY}"',
        "request = function() at = at % #paths + 1; return wrk.format(nil, paths[at]) end",
    ]
    file = directory / f"{size}.lua"
    file.write_text("\n".join(lines))
    return file


def _fill(file: Path, count: int) -> None:
    """Write prompts straight into the store."""
    store = SqlStore.open(file)
    with store.engines.writer.begin() as connection:
        team = connection.execute(select(teams.c.id)).scalars().first()
        seed = dict(connection.execute(select(prompts)).mappings().one())
        text = dict(connection.execute(select(versions)).mappings().one())
        for begin in range(0, count, _BATCH):
            ids = [(str(uuid4()), f"p{at}") for at in range(begin, min(count, begin + _BATCH))]
            own = [
                seed | {"id": one, "slug": slug, "name": slug, "team_id": team, "last_number": VERSIONS}
                for one, slug in ids
            ]
            connection.execute(insert(prompts), own)
            connection.execute(
                insert(versions), [_version(text, one, at) for one, _ in ids for at in range(1, VERSIONS + 1)]
            )
    store.close()


def _version(text: dict[str, object], prompt_id: str, number: int) -> dict[str, object]:
    status = "live" if number == VERSIONS else "stable"
    return text | {"id": str(uuid4()), "prompt_id": prompt_id, "number": number, "status": status}


if __name__ == "__main__":
    sys.exit(subprocess.call([sys.executable, str(Path(__file__).parent / "bench_server.py"), "--sizes"]))
