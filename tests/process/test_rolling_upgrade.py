"""While servers are replaced one by one, those of the old release work on tables to which the new one has added."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import httpx
import pytest
from scripts.record_store import RELEASES, served, unpack
from sqlalchemy import inspect

from conftest import new_database
from promptwire.storage.store import SqlStore
from support.server import ADMIN_EMAIL, ADMIN_PASSWORD, API_KEY, PRESETS, ServerProcess, http_client
from support.story import check_store
from support.waiting import eventually

LOGIN = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}


def expand(database: str) -> None:
    """Do what a later release may do first: add columns to every table, indexes, and tables."""
    with contextlib.closing(SqlStore.open(database)) as store, store.engines.writer.begin() as connection:
        for table in inspect(connection).get_table_names():
            connection.exec_driver_sql(f'ALTER TABLE "{table}" ADD COLUMN later_note TEXT')
            connection.exec_driver_sql(f"ALTER TABLE \"{table}\" ADD COLUMN later_kind TEXT DEFAULT 'x' NOT NULL")
        connection.exec_driver_sql("CREATE TABLE later (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("CREATE INDEX later_index ON users (later_note)")


def work(http: httpx.Client, number: int) -> None:
    """Write and read what everybody does, often enough for statements to be prepared."""
    prompt = http.get("/v1/prompts/greeting").json()["prompt"]
    path = f"/v1/prompts/{prompt['id']}/versions"
    answer = http.post(path, json={"template": f"text {number}"})
    assert answer.status_code == 201, answer.text
    version = answer.json()["version"]["version"]
    assert http.post(f"{path}/{version}/promote", json={"to": "live"}).status_code == 200
    assert http.post(f"{path}/{version}/tags", json={"tag": "prod"}).is_success
    assert http.get("/v1/prompts/greeting/resolve").json()["version"] == version
    assert http.post("/v1/prompts/greeting/render", json={"variables": {}}).json()["rendered"] == f"text {number}"
    assert http.get(path).status_code == 200
    assert http.get(f"/v1/teams/{prompt['team_id']}/prompts").status_code == 200


def test_a_server_goes_on_over_tables_to_which_a_later_release_has_added(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    database = new_database(engine, request, tmp_path)
    server = ServerProcess(tmp_path, "--database", database, **PRESETS).wait_ready()
    try:
        with server.client(API_KEY) as http:
            for number in range(8):
                work(http, number)
            expand(database)
            for number in range(8, 16):
                work(http, number)
            assert http.post("/v1/auth/login", json=LOGIN).status_code == 200
    finally:
        assert server.stop() == 0
    assert "request failed" not in server.errors, server.errors


@pytest.mark.slow
def test_a_server_of_the_release_before_and_one_of_this_work_side_by_side(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """The old one is the code of the newest store in tests/storage/releases, taken from the history of git."""
    commit = json.loads(max(RELEASES.glob("*.json")).read_text(encoding="utf-8"))["commit"]
    database = new_database(engine, request, tmp_path)
    with served(unpack(commit, tmp_path / "code"), "--database", database) as url, http_client(url, API_KEY) as old:
        for number in range(4):
            work(old, number)
        server = ServerProcess(tmp_path, "--database", database, **PRESETS).wait_ready()
        try:
            with server.client(API_KEY) as new:
                for number in range(4, 24, 2):
                    work(old, number)
                    eventually(lambda number=number: said(new) == f"text {number}")  # type: ignore[misc]
                    work(new, number + 1)
                    eventually(lambda number=number: said(old) == f"text {number + 1}")  # type: ignore[misc]
                assert old.post("/v1/auth/login", json=LOGIN).status_code == 200
                assert new.post("/v1/auth/login", json=LOGIN).status_code == 200
        finally:
            assert server.stop() == 0
        work(old, 24)
    with contextlib.closing(SqlStore.open(database)) as store:
        check_store(store)
    assert "request failed" not in server.errors, server.errors


def said(http: httpx.Client) -> str:
    """Give what a server says now."""
    answer = http.post("/v1/prompts/greeting/render", json={"variables": {}})
    assert answer.status_code == 200, answer.text
    rendered: str = answer.json()["rendered"]
    return rendered
