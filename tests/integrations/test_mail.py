"""Mail on its way: through a server, with patience; or into files; and never in anybody's way."""

from __future__ import annotations

import asyncio
import logging
import ssl
import stat
import subprocess
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from promptwire.domain.errors import InvalidInput
from promptwire.integrations import mail
from promptwire.integrations.mail import Outbox
from promptwire.integrations.mail_files import FileCarrier
from promptwire.integrations.smtp import SmtpCarrier, parse_smtp_url
from promptwire.ports.mail import Message
from promptwire.server.mail import make_carrier
from promptwire.settings import ServerSettings
from support.faults import closed_port
from support.smtp import SmtpListener

SENDER = "Promptwire <promptwire@example.org>"
LETTER = Message(to="ada@example.com", subject="Grüße", text="Ein Code:\n\n    ABCD-EFGH\n")


@pytest.fixture
def smtp() -> Iterator[SmtpListener]:
    server = SmtpListener()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for localhost, and its key."""
    directory = tmp_path_factory.mktemp("tls")
    pair = directory / "cert.pem", directory / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*made, *names, "-out", pair[0], "-keyout", pair[1]], check=True, capture_output=True)
    return pair


@pytest.fixture
def tls(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """What a server speaks TLS with that clients here trust."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def carrier(url: str) -> SmtpCarrier:
    return SmtpCarrier(parse_smtp_url(url), SENDER)


def send(outbox_of: mail.Carrier, *letters: Message, waits: tuple[float, ...] = (0.0, 0.0), grace: float = 10) -> None:
    """Send letters, and wait until they are on their way."""

    async def work() -> None:
        outbox = Outbox(outbox_of, waits=waits)
        for letter in letters:
            outbox.send(letter)
        await outbox.close(grace)
        await asyncio.sleep(0.05)  # a connection that was closed ends in the loop's next turns

    asyncio.run(work())


def test_a_letter_goes_out_through_a_server(smtp: SmtpListener) -> None:
    send(carrier(f"smtp://127.0.0.1:{smtp.port}"), LETTER)
    [received] = smtp.received
    assert (received["To"], received["From"], received["Subject"]) == (LETTER.to, SENDER, LETTER.subject)
    assert received["Message-ID"].endswith("@example.org>")
    assert received["Auto-Submitted"] == "auto-generated"
    assert received.get_content().replace("\r\n", "\n") == LETTER.text
    assert smtp.logins == []


def test_a_server_that_asks_to_come_back_is_asked_again(smtp: SmtpListener, caplog: pytest.LogCaptureFixture) -> None:
    smtp.says = {"RCPT": ["451 4.7.1 <ada@example.com> greylisted"], "MAIL": ["421 too busy"]}
    send(carrier(f"smtp://127.0.0.1:{smtp.port}"), LETTER)
    assert len(smtp.received) == 1
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]
    assert "ada@example.com" not in repr([record.__dict__ for record in caplog.records])


def test_a_server_that_refuses_is_not_asked_again(smtp: SmtpListener, caplog: pytest.LogCaptureFixture) -> None:
    smtp.says = {"RCPT": ["550 5.1.1 no <ada@example.com> here"]}
    send(carrier(f"smtp://127.0.0.1:{smtp.port}"), LETTER)
    assert smtp.received == []
    assert [(one.levelname, getattr(one, "reason", None)) for one in caplog.records] == [
        ("ERROR", "the recipient was refused (550)")
    ]


def test_one_who_is_refused_holds_nobody_up(smtp: SmtpListener) -> None:
    smtp.says = {"RCPT": ["550 no"]}
    letters = [Message(to=f"p{number}@example.com", subject="x", text="x") for number in range(6)]
    send(carrier(f"smtp://127.0.0.1:{smtp.port}"), *letters)
    assert len(smtp.received) == 5


def test_a_server_that_is_not_there_is_given_up_in_the_end(caplog: pytest.LogCaptureFixture) -> None:
    send(carrier(f"smtp://127.0.0.1:{closed_port()}"), LETTER)
    assert [one.levelname for one in caplog.records] == ["WARNING", "WARNING", "ERROR"]


def test_a_password_goes_out_encrypted_only(smtp: SmtpListener, tls: ssl.SSLContext) -> None:
    send(carrier(f"smtp://ada:se%40cret@127.0.0.1:{smtp.port}"), LETTER)
    assert (smtp.received, smtp.logins) == ([], [])  # it does not offer STARTTLS
    send(carrier(f"smtp://ada:se%40cret@127.0.0.1:{smtp.port}?starttls=never"), LETTER)
    assert (len(smtp.received), smtp.logins) == (1, ["ada se@cret"])
    server = SmtpListener(tls)
    try:
        send(carrier(f"smtp://ada:secret@localhost:{server.port}"), LETTER)
        assert (server.encrypted, server.logins) == ([True], ["ada secret"])
    finally:
        server.stop()


