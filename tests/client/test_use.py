"""What a process says of the prompts it uses: counted once, never in anybody's way, and nothing more than counts."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from gotemplate import TemplateError
from promptwire import AsyncPromptwire, InvalidScoreError, Promptwire
from promptwire.testing import InMemoryServer
from promptwire.wire.use import UseReport
from support.connect import Connect
from support.faults import Misbehaving, Proxy
from support.registry import Registry
from support.server import PRESETS, ServerProcess
from support.use import becomes, counted
from support.waiting import eventually


@pytest.fixture
def memory() -> Iterator[InMemoryServer]:
    """A server in memory that has a greeting."""
    with InMemoryServer() as server:
        server.put("greeting", "Hello {{.name}}!")
        yield server


def said(server: InMemoryServer) -> dict[tuple[int, str | None, str], tuple[int, int]]:
    """Add up the renders and errors of all reports."""
    found: dict[tuple[int, str | None, str], tuple[int, int]] = {}
    for report in server.reports:
        for used in report.uses:
            key = (used.version, used.label, used.source)
            renders, errors = found.get(key, (0, 0))
            found[key] = (renders + used.renders, errors + used.errors)
    return found


def test_renders_and_failures_are_told_by_version_label_and_source(pw: Promptwire, registry: Registry) -> None:
    authored = registry.prompt("Hello {{.name}}!", "Hi {{.name}}.")
    authored.label("prod", 1)
    for _ in range(3):
        pw.render(authored.slug, {"name": "Ada"})
    pw.render(authored.slug, {"name": "Ada"}, label="prod")
    pw.get(authored.slug, version=1).render({"name": "Ada"})
    with pytest.raises(TemplateError):
        pw.render(authored.slug, {})
    assert pw.flush(5)
    asked = {(2, "live", "api"): (0, 1, 0), (1, "prod", "api"): (0, 1, 0), (1, None, "api"): (0, 1, 0)}
    told = {(2, "live", "server"): (3, 0, 1), (1, "prod", "server"): (1, 0, 0), (1, None, "server"): (1, 0, 0)}
    becomes(registry.author.http, authored.id, asked | told)
    pw.render(authored.slug, {"name": "Ada"})
    assert pw.flush(5)
    becomes(registry.author.http, authored.id, asked | told | {(2, "live", "server"): (4, 0, 1)})


def test_a_report_is_sent_by_itself_soon_after_the_first_read(memory: InMemoryServer) -> None:
    with memory.client(service="checkout", instance="web-1") as pw:
        pw.render("greeting", {"name": "a secret"})
        eventually(lambda: bool(memory.reports), 5)
        (report,) = memory.reports
    assert (report.process.service, report.process.instance) == ("checkout", "web-1")
    assert report.process.sdk.startswith("promptwire-python/")
    assert [(one.version, one.label, one.source) for one in report.serves] == [(1, "live", "server")]
    assert report.uses[0].renders == 1
    assert "secret" not in json.dumps(report.as_json())
    assert "Hello" not in json.dumps(report.as_json())


def test_the_server_says_how_often(registry: Registry) -> None:
    del registry
    with InMemoryServer(report_every=1.0) as server, server.client() as pw:
        server.put("greeting", "Hello")
        pw.render("greeting")
        eventually(lambda: len(server.reports) >= 3, 10)
        numbers = [report.number for report in server.reports]
    assert numbers[:3] == [1, 2, 3]


def test_what_is_served_anew_is_told_within_seconds(memory: InMemoryServer) -> None:
    with memory.client() as pw:
        pw.get("greeting")
        eventually(lambda: bool(memory.reports), 5)
        memory.put("greeting", "Hi")
        eventually(lambda: [one.version for one in memory.reports[-1].serves] == [2], 5)


def test_an_answer_that_is_lost_makes_nothing_count_twice(
    connect: Connect, proxy: Proxy, registry: Registry, server: ServerProcess
) -> None:
    authored = registry.prompt("Hello")
    pw = connect(mode="poll", refresh=60, cache_dir=False)
    pw.render(authored.slug)
    assert pw.flush(5)
    pw.render(authored.slug)
    proxy.loses_answers = 2  # that of the kept connection, and that of the new one
    assert not pw.flush(5)
    pw.render(authored.slug)
    assert pw.flush(5)
    assert pw.flush(5)
    becomes(registry.author.http, authored.id, {(1, "live", "api"): (0, 1, 0), (1, "live", "server"): (3, 0, 0)})
    heads = [head for head in proxy.requests if head.startswith(b"POST /v1/use ")]
    assert len(heads) >= 5
    del server


def test_reads_go_on_and_nothing_is_lost_while_the_server_does_not_answer(memory: InMemoryServer) -> None:
    with memory.client(mode="poll", refresh=0.05, timeout=0.2) as pw:
        pw.render("greeting", {"name": "Ada"})
        assert pw.flush(5)
        memory.fail(503)
        assert not pw.flush(5)
        longest = 0.0
        for _ in range(200):
            began = monotonic()
            assert pw.render("greeting", {"name": "Ada"}) == "Hello Ada!"
            longest = max(longest, monotonic() - began)
        assert longest < 0.2
        memory.recover()
        eventually(lambda: pw.flush(5), 10)
        assert said(memory) == {(1, "live", "server"): (201, 0)}


def test_what_the_caller_fell_back_on_is_told_under_the_name(memory: InMemoryServer) -> None:
    with memory.client(mode="poll", refresh=0.05) as pw:
        pw.render("farewell", fallback="Bye")
        pw.render("farewell", fallback="Bye", label=" of no kind\n" + 200 * "x")
        pw.render("greeting", {"name": "Ada"})
        assert pw.flush(5)
        names = {used.prompt: (used.version, used.source, used.renders) for used in memory.reports[-1].uses}
    assert names["farewell"] == (0, "fallback", 1)


def test_whatever_a_process_calls_itself_and_falls_back_on_the_server_takes_its_report(registry: Registry) -> None:
    authored = registry.prompt("Hello")
    url = registry.world.server.url
    with Promptwire(url=url, api_key=registry.key, cache_dir=False, service="a\nb" * 99, instance="\0ü") as pw:
        for label in ("none", " of no kind\n" + 200 * "x", "\0"):
            assert pw.render(authored.slug, label=label, fallback="Bye") == "Bye"
            assert pw.render("\0nobody", label=label, fallback="Bye") == "Bye"
        pw.render(authored.slug)
        assert pw.flush(5)
    fallen = {(0, "none", "fallback"): (1, 0, 0), (0, None, "fallback"): (2, 0, 0)}
    served = {(1, "live", "api"): (0, 1, 0), (1, "live", "server"): (1, 0, 0)}
    becomes(registry.author.http, authored.id, fallen | served)


@pytest.mark.parametrize("off", [{"report": False}, {"environment": "off"}])
def test_a_process_that_shall_not_report_says_nothing(
    memory: InMemoryServer, monkeypatch: pytest.MonkeyPatch, off: dict[str, Any]
) -> None:
    if "environment" in off:
        monkeypatch.setenv("PROMPTWIRE_REPORT", off["environment"])
    with memory.client(report=off.get("report")) as pw:
        pw.render("greeting", {"name": "Ada"})
        assert pw.flush(5)
        pw.render("greeting", {"name": "Ada"})
    assert not any(request.endswith("/v1/use") for request in memory.requests)


def test_a_server_that_counts_nothing_is_asked_once(tmp_path: Path) -> None:
    off = ServerProcess(tmp_path, PROMPTWIRE_USE="off", **PRESETS).wait_ready()
    key = PRESETS["PROMPTWIRE_BOOTSTRAP_API_KEY"]
    proxy = Proxy(off.url)
    try:
        with Promptwire(url=proxy.url, api_key=key, cache_dir=False, timeout=10) as pw, off.client(key) as http:
            pw.render("greeting", {"name": "Ada"})
            assert pw.flush(5)
            prompt = pw.get("greeting")
            pw.render("greeting", {"name": "Ada"})
            assert http.post("/v1/prompts/greeting/render", json={"variables": {"name": "Ada"}}).is_success
            found = http.get("/v1/use").json()
            assert (found["most_used"], found["counting_since"]) == ([], None)
            assert prompt.version == 1
        asked = [head for head in proxy.requests if head.startswith(b"POST /v1/use ")]
        assert len(asked) <= 2, "one, and the last word"
    finally:
        proxy.stop()
        assert off.stop() == 0


def test_an_older_server_is_left_alone(misbehaving: Misbehaving) -> None:
    misbehaving.says = b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}"
    with Promptwire(url=misbehaving.url, cache_dir=False) as pw:
        pw.render("greeting", fallback="Hi")
        assert not pw.flush(5)
        asked = len(misbehaving.requests)
        assert pw.render("greeting", fallback="Hi") == "Hi"
        assert sum(head.startswith(b"POST /v1/use ") for head in misbehaving.requests[asked:]) == 0


@pytest.mark.parametrize("mode", ["stream", "poll", "none"])
def test_the_last_word_of_a_client_that_is_closed(memory: InMemoryServer, mode: str) -> None:
    with memory.client(mode=mode) as pw:  # type: ignore[arg-type]  # one of the modes
        pw.render("greeting", {"name": "Ada"})
        pw.score(pw.get("greeting"), "helpful", True)
    assert said(memory) == {(1, "live", "server"): (1, 0)}
    last: UseReport = memory.reports[-1]
    assert (last.ending, last.serves) == (True, ())
    assert [(one.prompt, one.version, one.score.value) for one in memory.scores] == [("greeting", 1, True)]


SCRIPT = """
import sys, promptwire
pw = promptwire.Promptwire(url=sys.argv[1], api_key="ak_testing", cache_dir=False)
pw.render("greeting", {"name": "Ada"})
pw.score("greeting", "helpful", 0.5)
"""


def test_a_script_that_ends_at_once_is_counted_too(memory: InMemoryServer) -> None:
    command = [sys.executable, "-W", "error", "-c", SCRIPT, memory.url]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert said(memory) == {(1, "live", "server"): (1, 0)}
    assert [one.score.value for one in memory.scores] == [0.5]


HANGING = """
import sys, time, promptwire
pw = promptwire.Promptwire(url=sys.argv[1], api_key="ak_testing", cache_dir=False, timeout=20)
pw.render("greeting", {"name": "Ada"})
print("ready", flush=True)
sys.stdin.readline()
"""


def test_an_interpreter_that_ends_waits_a_moment_at_most_for_a_server_that_hangs(memory: InMemoryServer) -> None:
    command = [sys.executable, "-c", HANGING, memory.url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout
        assert program.stdout.readline() == "ready\n"
        memory.hang()
        began = monotonic()
        program.communicate("now\n")
    assert monotonic() - began < 2  # 0.3 s where nothing else runs; one that waited would take 20
    assert program.returncode == 0


def test_fifty_processes_and_the_three_that_do_not_follow(server: ServerProcess, registry: Registry) -> None:
    authored = registry.prompt("one", "two")
    authored.label("prod", 1)
    with ExitStack() as stack:
        clients = [
            stack.enter_context(
                Promptwire(
                    url=server.url,
                    api_key=registry.key,
                    mode="stream" if at < 47 else "poll",
                    refresh=1 if at < 47 else 3600,
                    max_stale=10 if at < 47 else 86400,
                    service="checkout",
                    instance=f"web-{at:02}",
                    cache_dir=False,
                    timeout=10,
                )
            )
            for at in range(50)
        ]
        for pw in clients:
            assert pw.render(authored.slug, label="prod") == "one"

        def fleet() -> tuple[int, int, int]:
            answer = registry.author.http.get(f"/v1/prompts/{authored.id}/processes?label=prod").json()
            (told,) = answer["labels"] or [{"version": 0, "processes": 0, "converged": 0}]
            return told["version"], told["processes"], told["converged"]

        eventually(lambda: fleet() == (1, 50, 50), 30)
        authored.label("prod", 2)
        eventually(lambda: fleet() == (2, 50, 47), 30)
        behind = registry.author.http.get(f"/v1/prompts/{authored.id}/processes?label=prod&behind=true").json()
        assert [one["instance"] for one in behind["processes"]] == ["web-47", "web-48", "web-49"]
        for pw in clients:
            pw.close()
        eventually(lambda: fleet() == (0, 0, 0), 30)
    assert counted(registry.author.http, authored.id)[1, "prod", "server"] == (50, 0, 0)


def test_scores_are_sent_in_the_background_and_arrive_once(pw: Promptwire, registry: Registry) -> None:
    authored = registry.prompt("one", "two")
    prompt = pw.get(authored.slug)
    for at in range(1200):
        pw.score(prompt, "length", at)
    pw.score(authored.slug, "helpful", True, trace_id="4bf9", comment="yes")
    pw.score(authored.slug, "helpful", False, version=1)
    assert pw.flush(10)
    status = pw.status()
    assert (status.scores_waiting, status.scores_dropped) == (0, 0)
    second = registry.author.http.get(f"/v1/prompts/{authored.id}/versions/2/scores").json()
    counts = {one["name"]: one["count"] for one in second["summaries"]}
    assert counts == {"length": 1200, "helpful": 1}
    first = registry.author.http.get(f"/v1/prompts/{authored.id}/versions/1/scores").json()
    assert [one["value"] for one in first["scores"]] == [False]


def test_scores_wait_for_a_server_that_is_away_and_no_call_waits_for_them(memory: InMemoryServer) -> None:
    with memory.client(mode="poll", refresh=0.05, timeout=0.2) as pw:
        prompt = pw.get("greeting")
        memory.fail(503)
        began = monotonic()
        for at in range(12_000):
            pw.score(prompt, "n", at)
        assert monotonic() - began < 5  # 0.2 s where nothing else runs
        assert not pw.flush(2)
        assert (pw.status().scores_waiting, pw.status().scores_dropped) == (10_000, 2_000)
        memory.recover()
        eventually(lambda: pw.status().scores_waiting == 0, 20)
    assert len(memory.scores) == 10_000


def test_scores_that_the_server_refuses_are_dropped_and_raise_nothing(memory: InMemoryServer) -> None:
    with memory.client() as pw:
        pw.score("nobody", "n", 1)
        pw.score("greeting", "n", 1, label="none")
        pw.score("greeting", "n", 1)
        assert pw.flush(5)
        assert pw.status().scores_dropped == 2
        fallen = pw.render("farewell", fallback="Bye")
        assert fallen == "Bye"
    pw.score("greeting", "n", 2)
    assert pw.status().scores_dropped == 3
    assert [one.score.value for one in memory.scores] == [1]


def test_a_score_of_what_the_caller_fell_back_on_goes_nowhere(memory: InMemoryServer) -> None:
    with memory.client() as pw:
        pw.score(pw.get("farewell", fallback="Bye"), "helpful", True)
        assert (pw.status().scores_waiting, pw.status().scores_dropped) == (0, 1)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": ""}, "a score's name must not be empty"),
        ({"value": float("nan")}, "a score's value must be a finite number"),
        ({"value": ""}, "a score's value must not be empty"),
        ({"value": None}, "a score's value is not true, false, a number or a text"),
        ({"score_id": "1"}, "a score's id is not a UUID such as"),
        ({"comment": "x" * 2001}, "a score's comment must be at most 2000 characters"),
        ({"trace_id": 7}, "a score's trace_id is not a text"),
    ],
)
def test_what_is_no_score_is_refused_at_once(memory: InMemoryServer, given: dict[str, Any], words: str) -> None:
    asked: dict[str, Any] = {"name": "helpful", "value": True} | given
    with memory.client() as pw, pytest.raises(InvalidScoreError) as caught:
        pw.score("greeting", **asked)
    assert words in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_the_client_for_asyncio_reports_and_scores_too(memory: InMemoryServer) -> None:
    async def main() -> None:
        async with AsyncPromptwire(url=memory.url, api_key=memory.api_key, cache_dir=False) as pw:
            prompt = await pw.get("greeting")
            await pw.render("greeting", {"name": "Ada"})
            pw.score(prompt, "helpful", "very", score_id="01234567-89ab-cdef-0123-456789ABCDEF")
            assert await pw.flush(5)

    asyncio.run(main())
    assert said(memory) == {(1, "live", "server"): (1, 0)}
    assert [one.score.id for one in memory.scores] == ["01234567-89ab-cdef-0123-456789abcdef"]
