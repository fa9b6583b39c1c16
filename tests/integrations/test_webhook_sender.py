"""Sending to endpoints that hang, redirect, never end or lie; and to addresses that are nobody's business."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from promptwire.domain.reach import Reach, read_networks
from promptwire.domain.webhooks import Outcome
from promptwire.integrations.webhook_sender import HttpSender
from promptwire.ports.webhooks import Post
from support.receiver import Liar, Receiver

HERE = Reach(networks=read_networks("127.0.0.0/8,::1/128"), plain=True)
SECRET = "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"


def send(url: str, reach: Reach = HERE, seconds: float = 5) -> Outcome:
    post = Post(url=url, id="msg_1", body=b'{"a": "\xc3\xa4"}', secrets=(SECRET,), at=datetime.now(UTC))
    sender = HttpSender(reach, timeout=seconds)
    try:
        return asyncio.run(sender.send(post))
    finally:
        sender.close()


def says(answer: bytes, *, hangs: bool = False) -> Callable[[socket.socket], None]:
    def serve(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(answer)
        if hangs:
            connection.recv(1)
        connection.close()

    return serve


def floods(head: bytes, chunk: bytes) -> Callable[[socket.socket], None]:
    def serve(connection: socket.socket) -> None:
        connection.sendall(head)
        with suppress(OSError):
            while True:
                connection.sendall(chunk)

    return serve


def test_what_is_sent_verifies() -> None:
    with Receiver() as receiver:
        outcome = send(receiver.url + "?a=b")
        assert (outcome.status, outcome.error, outcome.is_success) == (204, None, True)
        [heard] = receiver.heard
        assert heard.verified(SECRET) == {"a": "ä"}
        assert heard.path == "/hook?a=b"
        assert heard.headers["host"] == f"127.0.0.1:{receiver.port}"
        assert heard.headers["webhook-id"] == "msg_1"


@pytest.mark.parametrize("status", [200, 201, 299, 301, 307, 400, 410, 500])
def test_only_2xx_is_success_and_redirects_are_not_followed(status: int) -> None:
    with Receiver() as receiver:
        receiver.status = lambda _: status
        outcome = send(receiver.url)
        assert (outcome.status, outcome.is_success, outcome.answer) == (status, status < 300, "heard")
        assert len(receiver.heard) == 1


@pytest.mark.parametrize(
    ("answer", "status", "error", "text"),
    [
        (b"", None, "the connection was closed without an answer", ""),
        (b"SSH-2.0-OpenSSH_9.6\r\n", None, "what answers does not speak HTTP", ""),
        (b"HTTP/1.1 200", None, "the connection was closed without an answer", ""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", 200, None, "half"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, None, "ok"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\nnonsense", 200, None, "ok"),
        (b"HTTP/1.1 200 OK\r\n\r\n\x00\xff", 200, None, "\ufffd\ufffd"),
        (
            b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
            None,
            "what answers does not speak HTTP",
            "",
        ),
    ],
)
def test_whatever_is_answered_has_an_outcome(answer: bytes, status: int | None, error: str | None, text: str) -> None:
    with Liar(says(answer)) as liar:
        outcome = send(liar.url)
    assert (outcome.status, outcome.error, outcome.answer) == (status, error, text)


def test_an_endless_body_is_read_to_its_first_bytes() -> None:
    with Liar(floods(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65_536)) as liar:
        outcome = send(liar.url)
    assert (outcome.status, outcome.answer) == (200, "x" * 1_024)


@pytest.mark.parametrize("chunk", [b"X-Y: z\r\n", b"x" * 1000])
def test_an_endless_head_is_no_answer(chunk: bytes) -> None:
    with Liar(floods(b"HTTP/1.1 200 OK\r\n", chunk)) as liar:
        outcome = send(liar.url)
    assert outcome.status is None
    assert outcome.error in {"the answer does not end its head", "what answers does not speak HTTP"}


def test_endless_announcements_are_no_answer() -> None:
    with Liar(floods(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n")) as liar:
        assert send(liar.url).error == "the answer does not end its head"


def test_who_hangs_is_given_up_in_time() -> None:
    with Liar(says(b"", hangs=True)) as liar:
        began = time.monotonic()
        outcome = send(liar.url, seconds=0.3)
        assert time.monotonic() - began < 3
    assert (outcome.status, outcome.error) == (None, "no answer within 0.3 s")
    assert outcome.milliseconds >= 300


def test_who_drips_a_body_has_answered() -> None:
    with Liar(says(b"HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n", hangs=True)) as liar:
        assert send(liar.url).status == 204
    with Liar(says(b"HTTP/1.1 500 No\r\nContent-Length: 9\r\n\r\ndrip", hangs=True)) as liar:
        outcome = send(liar.url)
    assert (outcome.status, outcome.answer) == (500, "drip")


def test_nobody_there() -> None:
    with Liar(says(b"")) as liar:
        url = liar.url
    outcome = send(url)
    assert outcome.status is None
    assert outcome.error
    assert outcome.error.startswith("the connection failed: ")
    assert send("http://does-not-exist.invalid/").error == "the host is not known"


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f000001", "127.1", "017700000001"])
def test_a_name_that_leads_to_a_hidden_address_is_not_connected_to(host: str) -> None:
    """What is judged is the address that is connected to, looked up once: a name server cannot say two things."""
    with Liar(says(b"HTTP/1.1 200 OK\r\n\r\n")) as liar:
        outcome = send(liar.url.replace("127.0.0.1", host), Reach(plain=True))
        assert (outcome.status, outcome.error) == (None, "the host is not at a public address")
        assert liar.connections == 0


def test_what_was_allowed_once_is_judged_again_at_every_request() -> None:
    with Receiver() as receiver:
        assert send(receiver.url, Reach(networks=HERE.networks)).error == "url must begin with https://"
        url_error = "url leads to 127.0.0.1, which is not a public address"
        assert send(receiver.url, Reach(plain=True)).error == url_error
        assert receiver.heard == []


@contextmanager
def tls(tmp_path: Path, name: str) -> Iterator[tuple[str, Path]]:
    """Serve one answer after the other with a certificate for a name; gives the port, and the authority to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = tmp_path / "cert.pem", tmp_path / "key.pem"
    cert_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem = serialization.PrivateFormat.PKCS8
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, pem, serialization.NoEncryption()))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert_file, key_file)

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(65_536)
            secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            secure.recv(1)

    with Liar(serve) as liar:
        yield liar.url.replace("http:", "https:").replace("127.0.0.1", "localhost"), cert_file


def test_a_certificate_must_be_of_the_host_and_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with tls(tmp_path, "localhost") as (url, authority):
        untrusted = send(url)
        assert untrusted.status is None
        assert untrusted.error == "TLS failed: self-signed certificate"
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        assert send(url).status == 200
    with tls(tmp_path, "elsewhere.example") as (url, authority):
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        wrong = send(url)
        assert wrong.status is None
        assert wrong.error
        assert wrong.error.startswith("TLS failed: Hostname mismatch")
