"""The PostgreSQL that tests run on starts here, whoever runs them, and leaves nothing behind."""

from pathlib import Path

import psycopg
import pytest
from scripts.postgres import CHOICE, cluster, installations, running
from scripts.run_tests import ON_POSTGRES, other_postgres, read_suites


def test_it_answers_and_goes_away() -> None:
    with running() as url:
        folder = Path(url.partition("host=")[2])
        with psycopg.connect(url) as connection:
            assert connection.info.server_version >= 180000
        assert folder.exists()
    assert not folder.parent.exists()


def test_it_can_be_stopped_and_goes_on_where_it_was() -> None:
    with cluster() as one:
        one.start()
        with psycopg.connect(one.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (id INTEGER)")
        one.stop()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(one.url)
        one.start()
        with psycopg.connect(one.url) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_the_environment_chooses_the_release(monkeypatch: pytest.MonkeyPatch) -> None:
    oldest = min(installations())
    monkeypatch.setenv(CHOICE, "oldest")
    with running() as url, psycopg.connect(url) as connection:
        assert connection.info.server_version // 10_000 == oldest


def test_the_slow_run_takes_the_oldest_release_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    jobs = other_postgres(read_suites(), tmp_path)
    oldest = min(installations())
    first = jobs[: len(ON_POSTGRES)]
    assert [job.name for job in first] == [f"{suite} on PostgreSQL {oldest}" for suite in ON_POSTGRES]
    assert all(any(str(installations()[oldest]) in str(word) for word in job.command) for job in first)
    assert "the newest PostgreSQL here is" in capsys.readouterr().out or len(jobs) > len(ON_POSTGRES)
