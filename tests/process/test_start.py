"""A server that cannot start says why in one line, ends with status 1, and has made nothing."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from promptwire.cli.app import app
from promptwire.cli.exits import Exit
from promptwire.cli.options import settings
from promptwire.domain.errors import InvalidInput
from promptwire.server.local import open_store
from promptwire.server.sockets import listen, origin
from promptwire.settings import ServerSettings
from support.commands import promptwire, refused
from support.server import clean_environment


@pytest.fixture
def busy_port() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield str(taken.getsockname()[1])


def test_a_busy_port_is_one_line_and_no_credential_is_lost(tmp_path: Path, busy_port: str) -> None:
    line = refused("serve", "--port", busy_port, cwd=tmp_path)
    assert line == (
        f"promptwire: port {busy_port} on 127.0.0.1 is in use: stop what uses it, or choose another with --port"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"PROMPTWIRE_HOST": "nowhere.invalid"}, "cannot listen on nowhere.invalid"),
        ({"PROMPTWIRE_DATABASE": "postgresql://ada:s3cret@127.0.0.1:1/name"}, "onnection refused"),
    ],
)
def test_a_server_that_cannot_start_says_why_in_one_line(
    tmp_path: Path, environment: dict[str, str], words: str
) -> None:
    line = refused("serve", cwd=tmp_path, env={"PROMPTWIRE_PORT": "0", **environment})
    assert words in line
    assert "s3cret" not in line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PROMPTWIRE_PORT", "eighty"),
        ("PROMPTWIRE_PORT", "65536"),
        ("PROMPTWIRE_PORT", ""),
        ("PROMPTWIRE_SESSION_HOURS", "nan"),
        ("PROMPTWIRE_SESSION_HOURS", "0"),
        ("PROMPTWIRE_NUMBERS", "roman"),
    ],
)
def test_a_setting_of_the_environment_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        settings()
    assert ended.value.code == Exit.FAILED
    said = capsys.readouterr().err
    assert said.startswith(f"promptwire: {name}: ")
    assert said.count("\n") == 1


@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1", "not a host", "1.2.3.4.5"])
def test_a_host_that_is_none_of_this_machine_is_refused(host: str) -> None:
    with pytest.raises(InvalidInput, match=f"cannot listen on {host}"):
        listen(host, 0)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::1", "::", "localhost"])  # noqa: S104
def test_the_address_that_is_printed_can_be_opened(host: str) -> None:
    with listen(host, 0) as listener:
        url = httpx.URL(origin(listener))
        socket.create_connection((url.host, url.port or 0), timeout=5).close()


@pytest.mark.parametrize("data", ["/dev/null/data", "/proc/data", "x" * 300])
def test_a_data_directory_that_cannot_be_made_is_refused(data: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        open_store(ServerSettings.given({"data": data}))
    assert data in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "promptwire.db").write_text("no database " * 1000)
    assert "file is not a database" in refused("serve", "--data", str(tmp_path), "--port", "0")


def test_the_surroundings_of_the_server_that_fail_to_start_end_it(tmp_path: Path) -> None:
    """Uvicorn ends the process when the application cannot start; nothing says that it is ready."""
    script = "import gc; gc.freeze = lambda: 1 / 0; from promptwire.cli import main; main()"
    ended = subprocess.run(
        [sys.executable, "-c", script, "serve", "--data", str(tmp_path / "data"), "--port", "0"],
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode not in {0, None}
    assert ended.stdout == ""
    assert "ZeroDivisionError" in ended.stderr


def test_help_explains_the_commands_and_their_options() -> None:
    of_serve = promptwire("serve", "--help")
    assert (of_serve.returncode, of_serve.stderr) == (0, "")
    for word in ("--host", "--port", "--data", "--database", "PROMPTWIRE_ADMIN_EMAIL", "(PROMPTWIRE_DATABASE)"):
        assert word in of_serve.stdout
    of_all = CliRunner().invoke(app, ["--help"])
    assert of_all.exit_code == 0
    for word in ("serve", "migrate", "admin", "keys"):
        assert word in of_all.output


@pytest.mark.parametrize(
    ("arguments", "named"),
    [(["nonsense"], "nonsense"), (["serve", "--nonsense"], "--nonsense"), (["serve", "--port", "eighty"], "--port")],
)
def test_a_command_that_is_none_ends_with_status_2(arguments: list[str], named: str) -> None:
    ended = CliRunner().invoke(app, arguments)
    assert ended.exit_code == 2
    assert named in ended.output


def test_migrate_makes_a_store_and_serves_twice(tmp_path: Path) -> None:
    ended = promptwire("migrate", "--data", str(tmp_path / "data"))
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "The store is up to date.\n", "")
    assert CliRunner().invoke(app, ["migrate", "--data", str(tmp_path / "data")]).output == ended.stdout
    assert (tmp_path / "data" / "promptwire.db").exists()
