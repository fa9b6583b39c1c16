"""Questions about the past are answered from indexes, and quickly, however long the log is."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Connection, event

from promptwire.services import evidence
from promptwire.storage.store import SqlStore

BENCHMARK = Path(__file__).parents[2] / "benchmarks/bench_history.py"
ENTRIES = 2_000


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    """The benchmark, which asks the same of a million entries."""
    spec = importlib.util.spec_from_file_location("bench_history", BENCHMARK)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_every_question_is_answered_in_time_and_the_log_is_whole(
    bench: ModuleType, store: SqlStore, capsys: pytest.CaptureFixture[str]
) -> None:
    log = bench.build(store, ENTRIES)
    assert bench.measure(store, log, 2.0), capsys.readouterr().out
    assert evidence.verify(store, since=None, progress=lambda *_: None).flaw is None


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True, scope="session")
def test_no_question_reads_the_whole_log(bench: ModuleType, store: SqlStore) -> None:
    """On SQLite, which tells its plans in words."""
    log = bench.build(store, ENTRIES)
    asked: list[tuple[str, Any]] = []

    def note(_: Connection, __: object, statement: str, parameters: Any, *___: object) -> None:
        if "FROM changes" in statement:
            asked.append((statement, parameters))

    event.listen(store.engines.reader, "before_cursor_execute", note)
    for question in bench.questions(log).values():
        store.read_now(question)
    assert len(asked) > 20
    with store.engines.writer.connect() as connection:
        for statement, parameters in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            words = [row.detail for row in plan]
            assert not [one for one in words if one == "SCAN changes"], (statement, words)
            slow = ("TEMP B-TREE", "PRIMARY KEY (rowid>", "PRIMARY KEY (rowid<")
            assert not [one for one in words if any(part in one for part in slow)], (statement, words)
