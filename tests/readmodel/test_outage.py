"""While the database is away, reads go on from memory and say so; everything else is told to come back."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from support.postgres import Postgres
from support.server import ADMIN_EMAIL, ADMIN_PASSWORD, API_KEY, PRESETS, ServerProcess
from support.waiting import eventually

RESOLVE, RENDER = "/v1/prompts/greeting/resolve", "/v1/prompts/greeting/render"
ADA = {"variables": {"name": "Ada"}}


def shut(postgres: Postgres, database: str, *, away: bool) -> None:
    """Let nobody into a database, and everybody out; or let them in again."""
    name = database.rpartition("?")[0].rpartition("/")[2]
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {not away}'.encode())
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))


@pytest.mark.parametrize("way", ["protocol", "routes"])
def test_reads_go_on_from_memory_while_the_database_is_away(postgres: Postgres, tmp_path: Path, way: str) -> None:
    database = postgres.new_database()
    server = ServerProcess(tmp_path, "--database", database, **PRESETS, PROMPTWIRE_READ_PATH=way).wait_ready()
    try:
        _walk(postgres, database, server)
    finally:
        server.stop()


def _walk(postgres: Postgres, database: str, server: ServerProcess) -> None:
    with server.client(API_KEY) as key, server.client() as nobody:
        before = key.get(RESOLVE)
        assert (before.status_code, "promptwire-stale" in before.headers) == (200, False)
        assert key.post(RENDER, json=ADA).status_code == 200
        shut(postgres, database, away=True)
        eventually(lambda: "promptwire-stale" in key.get(RESOLVE).headers, 20)
        stale = key.get(RESOLVE)
        assert (stale.status_code, stale.json()) == (200, before.json())
        assert int(stale.headers["promptwire-stale"]) >= 3
        assert key.get(RESOLVE, headers={"If-None-Match": "*"}).headers["promptwire-stale"]
        assert key.post(RENDER, json=ADA).json()["rendered"].startswith("Hello Ada!")
        for refused in (
            key.get("/v1/prompts/other/resolve"),
            nobody.post("/v1/auth/login", json={"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}),
            key.get("/v1/prompts/greeting"),
        ):
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        shut(postgres, database, away=False)
        eventually(lambda: "promptwire-stale" not in key.get(RESOLVE).headers, 20)
        assert key.get("/v1/prompts/other/resolve").status_code == 404


def test_what_is_too_old_is_not_answered(postgres: Postgres, tmp_path: Path) -> None:
    database = postgres.new_database()
    server = ServerProcess(tmp_path, "--database", database, **PRESETS, PROMPTWIRE_MAX_STALE="1").wait_ready()
    try:
        with server.client(API_KEY) as key:
            assert key.get(RESOLVE).status_code == 200
            shut(postgres, database, away=True)
            eventually(lambda: key.get(RESOLVE).status_code == 503, 20)
            assert key.get(RESOLVE).headers["retry-after"] == "1"
            shut(postgres, database, away=False)
            eventually(lambda: key.get(RESOLVE).status_code == 200, 20)
    finally:
        server.stop()
