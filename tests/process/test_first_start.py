"""The first start prints, once, all that is needed to begin, and it works when pasted; later ones an address."""

from __future__ import annotations

import contextlib
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import new_database
from promptwire.domain.errors import InvalidInput
from promptwire.server.first_start import FirstStart, open_for_serving
from promptwire.settings import ServerSettings
from promptwire.storage.migrate import is_blank
from promptwire.storage.store import SqlStore
from support.commands import refused, shell
from support.server import PRESETS, ServerProcess
from support.writers import at_once, errors, migrate_database

GREETING = "Hello Ada! This text is a prompt, served by Promptwire."
AWKWARD_KEY = 'it\'s-"a"-\\key-$HOME-`x`-!#%{name}'


@dataclass
class Printed:
    """What a first start prints."""

    email: str
    password: str
    key: str
    curl: str
    python: str

    @classmethod
    def read(cls, output: str) -> Printed:
        def one(pattern: str) -> str:
            [found] = re.findall(pattern, output, re.MULTILINE | re.DOTALL)
            return str(found)

        return cls(
            email=one(r"^  E-mail +(\S+)$"),
            password=one(r"^  Password +(\S+)$"),
            key=one(r"^  API key +(\S+)$"),
            curl=one(r"^  (curl .*?)\n\n"),
            python=one(r"^  (\S+ -c .*?)\n\n"),
        )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("first") / "new" / "data"


@pytest.fixture(scope="module")
def first(data: Path) -> Iterator[ServerProcess]:
    server = ServerProcess(data)
    yield server.wait_ready()
    server.kill()


@pytest.fixture(scope="module")
def printed(first: ServerProcess) -> Printed:
    return Printed.read(first.output)


def sign_in(server: ServerProcess, email: str, password: str) -> int:
    with server.client() as client:
        return client.post("/v1/auth/login", json={"email": email, "password": password}).status_code


def render(server: ServerProcess, key: str) -> int:
    with server.client(key) as client:
        return client.post("/v1/prompts/greeting/render", json={"variables": {"name": "Ada"}}).status_code


def test_what_is_printed_is_printed_once(first: ServerProcess, printed: Printed) -> None:
    assert first.output.startswith(f"Promptwire is ready at {first.url}\n")
    assert first.output.count(printed.email) == first.output.count(printed.password) == 1
    assert printed.password not in first.errors
    assert printed.key not in first.errors


def test_the_printed_e_mail_and_password_sign_in(first: ServerProcess, printed: Printed) -> None:
    assert sign_in(first, printed.email, printed.password) == 200
    assert sign_in(first, printed.email, printed.password + "x") == 401


def test_the_printed_curl_line_renders_when_pasted(printed: Printed) -> None:
    assert GREETING in shell(printed.curl)


def test_the_printed_python_line_renders_when_pasted(printed: Printed) -> None:
    assert GREETING in shell(printed.python)


def test_the_front_page_says_what_this_is(first: ServerProcess) -> None:
    with first.client() as client:
        page = client.get("/")
    assert page.status_code == 200
    assert "<title>Promptwire</title>" in page.text


def test_nothing_of_it_is_stored_in_clear_and_nobody_else_can_read_it(data: Path, printed: Printed) -> None:
    files = [file for file in data.rglob("*") if file.is_file()]
    assert {file.name for file in files} >= {"promptwire.db", "promptwire.db-wal"}
    for file in files:
        content = file.read_bytes()
        for secret in (printed.password, printed.key, printed.key.removeprefix("ak_")):
            assert secret.encode() not in content, file
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_a_second_start_prints_its_address_only_and_ignores_presets(
    first: ServerProcess, data: Path, printed: Printed
) -> None:
    assert first.stop() == 0
    too_late = PRESETS | {"PROMPTWIRE_ADMIN_PASSWORD": "weak"}
    second = ServerProcess(data, **too_late).wait_ready()
    try:
        assert second.output == f"Promptwire is ready at {second.url}\n"
        assert sign_in(second, printed.email, printed.password) == 200
        assert render(second, printed.key) == 200
        assert sign_in(second, PRESETS["PROMPTWIRE_ADMIN_EMAIL"], "weak") == 401
        assert render(second, PRESETS["PROMPTWIRE_BOOTSTRAP_API_KEY"]) == 401
    finally:
        assert second.stop() == 0


