"""PostgreSQL over TLS: whoever is not who the certificate says is refused before a password is sent."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from scripts.postgres import cluster, with_tls
from sqlalchemy import text

from promptwire.domain.errors import InvalidInput
from promptwire.storage.migrate import migrate
from promptwire.storage.store import SqlStore
from support import make
from support.certificates import Authority
from support.faults import closed_port

ADDRESS = "127.0.0.1"
OURS, FOREIGN = Authority("ours"), Authority("foreign")


def serving(address: str) -> Iterator[str]:
    """Run a PostgreSQL whose certificate is for an address, and give the URL that leads there."""
    home = with_tls()
    if home is None:
        pytest.skip("no PostgreSQL with TLS here: apt-get install postgresql")
    port = closed_port()
    with cluster(home) as postgres:
        certificate, key = OURS.issue(address)
        postgres.put("server.crt", certificate)
        postgres.put("server.key", key)
        postgres.put("pg_hba.conf", b"hostssl all all 127.0.0.1/32 trust\n")
        postgres.start(f"listen_addresses={ADDRESS}", f"port={port}", "ssl=on")
        yield f"postgresql://postgres@{ADDRESS}:{port}/postgres"


@pytest.fixture(scope="module")
def honest() -> Iterator[str]:
    yield from serving(ADDRESS)


@pytest.fixture(scope="module")
def impostor() -> Iterator[str]:
    yield from serving("127.0.0.2")


def trusting(url: str, authority: Authority, directory: Path) -> str:
    """Give a URL that checks the certificate and the host, as seen from those who trust an authority."""
    file = directory / "authority.pem"
    file.write_bytes(authority.pem)
    return f"{url}?sslmode=verify-full&sslrootcert={file}"


def refused(url: str) -> str:
    with contextlib.closing(SqlStore.open(url)) as store, pytest.raises(InvalidInput) as caught:
        migrate(store.engines)
    line = str(caught.value)
    assert "\n" not in line
    return line


def test_every_connection_is_encrypted_and_works(honest: str, tmp_path: Path) -> None:
    with contextlib.closing(SqlStore.open(trusting(honest, OURS, tmp_path))) as store:
        migrate(store.engines)
        user = make.user()
        store.write_now(lambda tx: tx.users.insert(user, "hash"))
        assert store.read_now(lambda tx: tx.users.get(user.id)) == user
        for engine in (store.engines.reader, store.engines.writer, store.engines.watcher):
            with engine.connect() as connection:
                encrypted = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
                assert connection.execute(text(encrypted)).scalar_one() is True


def test_a_server_that_asks_for_tls_refuses_others(honest: str) -> None:
    assert "no encryption" in refused(f"{honest}?sslmode=disable")


def test_a_certificate_that_nobody_we_trust_has_signed_is_refused(honest: str, tmp_path: Path) -> None:
    assert "certificate verify failed" in refused(trusting(honest, FOREIGN, tmp_path))


def test_a_certificate_of_another_host_is_refused(impostor: str, tmp_path: Path) -> None:
    assert "does not match host name" in refused(trusting(impostor, OURS, tmp_path))
