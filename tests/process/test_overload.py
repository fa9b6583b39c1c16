"""What a server takes from clients that ask too much, too slowly, or too many at once; benchmarks/bench_overload.py."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from support.server import API_KEY, PRESETS, ServerProcess
from support.waiting import eventually

WAYS = ("protocol", "asgi", "routes")
RESOLVE, RENDER = "/v1/prompts/greeting/resolve", "/v1/prompts/greeting/render"
AUTHORIZATION = f"Authorization: Bearer {API_KEY}\r\n".encode()
Serve = Callable[..., ServerProcess]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    running: list[ServerProcess] = []

    def start(**settings: str) -> ServerProcess:
        given = {f"PROMPTWIRE_{name.upper()}": value for name, value in settings.items()}
        running.append(ServerProcess(tmp_path / "data", **(PRESETS | given)).wait_ready())
        return running[-1]

    yield start
    for server in running:
        assert server.stop() == 0
        assert "Traceback" not in server.errors, server.errors


@contextlib.contextmanager
def connected(server: ServerProcess) -> Iterator[socket.socket]:
    url = httpx.URL(server.url)
    with socket.create_connection((url.host, url.port or 80), timeout=20) as connection:
        yield connection


def until_end(connection: socket.socket) -> bytes:
    """Give what comes until the server ends the connection."""
    got = b""
    with contextlib.suppress(ConnectionError):
        while piece := connection.recv(65536):
            got += piece
    return got


@pytest.mark.parametrize("way", WAYS)
def test_a_request_that_does_not_arrive_is_ended_and_others_go_on(serve: Serve, way: str) -> None:
    server = serve(read_path=way, request_seconds="1")
    beginnings = [
        b"",
        b"GET " + RESOLVE.encode(),
        b"GET /v1/health HTTP/1.1\r\nHost: x\r\nX-A: ",
        b"POST " + RENDER.encode() + b" HTTP/1.1\r\nHost: x\r\n" + AUTHORIZATION + b"Content-Length: 90\r\n\r\n{",
        b"POST /v1/sync HTTP/1.1\r\nHost: x\r\n" + AUTHORIZATION + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{",
    ]
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(connected(server)) for _ in beginnings]
        for connection, beginning in zip(slow, beginnings, strict=True):
            connection.sendall(beginning)
        with server.client(API_KEY) as http:
            assert http.get(RESOLVE).status_code == 200
        for connection, beginning in zip(slow, beginnings, strict=True):
            answer = until_end(connection)
            assert answer.startswith(b"HTTP/1.1 408 Request Timeout\r\n"), (beginning, answer)
            assert b'"error": "the request did not arrive in time"' in answer


def test_one_byte_now_and_then_does_not_keep_a_connection(serve: Serve) -> None:
    server = serve(request_seconds="1")
    with connected(server) as connection:
        began = time.monotonic()
        with contextlib.suppress(ConnectionError):
            while time.monotonic() - began < 15:
                connection.sendall(b"\r\n" if time.monotonic() - began < 0.3 else b"G")
                connection.settimeout(0.1)
                with contextlib.suppress(TimeoutError):
                    if not connection.recv(1000):
                        break
        assert time.monotonic() - began < 10


@pytest.mark.parametrize("way", WAYS)
def test_headers_have_an_end(serve: Serve, way: str) -> None:
    server = serve(read_path=way)
    start = b"GET " + RESOLVE.encode() + b" HTTP/1.1\r\nHost: x\r\n" + AUTHORIZATION
    many = start + b"".join(b"X-%d: 1\r\n" % at for at in range(200)) + b"\r\n"
    long = start + b"X-A: " + b"a" * 40_000 + b"\r\n\r\n"
    for request in (many, long, start + b"X-A: " + b"a" * 100_000, b"GET /" + b"a" * 100_000):
        with connected(server) as connection:
            with contextlib.suppress(ConnectionError):
                connection.sendall(request)
            assert until_end(connection).startswith(b"HTTP/1.1 431 "), request[:60]
    with connected(server) as connection:
        connection.sendall(start + b"X-A: " + b"a" * 30_000 + b"\r\nConnection: close\r\n\r\n")
        assert until_end(connection).startswith(b"HTTP/1.1 200 ")


def test_a_reader_that_takes_nothing_is_cut_off(serve: Serve) -> None:
    server = serve(request_seconds="1")
    with server.client(API_KEY) as http:
        prompt = http.get("/v1/prompts/greeting").json()["prompt"]["id"]
        path = f"/v1/prompts/{prompt}/versions"
        assert http.post(path, json={"template": "x" * 200_000}).status_code == 201
    ask = b"GET " + path.encode() + b"/2 HTTP/1.1\r\nHost: x\r\n" + AUTHORIZATION + b"\r\n"
    with connected(server) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(ask * 60)

        def cut_off() -> bool:
            try:
                return connection.send(b"\r\n") == 0
            except ConnectionError:
                return True

        eventually(cut_off, 30)


def test_a_connection_too_many_is_told_to_come_back(serve: Serve) -> None:
    server = serve(max_connections="3")
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(connected(server)) for _ in range(3)]
        for connection in held:
            connection.sendall(b"GET /v1/stream HTTP/1.1\r\nHost: x\r\n" + AUTHORIZATION + b"\r\n")
            assert connection.recv(12) == b"HTTP/1.1 200"
        with server.client(API_KEY) as http:
            answer = http.get(RESOLVE)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert answer.json()["error"] == "the server has too many connections; try again"
    with server.client(API_KEY) as http:

        def is_let_in() -> bool:
            return http.get(RESOLVE).status_code == 200

        eventually(is_let_in, 10)


def test_more_work_than_there_may_be_is_refused_at_once(serve: Serve) -> None:
    server = serve(max_requests="2")
    body = b"POST /v1/sync HTTP/1.1\r\nHost: x\r\n" + AUTHORIZATION + b"Content-Type: application/json\r\n"
    with contextlib.ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(connected(server)).sendall(body + b"Content-Length: 50\r\n\r\n{")
        with server.client(API_KEY) as http:

            def refused() -> bool:
                return http.get("/v1/prompts/greeting").status_code == 503

            eventually(refused, 10)
            answer = http.get("/v1/prompts/greeting")
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
            assert answer.json() == {"error": "the server has too much to do; try again", "code": "unavailable"}
            other = http.get("/api/v1/prompts?projectId=x")
            assert (other.status_code, other.json()["error"]["code"]) == (503, "BUSY")
            assert http.get("/v1/health").status_code == 200
            assert http.get("/v1/ready").status_code == 200


@pytest.mark.parametrize("way", WAYS)
def test_a_key_that_asks_too_much_waits_on_every_path_and_others_do_not(serve: Serve, way: str) -> None:
    server = serve(read_path=way, requests_per_key="6")
    with server.client(API_KEY) as http, server.client() as nobody:
        assert http.get("/v1/prompts/greeting").status_code == 200
        assert [http.get(RESOLVE).status_code for _ in range(7)] == [200] * 5 + [429] * 2
        for method, path in (
            ("GET", RESOLVE),
            ("POST", RENDER),
            ("GET", "/v1/prompts/greeting"),
            ("GET", "/v1/stream"),
        ):
            answer = http.request(method, path, json={} if method == "POST" else None)
            assert answer.status_code == 429, path
            assert 1 <= int(answer.headers["retry-after"]) <= 10
            assert answer.json()["code"] == "too_many_requests"
        assert http.get("/api/v1/prompts?projectId=x").json()["error"]["code"] == "RATE_LIMITED"
        assert nobody.get(RESOLVE).status_code == 401
        assert http.get("/v1/health").status_code == 200


@pytest.mark.parametrize("way", WAYS)
def test_addresses_count_as_the_trusted_proxies_say(serve: Serve, way: str) -> None:
    server = serve(read_path=way, requests_per_address="3", trusted_proxies="127.0.0.0/8,::1/128")
    with server.client(API_KEY) as http:
        for client in ("198.51.100.1", "198.51.100.2"):
            headers = {"X-Forwarded-For": f"203.0.113.9, {client}"}
            statuses = [http.get(RESOLVE, headers=headers).status_code for _ in range(5)]
            assert statuses == [200] * 3 + [429] * 2, client
            made_up = {"X-Forwarded-For": f"192.0.2.77, {client}"}
            assert http.get(RESOLVE, headers=made_up).status_code == 429


def test_nobodys_claim_counts_where_no_proxy_is_trusted(serve: Serve) -> None:
    server = serve(requests_per_address="3")
    with server.client(API_KEY) as http:
        claims = [{"X-Forwarded-For": f"198.51.100.{at}"} for at in range(5)]
        assert [http.get(RESOLVE, headers=one).status_code for one in claims] == [200] * 3 + [429] * 2


def test_what_still_runs_has_its_time_when_the_server_stops(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "data", **PRESETS, PROMPTWIRE_GRACE_SECONDS="1").wait_ready()
    with connected(server) as connection:
        connection.sendall(b"POST /v1/sync HTTP/1.1\r\nHost: x\r\n" + AUTHORIZATION + b"Content-Length: 50\r\n\r\n{")
        with server.client() as http:
            assert http.get("/v1/health").status_code == 200
        began = time.monotonic()
        assert server.stop() == 0
        assert 0.9 < time.monotonic() - began < 15


def test_a_request_that_comes_while_the_server_stops_is_still_answered(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "data", **PRESETS).wait_ready()
    body = json.dumps({"variables": {"name": "Ada"}}).encode()
    head = b"POST " + RENDER.encode() + b" HTTP/1.1\r\nHost: x\r\n" + AUTHORIZATION
    with connected(server) as connection:
        connection.sendall(
            head + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body[:5]
        )
        with server.client() as http:
            assert http.get("/v1/health").status_code == 200
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        with contextlib.suppress(OSError):
            for _ in range(500):  # until nobody listens any more
                with connected(server):
                    time.sleep(0.01)
        connection.sendall(body[5:])
        answer = until_end(connection)
        stopping.join()
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n"), answer
    assert b"Hello Ada!" in answer
    assert server.process.returncode == 0
