"""A server that knows a mail server sends through it; one that is told of none that can be, does not start."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.commands import refused
from support.server import ADMIN_EMAIL, PRESETS, ServerProcess
from support.smtp import SmtpListener
from support.waiting import eventually


def test_mail_goes_out_through_the_server_that_is_set(tmp_path: Path) -> None:
    smtp = SmtpListener()
    settings = PRESETS | {
        "PROMPTWIRE_SMTP_URL": f"smtp://127.0.0.1:{smtp.port}",
        "PROMPTWIRE_MAIL_FROM": "Prompts <prompts@example.org>",
    }
    server = ServerProcess(tmp_path, **settings).wait_ready()
    try:
        with server.client() as http:
            answer = http.post("/v1/auth/password-reset/trigger", json={"email": ADMIN_EMAIL})
            assert answer.status_code == 200
        eventually(lambda: len(smtp.received) == 1)
        assert (smtp.received[0]["To"], smtp.received[0]["From"]) == (ADMIN_EMAIL, settings["PROMPTWIRE_MAIL_FROM"])
        assert not (tmp_path / "mail").exists()
    finally:
        assert server.stop() == 0
        smtp.stop()


def test_mail_that_cannot_go_out_hinders_nobody(tmp_path: Path) -> None:
    smtp = SmtpListener()
    smtp.says = {"MAIL": ["421 too busy"] * 100}
    server = ServerProcess(tmp_path, **PRESETS, PROMPTWIRE_SMTP_URL=f"smtp://127.0.0.1:{smtp.port}").wait_ready()
    try:
        with server.client() as http:
            answer = http.post("/v1/auth/password-reset/trigger", json={"email": ADMIN_EMAIL})
        assert answer.status_code == 200
        eventually(lambda: "mail could not be sent yet" in server.errors)
        assert ADMIN_EMAIL not in server.errors
    finally:
        assert server.stop() == 0
        smtp.stop()
    assert "mail given up: the server stops" in server.errors


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("PROMPTWIRE_SMTP_URL", "http://u:secret@mail.example.org"),
        ("PROMPTWIRE_MAIL_FROM", "nobody"),
        ("PROMPTWIRE_SIGN_UP", "anybody"),
        ("PROMPTWIRE_BOOTSTRAP", "no"),
    ],
)
def test_a_setting_that_cannot_be_used_stops_the_start(tmp_path: Path, setting: str, value: str) -> None:
    line = refused("serve", "--data", str(tmp_path / "new"), "--port", "0", env={setting: value})
    assert line.startswith(f"promptwire: {setting}: ")
    assert "secret" not in line
    assert not (tmp_path / "new").exists()