def test_a_connection_may_be_encrypted_from_its_first_byte(tls: ssl.SSLContext) -> None:
    server = SmtpListener(tls, from_first_byte=True)
    try:
        send(carrier(f"smtps://ada:secret@localhost:{server.port}"), LETTER)
        assert (server.encrypted, server.logins) == ([True], ["ada secret"])
    finally:
        server.stop()


def test_a_server_that_cannot_prove_its_name_gets_nothing(
    tls: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    server = SmtpListener(tls)
    try:
        send(carrier(f"smtp://ada:secret@127.0.0.1:{server.port}"), LETTER)  # its certificate is for localhost
        assert (server.received, server.logins) == ([], [])
        assert caplog.records[-1].levelname == "ERROR"
    finally:
        server.stop()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org", ("mail.example.org", 587, False, None)),
        ("smtp://mail.example.org:25?starttls=always", ("mail.example.org", 25, False, True)),
        ("smtp://u:p@mail.example.org/", ("mail.example.org", 587, False, True)),
        ("smtp://u:p@[::1]:25?starttls=never", ("::1", 25, False, False)),
        ("smtps://u:p@mail.example.org", ("mail.example.org", 465, True, False)),
    ],
)
def test_a_url_says_where_and_how(url: str, expected: tuple[str, int, bool, bool | None]) -> None:
    server = parse_smtp_url(url)
    assert (server.host, server.port, server.tls, server.starttls) == expected
    assert "'p'" not in repr(server)


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://host:port",
        "smtp://host:99999",
        "smtp://secret@host",
        "smtp://u:secret@host?starttls=maybe",
        "smtp://u:secret@host?x=1",
        "smtp://host/path",
    ],
)
def test_a_url_that_is_none_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(InvalidInput, match="PROMPTWIRE_SMTP_URL: must be smtp://") as caught:
        parse_smtp_url(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("sender", ["", "nobody", "a@b.co\nBcc: c@d.co"])
def test_a_sender_that_is_none_is_refused(sender: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="PROMPTWIRE_MAIL_FROM"):
        make_carrier(ServerSettings.given({"data": tmp_path, "mail_from": sender}))


def test_without_a_server_each_letter_is_a_file_of_the_owners_own(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    carrier = make_carrier(ServerSettings.given({"data": tmp_path / "data"}))
    send(carrier, LETTER, LETTER)
    directory = tmp_path / "data" / "mail"
    files = sorted(directory.iterdir())
    assert len(files) == 2
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    written = message_from_bytes(files[0].read_bytes(), policy=default)
    assert (written["To"], written["Subject"], written.get_content()) == (LETTER.to, LETTER.subject, LETTER.text)
    assert sorted(str(one.__dict__["file"]) for one in caplog.records) == [str(file) for file in files]
    said = repr([one.__dict__ for one in caplog.records])
    assert not any(part in said for part in (LETTER.to, "ABCD", LETTER.subject))


def test_a_directory_that_cannot_be_written_is_no_reason_to_fail(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "mail").write_text("a file")
    send(FileCarrier(tmp_path / "mail", SENDER), LETTER, waits=())
    assert [one.levelname for one in caplog.records] == ["ERROR"]


class Slow:
    """Takes its time."""

    def __init__(self) -> None:
        self.carried = 0

    async def carry(self, _: Message) -> None:
        await asyncio.sleep(60)
        self.carried += 1


class Broken:
    """Has a bug."""

    async def carry(self, _: Message) -> None:
        raise ZeroDivisionError


def test_what_is_on_its_way_when_the_server_stops_has_a_moment(caplog: pytest.LogCaptureFixture) -> None:
    slow = Slow()
    send(slow, LETTER, LETTER, LETTER, grace=0.05)
    assert slow.carried == 0
    assert [getattr(one, "messages", None) for one in caplog.records] == [3]


def test_too_many_are_dropped(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(mail, "MAX_WAITING", 2)
    send(Slow(), LETTER, LETTER, LETTER, grace=0.05)
    assert [one.getMessage() for one in caplog.records] == [
        "mail dropped: too many messages are waiting",
        "mail given up: the server stops",
    ]


def test_a_bug_ends_with_its_letter(caplog: pytest.LogCaptureFixture) -> None:
    send(Broken(), LETTER)
    assert [one.levelname for one in caplog.records] == ["ERROR"]