def test_presets_are_taken_and_what_is_printed_works_whatever_is_in_them(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    database = new_database(engine, request, tmp_path)
    presets = PRESETS | {"PROMPTWIRE_BOOTSTRAP_API_KEY": AWKWARD_KEY}
    server = ServerProcess(tmp_path / "unused", "--database", database, "--host", "::1", **presets).wait_ready()
    try:
        printed = Printed.read(server.output)
        assert printed.key == AWKWARD_KEY
        assert printed.email == PRESETS["PROMPTWIRE_ADMIN_EMAIL"]
        assert sign_in(server, printed.email, PRESETS["PROMPTWIRE_ADMIN_PASSWORD"]) == 200
        assert GREETING in shell(printed.curl)
        assert GREETING in shell(printed.python)
        assert not (tmp_path / "unused").exists()
    finally:
        assert server.stop() == 0


def test_an_invalid_preset_stops_the_start_and_creates_nothing(tmp_path: Path) -> None:
    presets = PRESETS | {"PROMPTWIRE_ADMIN_PASSWORD": "s3cret"}
    line = refused("serve", "--data", str(tmp_path / "data"), "--port", "0", env=presets)
    assert line.startswith("promptwire: PROMPTWIRE_ADMIN_PASSWORD: ")
    assert "s3cret" not in line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("preset", "value"),
    [
        ("admin_email", "root"),
        ("admin_email", ""),
        ("admin_password", "nodigitsHere!"),
        ("admin_password", ""),
        ("bootstrap_api_key", "x" * 15),
        ("bootstrap_api_key", "x" * 201),
        ("bootstrap_api_key", "sixteen and a space"),
        ("bootstrap_api_key", "sixteen-and-an-ä"),
        ("bootstrap_api_key", "sess_0123456789abcdef"),
        ("bootstrap_api_key", ""),
    ],
)
def test_every_invalid_preset_is_named_and_nothing_is_made(tmp_path: Path, preset: str, value: str) -> None:
    given = ServerSettings.given({"data": tmp_path / "data", preset: value})
    with pytest.raises(InvalidInput, match=f"^PROMPTWIRE_{preset.upper()}: ") as caught:
        open_for_serving(given, str)
    assert not value or value not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_an_invalid_preset_makes_no_table_either(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    database = new_database(engine, request, tmp_path)
    with pytest.raises(InvalidInput):
        open_for_serving(ServerSettings.given({"database": database, "admin_password": "weak"}), str)
    assert list(tmp_path.iterdir()) == []
    with contextlib.closing(SqlStore.open(database)) as store:
        assert is_blank(store.engines)


def test_an_invalid_preset_stops_the_start_of_a_store_without_people_too(database: str) -> None:
    with pytest.raises(InvalidInput):
        open_for_serving(ServerSettings.given({"database": database, "admin_password": "weak"}), str)
    with contextlib.closing(SqlStore.open(database)) as store:
        assert not store.read_now(lambda tx: tx.users.exist())


def test_of_servers_that_start_at_once_on_one_store_one_makes_the_first_things(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    given = ServerSettings.given({"database": new_database(engine, request, tmp_path)})
    migrate_database(given.store)  # Alembic's own state is one a process; migrations at once are tested with processes
    stores: list[SqlStore] = []

    def start() -> FirstStart | None:
        store, made = open_for_serving(given, str)
        stores.append(store)
        return made

    results = at_once(*[start] * 4)
    for store in stores:
        store.close()
    assert errors(results) == []
    assert len([made for made in results if made]) == 1
