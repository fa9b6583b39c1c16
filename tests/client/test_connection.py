"""TLS, proxies, addresses: on the way to a server that speaks the protocol."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from promptwire import Promptwire, UnavailableError
from promptwire.testing import InMemoryServer
from support.faults import Listener
from support.waiting import eventually


@pytest.fixture
def server() -> Iterator[InMemoryServer]:
    with InMemoryServer(heartbeat=0.1) as server:
        server.put("greeting", "one")
        yield server


def port_of(server: InMemoryServer) -> int:
    return int(server.url.rpartition(":")[2])


def pump(source: socket.socket, sink: socket.socket, without: bytes = b"") -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            sink.sendall(piece.replace(without, b"", 1) if without else piece)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)


def join(one: socket.socket, other: socket.socket, without: bytes = b"") -> None:
    back = threading.Thread(target=pump, args=(other, one), daemon=True)
    back.start()
    pump(one, other, without)
    back.join(5)


class Tls(Listener):
    """Ends TLS in front of a server that speaks plain HTTP."""

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        self._port = port
        self._context = context
        super().__init__()

    @property
    def url(self) -> str:
        return super().url.replace("http://127.0.0.1", "https://localhost")

    def talk(self, peer: socket.socket) -> None:
        with (
            socket.create_connection(("127.0.0.1", self._port)) as server,
            self._context.wrap_socket(peer, server_side=True) as secured,
        ):
            join(secured, server)


class ForwardProxy(Listener):
    """A proxy as companies have it: absolute addresses for http, CONNECT for https; it wants a password."""

    def __init__(self) -> None:
        self.heads: list[str] = []
        super().__init__()

    def talk(self, peer: socket.socket) -> None:
        data = peer.recv(65536)
        head = data.partition(b"\r\n\r\n")[0].decode()
        self.heads.append(head)
        if "Proxy-Authorization: Basic YWRhOnMzY3JldA==" not in head:
            peer.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        method, target = head.split(" ")[:2]
        place = target if method == "CONNECT" else target.split("/")[2]
        with socket.create_connection(("127.0.0.1", int(place.rpartition(":")[2]))) as server:
            if method == "CONNECT":
                peer.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                join(peer, server)
            else:
                origin = f"http://{place}".encode()
                server.sendall(data.replace(origin, b"", 1))
                join(peer, server, origin)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for localhost with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "localhost.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def tls(server: InMemoryServer, certificate: Path) -> Iterator[Tls]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    tls = Tls(port_of(server), context)
    yield tls
    tls.stop()


@pytest.fixture
def proxy() -> Iterator[ForwardProxy]:
    proxy = ForwardProxy()
    yield proxy
    proxy.stop()


def follows(url: str, server: InMemoryServer) -> None:
    """A client at this address reads, and hears of a change by its stream."""
    with Promptwire(url=url, api_key=server.api_key, refresh=30, timeout=5) as pw:
        assert pw.render("greeting") == "one"
        eventually(lambda: pw.status().connected)
        server.put("greeting", "two")
        eventually(lambda: pw.render("greeting") == "two")


def test_tls(server: InMemoryServer, tls: Tls, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    untrusted = pytest.raises(UnavailableError, match="has a certificate that is not trusted")
    with Promptwire(url=tls.url, api_key=server.api_key, timeout=5) as pw, untrusted:
        pw.get("greeting")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    follows(tls.url, server)
    wrong = tls.url.replace("localhost", "127.0.0.1")
    with Promptwire(url=wrong, api_key=server.api_key, timeout=5) as pw, untrusted:
        pw.get("greeting")


def test_plain_http_through_a_proxy(
    server: InMemoryServer, proxy: ForwardProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", proxy.url.replace("//", "//ada:s3cret@"))
    follows(server.url, server)
    assert proxy.heads[0].startswith(f"POST {server.url}/v1/sync HTTP/1.1\r\nHost: 127.0.0.1:{port_of(server)}\r\n")
    assert any(head.startswith(f"GET {server.url}/v1/stream HTTP/1.1") for head in proxy.heads)


def test_tls_through_a_proxy(
    server: InMemoryServer, tls: Tls, proxy: ForwardProxy, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//ada:s3cret@"))
    follows(tls.url, server)
    assert {head.partition("\r\n")[0] for head in proxy.heads} == {
        f"CONNECT localhost:{tls.url.rpartition(':')[2]} HTTP/1.1"
    }
    assert server.api_key not in "".join(proxy.heads)


@pytest.mark.parametrize(
    ("address", "words"),
    [("http://nobody:wrong@{}", "the proxy answered 407"), ("https://{}", "the proxy is spoken to by http, not https")],
)
def test_a_proxy_that_refuses_is_named(
    tls: Tls, proxy: ForwardProxy, monkeypatch: pytest.MonkeyPatch, address: str, words: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", address.format(proxy.url.removeprefix("http://")))
    with Promptwire(url=tls.url, timeout=5) as pw, pytest.raises(UnavailableError, match=words):
        pw.get("greeting")


def test_an_address_that_nobody_answers_leaves_time_for_the_next(
    server: InMemoryServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo

    def two(host: str, port: int, **more: int) -> list[tuple[object, ...]]:
        there = real(host, port, **more)
        return [(*there[0][:4], ("192.0.2.1", port)), *there]

    monkeypatch.setattr(socket, "getaddrinfo", two)
    with Promptwire(url=server.url, api_key=server.api_key, timeout=1) as pw:
        assert pw.render("greeting") == "one"
