"""What a server logs of a request that fails: its id and the cause, and never a secret or a text."""

from __future__ import annotations

import asyncio
import json
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from promptwire.domain.errors import Unavailable
from promptwire.storage import engines
from promptwire.storage.store import SqlStore
from promptwire.telemetry.logs import JsonFormatter, request_id
from support import make
from support.forks import forks
from support.server import API_KEY, PRESETS
from support.waiting import eventually

TEXT = "A text that nobody else may read"


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Give what is logged, as the server writes it."""
    written: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(self.format(record))

    handler = Handler()
    handler.setFormatter(JsonFormatter())
    logging.getLogger("promptwire").addHandler(handler)
    yield written
    logging.getLogger("promptwire").removeHandler(handler)


def test_a_request_that_fails_is_in_the_log_with_its_id_and_without_secrets(tmp_path: Path) -> None:
    file = tmp_path / "promptwire.db"
    with forks(tmp_path, **PRESETS) as servers:
        server = servers.start(f"sqlite:///{file}").wait_ready()
        with server.client(API_KEY) as client:
            prompt = client.get("/v1/prompts/greeting").json()["prompt"]
            connection = sqlite3.connect(file)
            connection.execute("ALTER TABLE versions RENAME COLUMN message TO gone")
            connection.close()
            failed = client.post(
                f"/v1/prompts/{prompt['id']}/versions", json={"template": TEXT}, headers={"X-Request-ID": "mine-1"}
            )
        eventually(lambda: '"exception"' in server.output)  # it is logged once the answer is on its way
        output = server.output
        server.kill()
    assert failed.status_code == 500
    assert failed.headers["x-request-id"] == "mine-1"
    assert "message" not in failed.text
    logged = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    [line] = [one for one in logged if one["level"] == "error"]
    assert line["message"] == "request failed"
    assert line["request_id"] == "mine-1"
    assert line["path"] == f"/v1/prompts/{prompt['id']}/versions"
    assert "OperationalError" in line["exception"]
    before, _, after = output.partition('"level": "error"')
    assert API_KEY in before, "the greeting has it"
    for secret in (API_KEY, PRESETS["PROMPTWIRE_ADMIN_PASSWORD"], TEXT):
        assert secret not in after


async def _write(store: SqlStore) -> None:
    request_id.set("mine-2")
    await store.write(lambda tx: tx.users.insert(make.user(), "hash"))


def test_what_the_store_logs_names_the_request_too(
    database: str, engine: str, monkeypatch: pytest.MonkeyPatch, lines: list[str]
) -> None:
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_MS", 10)
    impatient = f"{database}&options=-c lock_timeout=10" if engine == "postgresql" else database
    holder, store = SqlStore.open(database), SqlStore.open(impatient)

    with holder.engines.writer.begin() as connection:
        if engine == "postgresql":
            connection.exec_driver_sql("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(Unavailable):
            asyncio.run(_write(store))
    holder.close()
    store.close()
    [line] = [json.loads(one) for one in lines]
    assert line["request_id"] == "mine-2"
    assert line["logger"] == "promptwire.storage"
    assert "lock" in line["reason"]
    assert request_id.get() is None


def test_a_record_becomes_one_line_of_json(lines: list[str]) -> None:
    log = logging.getLogger("promptwire.test")
    try:
        int("two\nlines")
    except ValueError:
        log.exception("a\nb %s", "ä😀", extra={"path": Path("/x"), "keys": 3})
    [line] = lines
    assert "\n" not in line
    found = json.loads(line)
    assert found["message"] == "a\nb ä😀"
    assert (found["path"], found["keys"], found["level"]) == ("/x", 3, "error")
    assert "ValueError: invalid literal" in found["exception"]
    assert "request_id" not in found
