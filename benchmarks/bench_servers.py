"""Several servers on one store: how soon all see what one wrote, and how soon they heal; on both databases.

    .venv/bin/python benchmarks/bench_servers.py [ROUNDS]

Starts three server processes on a SQLite file, then on a PostgreSQL of its own, and moves the live version back and
forth (200 times where no number is given) while it asks the other two what is live. Then a key is revoked, as often
as ten times; on PostgreSQL notifications get lost, connections are cut, and the database is stopped and started. It
fails where a figure is over what issue 8 asks for: 250 ms for 99 of 100 changes, 2 s to heal.
"""

from __future__ import annotations

import math
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import httpx
import psycopg

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from scripts.postgres import Cluster, cluster  # noqa: E402 - not before the path is known

from support.server import ADMIN_EMAIL, ADMIN_PASSWORD, API_KEY, PRESETS, ServerProcess  # noqa: E402 - the same

SERVERS = 3
SOON, HEALED = 0.25, 2.0
KEYS, OUTAGES = 10, 5
PATIENCE = 30.0
_CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE pid <> pg_backend_pid() AND datname = current_database() AND query LIKE %s"
)
RESOLVE = "/v1/prompts/greeting/resolve"


class Company:
    """Servers on one store, an author at the first, and readers at all."""

    def __init__(self, servers: Sequence[ServerProcess]) -> None:
        self._servers = servers
        self.author = servers[0].client(API_KEY)
        self.readers = [server.client(API_KEY) for server in servers]
        prompt = self.author.get("/v1/prompts/greeting").json()["prompt"]
        self._path = f"/v1/prompts/{prompt['id']}/versions"
        self._live = 1
        _done(self.author.post(self._path, json={"template": "another"}))
        for reader in self.readers:
            version_at(reader)

    def move(self) -> tuple[float, float]:
        """Move live at the first server; gives after how many seconds it, and the last of the others, say so."""
        self._live = 3 - self._live
        _done(self.author.post(f"{self._path}/{self._live}/promote", json={"to": "live"}))
        began = perf_counter()
        if version_at(self.readers[0]) != self._live:
            raise SystemExit("the server that wrote does not see what it wrote")
        own = perf_counter() - began
        for reader in self.readers[1:]:
            wait_for(lambda reader=reader: version_at(reader) == self._live)  # type: ignore[misc]
        return own, perf_counter() - began

    def revoke(self) -> float:
        """Revoke a key that all know; gives after how many seconds the last refuses it."""
        signed_in = self._servers[0].client()
        token = _done(signed_in.post("/v1/auth/login", json={"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}))
        signed_in.headers["Authorization"] = f"Bearer {token['token']}"
        org = _done(signed_in.get("/v1/me/orgs"))["organizations"][0]
        issued = _done(signed_in.post("/v1/api-keys", json={"name": "brief", "org_id": org["id"]}))
        with ExitStack() as stack:
            readers = [stack.enter_context(server.client(issued["key"])) for server in self._servers]
            for reader in readers:
                wait_for(lambda reader=reader: reader.get(RESOLVE).status_code == HTTPStatus.OK)  # type: ignore[misc]
            _done(signed_in.delete(f"/v1/api-keys/{issued['id']}"))
            began = perf_counter()
            if readers[0].get(RESOLVE).status_code != HTTPStatus.UNAUTHORIZED:
                raise SystemExit("the server that revoked a key still takes it")
            for reader in readers[1:]:
                wait_for(lambda reader=reader: reader.get(RESOLVE).status_code == HTTPStatus.UNAUTHORIZED)  # type: ignore[misc]
            return perf_counter() - began

    def close(self) -> None:
        """Close every connection."""
        for client in (self.author, *self.readers):
            client.close()


def _done(answer: httpx.Response) -> Any:  # noqa: ANN401 - whatever JSON
    if answer.is_error:
        raise SystemExit(f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}")
    return answer.json() if answer.content else {}


def version_at(reader: httpx.Client) -> int:
    """Give the live version as a server says."""
    answer = reader.get(RESOLVE)
    _done(answer)
    version: int = answer.json()["version"]
    return version


def wait_for(holds: Callable[[], bool]) -> None:
    """Ask until something holds."""
    deadline = perf_counter() + PATIENCE
    while not holds():
        if perf_counter() > deadline:
            raise SystemExit(f"it did not come about within {PATIENCE:g} s")


@contextmanager
def company(database: str, directory: Path) -> Iterator[Company]:
    """Start the servers."""
    with ExitStack() as stack:
        servers = []
        for _ in range(SERVERS):
            server = ServerProcess(directory, "--database", database, **PRESETS)
            stack.callback(server.stop)
            servers.append(server.wait_ready(120))
        made = Company(servers)
        stack.callback(made.close)
        yield made


def report(what: str, seconds: Sequence[float], limit: float) -> bool:
    """Print a line of the table; tells whether it is within the limit."""
    ordered = sorted(seconds)
    p99 = ordered[math.ceil(0.99 * len(ordered)) - 1]
    figures = (statistics.median(ordered), p99, ordered[-1])
    print(f"| {what} | {len(ordered)} | {' | '.join(f'{1000 * one:.1f}' for one in figures)} | {1000 * limit:g} |")
    return p99 <= limit


def everyday(name: str, servers: Company, rounds: int) -> bool:
    """Measure what happens all day."""
    moves = [servers.move() for _ in range(rounds)]
    return all(
        [
            report(f"{name}: a move, at the server that wrote", [own for own, _ in moves], SOON),
            report(f"{name}: a move, at the last of the others", [last for _, last in moves], SOON),
            report(f"{name}: a revoked key, at the last", [servers.revoke() for _ in range(KEYS)], SOON),
        ]
    )


def outages(servers: Company, postgres: Cluster) -> bool:
    """Measure how long things that go wrong with PostgreSQL are felt."""

    def cut(doing: str) -> None:
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            connection.execute(_CUT, (doing,))

    def after_lost() -> float:
        cut("LISTEN%")
        return servers.move()[1]

    def after_cut() -> float:
        cut("%")
        wait_until_written(servers)
        return servers.move()[1]

    def after_restart() -> float:
        postgres.stop()
        for reader in servers.readers:
            version_at(reader)
        refused = servers.author.post("/v1/prompts/none/archive", json={})
        if refused.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
            raise SystemExit(f"a write without a database is answered {refused.status_code}")
        sleep(1)
        postgres.start()
        began = perf_counter()
        wait_until_written(servers)
        servers.move()
        return perf_counter() - began

    return all(
        [
            report(
                "PostgreSQL: a move just after who listens was cut off", [after_lost() for _ in range(OUTAGES)], HEALED
            ),
            report("PostgreSQL: a move after every connection was cut", [after_cut() for _ in range(OUTAGES)], HEALED),
            report(
                "PostgreSQL: started again, written, and seen by all", [after_restart() for _ in range(OUTAGES)], HEALED
            ),
        ]
    )


def wait_until_written(servers: Company) -> None:
    """Wait until the database takes statements from the first server."""
    wait_for(lambda: servers.author.get("/v1/prompts").status_code == HTTPStatus.OK)


def main() -> int:
    """Measure, and print a table in milliseconds."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    print("| what | times | median ms | p99 ms | longest ms | may take |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        with company(f"sqlite:///{directory / 'promptwire.db'}", directory) as servers:
            well = everyday("SQLite", servers, rounds)
        with cluster() as postgres:
            postgres.start()
            with company(postgres.url, directory) as servers:
                well &= everyday("PostgreSQL", servers, rounds)
                well &= outages(servers, postgres)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
