"""`/v1/ready` says what keeps a server from serving well, while `/v1/health` goes on."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from conftest import new_database
from promptwire.storage.store import SqlStore
from support.postgres import Postgres
from support.server import PRESETS, ServerProcess
from support.waiting import eventually


def test_a_database_that_is_away_is_named_until_it_is_back(postgres: Postgres, tmp_path: Path) -> None:
    database = postgres.new_database()
    name = database.rpartition("?")[0].rpartition("/")[2]
    server = ServerProcess(tmp_path, "--database", database, **PRESETS).wait_ready()

    def shut(*, away: bool) -> None:
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {not away}'.encode())
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))

    try:
        with server.client() as http:
            assert http.get("/v1/ready").json() == {"status": "ready", "problems": {}}
            shut(away=True)
            eventually(lambda: http.get("/v1/ready").status_code == 503, 20)
            answer = http.get("/v1/ready")
            assert answer.headers["retry-after"] == "1"
            assert answer.json()["status"] == "not ready"
            assert answer.json()["problems"]["store"] in {"cannot be reached", "does not answer"}
            eventually(lambda: http.get("/v1/ready").json()["problems"].get("feed") == "behind", 20)
            assert http.get("/v1/health").status_code == 200
            shut(away=False)
            eventually(lambda: http.get("/v1/ready").status_code == 200, 20)
    finally:
        server.stop()


def test_tables_of_an_earlier_release_are_named_and_those_of_a_later_one_will_do(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    database = new_database(engine, request, tmp_path)
    server = ServerProcess(tmp_path / "data", "--database", database, **PRESETS).wait_ready()
    store = SqlStore.open(database)

    def say(revision: str) -> None:
        with store.engines.writer.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})

    try:
        with server.client() as http:
            say("0001")
            eventually(lambda: http.get("/v1/ready").json()["problems"] == {"migrations": "missing"}, 20)
            assert http.get("/v1/ready").status_code == 503
            say("9999")
            eventually(lambda: http.get("/v1/ready").status_code == 200, 20)
    finally:
        store.close()
        server.stop()
