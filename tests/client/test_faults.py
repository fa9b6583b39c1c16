"""What the network and whatever answers in the server's place can do to a process that has no copy yet."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, perf_counter, sleep

import pytest

from promptwire import ClosedError, Promptwire, PromptwireError, UnavailableError
from support.faults import Misbehaving
from support.waiting import eventually


def answer(body: bytes, head: bytes = b"") -> bytes:
    """An HTTP answer with whatever framing its head claims."""
    framing = b"" if b"Length" in head or b"Encoding: ch" in head else b"Content-Length: %d\r\n" % len(body)
    return b"HTTP/1.1 200 OK\r\n%b%b\r\n%b" % (head, framing, body)


def failure(pw: Promptwire, name: str = "greeting") -> tuple[PromptwireError, float]:
    """The error of a cold call, and the seconds it took."""
    began = perf_counter()
    with pytest.raises(PromptwireError) as caught:
        pw.get(name)
    return caught.value, perf_counter() - began


def test_a_refused_connection_is_told_at_once(nowhere: str) -> None:
    with Promptwire(url=nowhere) as pw:
        error, seconds = failure(pw)
    assert str(error) == (
        f"cannot fetch prompt 'greeting': {nowhere} refused the connection: "
        "is the server running there? (PROMPTWIRE_URL, or url)"
    )
    assert seconds < 0.9


def test_an_unknown_host_is_told() -> None:
    with Promptwire(url="http://no-such-host.invalid", timeout=5) as pw:
        error, _ = failure(pw)
    assert "has a host that is not known" in str(error)


def test_a_server_that_hangs_costs_the_timeout_once(misbehaving: Misbehaving) -> None:
    with Promptwire(url=misbehaving.url, timeout=1) as pw:
        error, seconds = failure(pw)
        assert isinstance(error, UnavailableError)
        assert error.slow
        assert "gave no answer within 1 s" in str(error)
        assert 0.9 < seconds < 1.9
        eventually(lambda: pw.status().trouble is not None)
        error, seconds = failure(pw, "other")
        assert "gave no answer within 1 s; the next attempt is in" in str(error)
        assert seconds < 0.5  # 0.0002 s where nothing else runs; one that waited would take 1


@pytest.mark.parametrize(
    "says", [b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 600, answer(b"x" * 600, b"Connection: close\r\n")]
)
def test_an_answer_that_drips_does_not_stretch_the_timeout(misbehaving: Misbehaving, says: bytes) -> None:
    misbehaving.says, misbehaving.drips = says, 0.002
    with Promptwire(url=misbehaving.url, timeout=0.4) as pw:
        error, seconds = failure(pw)
        assert "gave no answer within 0.4 s" in str(error)
        assert seconds < 1.1  # all of it would take 1.2 s
        eventually(lambda: pw.status().trouble is not None, 1)  # the thread is free again too


@pytest.mark.parametrize(
    ("says", "words"),
    [
        (answer(b"<html>Sign in to the hotel</html>", b"Content-Type: text/html\r\n"), "not a Promptwire answer"),
        (answer(b'{"slug": "gree', b"Content-Length: 500\r\n"), "gave no whole answer"),
        (answer(b"5\r\nhello\r\n", b"Transfer-Encoding: chunked\r\n"), "gave no whole answer"),
        (answer(b"junk", b"Content-Encoding: gzip\r\n"), "in the encoding 'gzip', which nobody asked for"),
        (b"", "gave no whole answer"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "gave no whole answer"),
    ],
)
def test_what_is_cut_or_foreign_is_told(misbehaving: Misbehaving, says: bytes, words: str) -> None:
    misbehaving.says = says
    with Promptwire(url=misbehaving.url) as pw:
        error, _ = failure(pw)
    assert words in str(error)


def test_many_threads_that_want_one_prompt_send_one_request(misbehaving: Misbehaving) -> None:
    with Promptwire(url=misbehaving.url, timeout=0.5) as pw, ThreadPoolExecutor(50) as threads:
        together = threading.Barrier(50)

        def ask(_: int) -> PromptwireError:
            together.wait()
            return failure(pw)[0]

        errors = list(threads.map(ask, range(50)))
    assert len(misbehaving.requests) == 1
    assert len({id(error) for error in errors}) == 50


def test_the_key_travels_in_one_header(misbehaving: Misbehaving) -> None:
    misbehaving.says = b""
    with Promptwire(url=misbehaving.url + "/base", api_key="ak_1") as pw:
        failure(pw, "team/greeting")
    head = misbehaving.requests[0].decode()
    assert head.startswith("POST /base/v1/sync HTTP/1.1\r\n")
    assert head.endswith('{"cursor":null,"prompts":[{"prompt":"team/greeting"}]}')
    assert "\r\nAuthorization: Bearer ak_1\r\n" in head


def test_close_ends_a_fetch_that_hangs(misbehaving: Misbehaving) -> None:
    pw = Promptwire(url=misbehaving.url, timeout=20)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(failure, pw)
        while not misbehaving.requests:
            sleep(0.01)
        began = monotonic()
        pw.close()
        error, _ = waiting.result(5)
    assert monotonic() - began < 1
    assert isinstance(error, PromptwireError)
    assert isinstance(failure(pw)[0], ClosedError)
    pw.close()


def test_a_client_that_nobody_holds_ends_its_thread(nowhere: str) -> None:
    before = set(threading.enumerate())
    pw = Promptwire(url=nowhere)
    failure(pw)
    (thread,) = set(threading.enumerate()) - before
    assert (thread.name, thread.daemon) == ("promptwire", True)
    del pw
    gc.collect()  # the error above holds its frames, and they hold the client
    thread.join(5)
    assert not thread.is_alive()


HANGS_AT_EXIT = """
import sys, threading, promptwire
pw = promptwire.Promptwire(url=sys.argv[1], timeout=20)
threading.Thread(target=lambda: pw.get("greeting"), daemon=True).start()
sys.stdin.readline()
"""


def test_the_interpreter_exits_while_a_fetch_hangs(misbehaving: Misbehaving) -> None:
    command = [sys.executable, "-c", HANGS_AT_EXIT, misbehaving.url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        eventually(lambda: bool(misbehaving.requests))
        began = monotonic()
        _, complaints = program.communicate("now\n")
    assert monotonic() - began < 1  # 0.02 s where nothing else runs; one that waited would take 20
    assert (program.returncode, complaints) == (0, "")
