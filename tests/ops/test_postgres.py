"""The PostgreSQL that tests run on starts here, whoever runs them, and leaves nothing behind."""

from pathlib import Path

import psycopg
from scripts.postgres import running


def test_it_answers_and_goes_away() -> None:
    with running() as url:
        folder = Path(url.partition("host=")[2])
        with psycopg.connect(url) as connection:
            assert connection.info.server_version >= 180000
        assert folder.exists()
    assert not folder.parent.exists()
