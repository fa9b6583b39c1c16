"""`promptwire config` prints every setting, what it is, and where that comes from, and shows no secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from promptwire.settings import ServerSettings
from support.commands import promptwire, refused
from support.server import ServerProcess

SECRETS = {
    "PROMPTWIRE_ADMIN_PASSWORD": "Secret-Horse-1",
    "PROMPTWIRE_BOOTSTRAP_API_KEY": "secret-key-of-many-letters",
    "PROMPTWIRE_SMTP_URL": "smtp://ada:secret-mail@mail.example.com",
    "PROMPTWIRE_OIDC_CLIENT_SECRET": "secret-client",
    "PROMPTWIRE_DATABASE": "postgresql://ada:secret-word@db/name?sslmode=require&sslpassword=secret-tls",
}


def told(*arguments: str, **environment: str) -> dict[str, dict[str, Any]]:
    ended = promptwire("config", "--json", *arguments, env=environment)
    assert ended.returncode == 0, ended
    rows = json.loads(ended.stdout)["settings"]
    return {row["name"]: row for row in rows}


def test_every_setting_is_there_with_its_default() -> None:
    rows = told()
    assert list(rows) == [f"PROMPTWIRE_{name.upper()}" for name in ServerSettings.model_fields]
    assert {row["source"] for row in rows.values()} == {"default"}
    assert rows["PROMPTWIRE_PORT"]["value"] == 8000
    assert rows["PROMPTWIRE_SIGN_UP"]["value"] == "invite"


def test_where_a_setting_comes_from_is_said(tmp_path: Path) -> None:
    file = tmp_path / "database"
    file.write_text("postgresql://ada@db/name\n")
    rows = told("--data", "there", PROMPTWIRE_PORT="9000", PROMPTWIRE_DATABASE_FILE=str(file), promptwire_host="::1")
    assert (rows["PROMPTWIRE_DATA"]["source"], rows["PROMPTWIRE_DATA"]["value"]) == ("option", "there")
    assert (rows["PROMPTWIRE_PORT"]["source"], rows["PROMPTWIRE_PORT"]["value"]) == ("environment", 9000)
    assert (rows["PROMPTWIRE_HOST"]["source"], rows["PROMPTWIRE_HOST"]["value"]) == ("environment", "::1")
    database = rows["PROMPTWIRE_DATABASE"]
    assert (database["source"], database["file"], database["value"]) == ("file", str(file), "postgresql://ada@db/name")
    said = promptwire("config", env={"PROMPTWIRE_DATABASE_FILE": str(file)}).stdout
    assert f"postgresql://ada@db/name  (file {file})" in said


def test_no_secret_is_shown() -> None:
    for arguments in (("config",), ("config", "--json")):
        ended = promptwire(*arguments, env=SECRETS)
        assert ended.returncode == 0, ended
        assert "secret" not in ended.stdout.lower().replace("oidc_client_secret", "").replace('"secret":', "")
        assert "postgresql://ada:***@db/name?sslmode=require&sslpassword=***" in ended.stdout
    rows = told(**SECRETS)
    assert all(rows[name]["secret"] for name in SECRETS)


def test_secrets_may_stand_in_files_and_a_server_takes_them(tmp_path: Path) -> None:
    password, key = tmp_path / "password", tmp_path / "key"
    password.write_text("Correct-Horse-1\n")
    key.write_text("ak_" + "ab" * 32 + "\r\n")
    groups = tmp_path / "groups"
    groups.write_text('[{"group": "g", "organization": "o", "role": "member"}]')
    server = ServerProcess(
        tmp_path / "data",
        PROMPTWIRE_ADMIN_EMAIL="root@example.com",
        PROMPTWIRE_ADMIN_PASSWORD_FILE=str(password),
        PROMPTWIRE_BOOTSTRAP_API_KEY_FILE=str(key),
        PROMPTWIRE_OIDC_GROUPS_FILE=str(groups),
    ).wait_ready()
    with server.client("ak_" + "ab" * 32) as http:
        assert http.get("/v1/prompts/greeting").status_code == 200
        login = {"email": "root@example.com", "password": "Correct-Horse-1"}
        assert http.post("/v1/auth/login", json=login).status_code == 200
    assert server.stop() == 0


def test_a_file_that_cannot_be_read_or_is_one_too_many_is_refused(tmp_path: Path) -> None:
    gone = str(tmp_path / "gone")
    line = refused("config", env={"PROMPTWIRE_DATABASE_FILE": gone})
    assert line == f"promptwire: PROMPTWIRE_DATABASE_FILE: {gone} cannot be read: No such file or directory"
    line = refused("config", env={"PROMPTWIRE_PORT_FILE": gone, "PROMPTWIRE_PORT": "1"})
    assert line == "promptwire: PROMPTWIRE_PORT and PROMPTWIRE_PORT_FILE are both set: one of them is too many"
    (tmp_path / "gone").write_bytes(b"\xff\xfe")
    line = refused("config", env={"PROMPTWIRE_DATABASE_FILE": gone})
    assert line == f"promptwire: PROMPTWIRE_DATABASE_FILE: {gone} is no text in UTF-8"
    (tmp_path / "gone").write_text("many")
    assert refused("config", env={"PROMPTWIRE_PORT_FILE": gone}).startswith("promptwire: PROMPTWIRE_PORT: ")


@pytest.mark.parametrize(
    ("name", "value"),
    [("PROMPTWIRE_PORT", "many"), ("PROMPTWIRE_WORKERS", "0"), ("PROMPTWIRE_OIDC_GROUPS", '[{"group": "g"}]')],
)
def test_what_cannot_be_is_one_line_that_names_it(name: str, value: str) -> None:
    assert refused("config", env={name: value}).startswith(f"promptwire: {name}: ")
