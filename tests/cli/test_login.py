"""`promptwire login`, `logout`, `whoami`, and which server and credential a command uses."""

from __future__ import annotations

import json
import stat
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from support.terminal import Terminal
from support.world import PASSWORD, World


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "config"


@pytest.fixture
def file(home: Path) -> Path:
    return home / "promptwire" / "logins.json"


@pytest.fixture
def newcomer(home: Path) -> Terminal:
    return Terminal(home)


def sign_in(terminal: Terminal, world: World, email: str, password: str = PASSWORD) -> str:
    options = ("--server", world.server.url, "--email", email, "--password-stdin")
    return terminal.run("login", *options, stdin=f"{password}\n").said


def test_who_signs_in_acts_as_themselves_until_they_sign_out(newcomer: Terminal, world: World, file: Path) -> None:
    email = world.person("editor").user.email
    url = world.server.url
    options = ("--server", f"{url}/", "--email", email, "--password-stdin")
    assert newcomer.says("login", *options, stdin=f"{PASSWORD}\n") == f"Signed in to {url} as {email}.\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    told = newcomer.json("whoami")
    assert (told["server"], told["credential"], told["user"]["email"]) == (url, "promptwire login", email)
    assert newcomer.says("whoami").splitlines() == [
        f"server  {url}",
        f"as      {email}",
        "by      promptwire login",
        f"teams   {world.team.slug}",
    ]
    token = json.loads(file.read_text())["servers"][url]["token"]
    assert newcomer.says("logout") == f"Signed out of {url}.\n"
    assert token not in file.read_text()
    assert world.http(token).get("/v1/auth/me").status_code == 401
    assert newcomer.refused("logout") == "3 you are not signed in to http://127.0.0.1:8000"


def test_a_wrong_password_keeps_nothing(newcomer: Terminal, world: World, file: Path) -> None:
    email = world.person("editor").user.email
    said = sign_in(newcomer, world, email, "wrong")
    assert said.startswith("4 promptwire: invalid credentials")
    assert not file.exists()
    asked = newcomer.refused("login", "--server", world.server.url)
    assert asked == (
        "2 e-mail address and password cannot be asked for here\n"
        "  Without a terminal: --email you@example.com --password-stdin"
    )


def test_a_token_can_be_printed_and_is_not_kept_then(newcomer: Terminal, world: World, file: Path) -> None:
    email = world.person("editor").user.email
    options = ("--server", world.server.url, "--email", email, "--password-stdin", "--print-token")
    token = newcomer.says("login", *options, stdin=PASSWORD).strip()
    assert world.http(token).get("/v1/auth/me").json()["user"]["email"] == email
    assert not file.exists()


def test_a_session_is_sent_to_its_own_server_only(newcomer: Terminal, world: World) -> None:
    sign_in(newcomer, world, world.person("editor").user.email)
    other = world.server.url.replace("127.0.0.1", "localhost")
    line = newcomer.refused("prompts", "list", "--server", other)
    assert (
        line == f"4 unauthorized\n  Sign in with: promptwire login --server {other} (or give a key: PROMPTWIRE_API_KEY)"
    )


def test_an_option_goes_before_the_environment_and_that_before_the_session(
    newcomer: Terminal, world: World, home: Path
) -> None:
    sign_in(newcomer, world, world.person("editor").user.email)
    assert newcomer.json("whoami", "--key", world.key())["credential"] == "--key"
    program = Terminal(home, PROMPTWIRE_API_KEY=world.key(), PROMPTWIRE_URL="http://127.0.0.1:9")
    assert program.json("whoami", "--server", world.server.url)["credential"] == "PROMPTWIRE_API_KEY"
    line = Terminal(home, PROMPTWIRE_API_KEY="ak_none").refused("prompts", "list")
    assert line.startswith("4 unauthorized\n  PROMPTWIRE_API_KEY is used before the session of ")


def test_a_session_that_has_ended_says_so(newcomer: Terminal, world: World, file: Path) -> None:
    sign_in(newcomer, world, world.person("editor").user.email)
    kept = json.loads(file.read_text())
    world.http(kept["servers"][world.server.url]["token"]).delete("/v1/auth/session")
    line = newcomer.refused("prompts", "list")
    again = f"Sign in again: promptwire login --server {world.server.url}"
    assert line == f"4 unauthorized\n  The session has ended. {again}"


def test_a_file_that_others_may_read_or_nobody_can_is_not_used(newcomer: Terminal, world: World, file: Path) -> None:
    sign_in(newcomer, world, world.person("editor").user.email)
    file.chmod(0o644)
    line = newcomer.refused("prompts", "list")
    assert line == f"1 others may read {file}\n  It holds sessions. Run: chmod 600 {file}"
    file.chmod(0o600)
    file.write_text("{}")
    line = newcomer.refused("prompts", "list")
    assert line.startswith(f"1 {file} cannot be read: ")
    assert line.endswith("Remove it, and sign in again with: promptwire login")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--server", "example.com"], "2 url 'example.com': it must begin with http:// or https:// and name a host"),
        (["--key", "a key"], "2 the key: it holds a space or a character that is not visible ASCII"),
        (
            ["--server", "http://127.0.0.1:9"],
            "6 http://127.0.0.1:9 refused the connection: is the server running there?",
        ),
        (["--server", "http://nowhere.invalid"], "6 http://nowhere.invalid has a host that is not known: "),
    ],
    ids=str,
)
def test_a_server_that_cannot_be_asked_says_why(newcomer: Terminal, options: list[str], words: str) -> None:
    assert newcomer.refused("prompts", "list", *options).startswith(words)


def test_errors_come_as_json_for_programs(newcomer: Terminal) -> None:
    ran = newcomer.run("prompts", "list", "--server", "http://127.0.0.1:9", "--json")
    assert (ran.status, ran.output) == (6, "")
    told = json.loads(ran.errors)
    assert told == {
        "error": "http://127.0.0.1:9 refused the connection: is the server running there?",
        "status": 6,
        "hint": "Name the server with --server or PROMPTWIRE_URL, or sign in to it: promptwire login --server URL",
    }


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(302 if "teams" in self.path else 200)
        self.send_header("Location", "https://prompts.example.com/")
        self.send_header("Content-Length", "6")
        self.end_headers()
        self.wfile.write(b"<html>")

    def log_message(self, *_: object) -> None:
        pass


def test_something_else_than_promptwire_is_told_from_it(newcomer: Terminal) -> None:
    with HTTPServer(("127.0.0.1", 0), _Page) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{other.server_port}"
        line = newcomer.refused("prompts", "list", "--server", url)
        assert line == (
            f"6 {url} answered 302, and not as Promptwire does\n"
            "  It points to https://prompts.example.com/: is that the server?"
        )
        line = newcomer.refused("prompts", "show", "x", "--server", url)
        assert line.startswith(f"6 {url} did not answer as Promptwire does\n")
        other.shutdown()
