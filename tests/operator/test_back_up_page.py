"""docs/howto/back-up.md does what it says, on a real server's store and a real PostgreSQL."""

from __future__ import annotations

import contextlib
from pathlib import Path

from scripts.postgres import chosen

from promptwire.storage.store import SqlStore
from support.postgres import Postgres
from support.reader import Reader, run_blocks
from support.server import PRESETS, ServerProcess


def test_the_page_runs(postgres: Postgres, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    moved, restored = postgres.new_database(), postgres.new_database()
    named = {"/backups": str(tmp_path / "backups"), "postgresql://promptwire@db.example.com/promptwire": f"'{moved}'"}
    back_up, cron, dump, restore, take_back, copy = (put(block, named) for block in run_blocks("howto/back-up.md"))
    reader = Reader(tmp_path)
    reader.settings["PATH"] = f"{chosen() / 'bin'}:{reader.settings['PATH']}"
    server = ServerProcess(tmp_path / "data", **PRESETS).wait_ready()
    assert "The change log is whole" in reader.does(back_up, cron)
    assert len([*(tmp_path / "backups").glob("*.db")]) == 2
    assert server.stop() == 0
    assert "Applications will start over" in reader.does(restore)
    assert "Copied and compared, row by row" in reader.does(copy)
    reader.does(dump, PROMPTWIRE_DATABASE=moved)
    said = reader.does(take_back, PROMPTWIRE_DATABASE=restored)
    assert "Every application will start over.\nThe change log is whole" in said
    found = [actions(one) for one in (f"sqlite:///{tmp_path / 'data.broken/promptwire.db'}", moved, restored)]
    assert found[1] == [*found[0], "store.restored"]
    assert found[2] == [*found[1], "store.restored"]


def put(block: str, named: dict[str, str]) -> str:
    for name, here in named.items():
        block = block.replace(name, here)
    return block


def actions(database: str) -> list[str]:
    with contextlib.closing(SqlStore.open(database)) as store:
        return [one.change.action for one in store.read_now(lambda tx: tx.changes.after(0, 1000))]
