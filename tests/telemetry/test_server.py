"""A real server, and a real receiver of what it exports."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from promptwire.telemetry.metrics import Metrics
from support.faults import closed_port
from support.otlp_receiver import Received, points_of, receiving
from support.server import ADMIN_EMAIL, ADMIN_PASSWORD, API_KEY, PRESETS, ServerProcess
from support.waiting import eventually

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "telemetry.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([\w.]+)`", PAGE))
VALUE = "a-value-that-nobody-else-may-read"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def traceparent(trace: str = TRACE, *, sampled: bool = True) -> dict[str, str]:
    return {"traceparent": f"00-{trace}-00f067aa0ba902b7-0{int(sampled)}"}


@dataclass
class Told:
    """What a server was asked, and what it told of that."""

    received: Received
    server: ServerProcess
    prometheus: str
    hot_reads: int


@pytest.fixture(scope="module")
def told(engine: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    data = tmp_path_factory.mktemp("telemetry")
    database = f"sqlite:///{data / 'promptwire.db'}"
    if engine == "postgresql":
        database = request.getfixturevalue("postgres").new_database()
    with receiving(data) as received:
        server = ServerProcess(
            data,
            "--database",
            database,
            **PRESETS | {"PROMPTWIRE_KEY_LIMIT": "3"},
            OTEL_EXPORTER_OTLP_ENDPOINT=received.url,
            OTEL_METRICS_EXPORTER="otlp,prometheus",
            OTEL_EXPORTER_PROMETHEUS_PORT="0",
            OTEL_METRIC_EXPORT_INTERVAL="100000",
            OTEL_BSP_SCHEDULE_DELAY="50",
            OTEL_TRACES_SAMPLER="parentbased_always_off",
        ).wait_ready()
        [port] = re.findall(r'"metrics can be read".*"port": (\d+)', server.errors)
        with server.client(API_KEY) as client:
            hot_reads = _ask(client)
        page = httpx.get(f"http://localhost:{port}/metrics").text
        assert server.stop() == 0, server.errors
        eventually(lambda: bool(received.metrics))
        yield Told(received, server, page, hot_reads)


def _ask(client: httpx.Client) -> int:
    prompt = client.get("/v1/prompts/greeting").json()["prompt"]
    body = {"variables": {"name": VALUE}}
    for _ in range(20):
        assert client.get("/v1/prompts/greeting/resolve").status_code == 200
        assert client.post("/v1/prompts/greeting/render", json=body).status_code == 200
    assert client.post("/v1/prompts/greeting/render", json={"variables": {}}).status_code == 422
    sampled = traceparent()
    assert client.post("/v1/prompts/greeting/render", json=body, headers=sampled).status_code == 200
    assert client.get("/v1/prompts/nobody/resolve", headers=sampled).status_code == 404
    made = client.post(
        f"/v1/prompts/{prompt['id']}/versions", json={"template": VALUE}, headers=sampled | {"X-Request-ID": "mine-1"}
    )
    assert made.status_code == 201
    login = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
    client.post("/v1/auth/login", json=login, headers=sampled)
    client.post("/v1/auth/password-reset/trigger", json={"email": ADMIN_EMAIL}, headers=sampled)
    for _ in range(5):
        client.get("/api/v1/prompts", headers=sampled)
    client.get("/v1/stream?seconds=0")
    return 40


def test_a_traced_request_has_its_units_of_work_and_statements_below_it(told: Told) -> None:
    spans = [span for span in told.received.spans if span["attributes"].get("promptwire.request_id") == "mine-1"]
    [root] = spans
    assert root["name"] == "POST /v1/prompts/{id}/versions"
    assert root["kind"] == "SPAN_KIND_SERVER"
    assert root["attributes"]["http.response.status_code"] == "201"
    below = [one for one in told.received.spans if one.get("parentSpanId") == root["spanId"]]
    writes = {one["spanId"] for one in below if one["name"] == "store write"}
    statements = [one for one in told.received.spans if one.get("parentSpanId") in writes]
    assert any(one["name"].startswith("INSERT versions") for one in statements), [one["name"] for one in statements]
    assert all(one["attributes"]["db.system.name"] in {"sqlite", "postgresql"} for one in statements)


def test_a_traced_render_has_a_span_that_names_prompt_and_version(told: Told) -> None:
    [render] = [one for one in told.received.spans if one["name"] == "render"]
    assert render["attributes"]["gen_ai.prompt.name"] == "greeting"
    assert render["attributes"]["gen_ai.prompt.version"] == "1"


def test_only_what_is_sampled_has_spans_and_all_of_it_belongs_to_the_trace_of_the_caller(told: Told) -> None:
    assert told.received.spans
    assert {_hex(span["traceId"]) for span in told.received.spans} == {TRACE}


def _hex(encoded: str) -> str:
    import base64  # noqa: PLC0415

    return base64.b64decode(encoded).hex()


def test_reads_on_the_quickest_way_are_counted_with_their_route_and_version(told: Told) -> None:
    metrics = told.received.metrics
    counted = {
        attributes["http.route"]: int(point["count"])
        for attributes, point in points_of(metrics["http.server.request.duration"])
        if attributes.get("http.response.status_code") == "200" and "http.route" in attributes
    }
    assert counted["/v1/prompts/{slug}/resolve"] == 20
    assert counted["/v1/prompts/{slug}/render"] == 21
    resolves = points_of(metrics["promptwire.server.resolves"])
    [(attributes, point)] = [one for one in resolves if one[0]["promptwire.outcome"] == "ok"]
    assert int(point["asInt"]) == 20
    assert attributes["gen_ai.prompt.name"] == "greeting"
    renders = {
        one["promptwire.outcome"]: int(point["asInt"]) for one, point in points_of(metrics["promptwire.server.renders"])
    }
    assert renders["ok"] == 21
    assert sum(renders.values()) == 22


def test_buckets_tell_microseconds_from_milliseconds(told: Told) -> None:
    for attributes, point in points_of(told.received.metrics["http.server.request.duration"]):
        counts = [int(one) for one in point["bucketCounts"]]
        assert sum(counts) == int(point["count"])
        if attributes.get("http.route") == "/v1/prompts/{slug}/resolve" and "200" in attributes.values():
            assert sum(1 for one in counts if one) >= 1
            assert sum(counts[:9]) > 0, "a read from memory takes less than 10 ms"


def test_every_name_of_metrics_and_spans_stands_in_the_reference(told: Told) -> None:
    names: set[str] = set()
    for name, metric in told.received.metrics.items():
        names |= {name, *(key for attributes, _ in points_of(metric) for key in attributes)}
    for span in told.received.spans:
        names |= set(span["attributes"])
    for line in told.received.logs:
        names |= {one for one in line["attributes"] if not one.startswith("promptwire.") or one in NAMED}
    assert names <= NAMED, names - NAMED


def test_what_the_reference_says_is_measured_is_exported(told: Told) -> None:
    rare = {"http.client.request.duration"}  # webhooks have a test of their own
    declared = {table.metric.name for table in Metrics().tables} - rare
    assert declared <= set(told.received.metrics), declared - set(told.received.metrics)


def test_the_page_for_prometheus_has_the_same_numbers(told: Told) -> None:
    page = told.prometheus
    assert re.search(
        r'promptwire_server_resolves_total\{.*gen_ai_prompt_name="greeting".*promptwire_outcome="ok"\} 20\n', page
    )
    assert "http_server_request_duration_seconds_bucket{" in page
    assert 'le="+Inf"' in page


def test_logs_go_over_otlp_with_trace_and_request(told: Told) -> None:
    [line] = [one for one in told.received.logs if one["body"]["stringValue"].startswith("mail written")]
    assert _hex(line["traceId"]) == TRACE
    assert line["attributes"]["promptwire.request_id"]
    logged = [json.loads(one) for one in told.server.errors.splitlines() if "mail written" in one]
    assert logged[0]["trace_id"] == TRACE
    assert len(logged[0]["span_id"]) == 16


def test_nothing_that_is_told_has_a_secret_a_text_or_a_value_of_a_variable(told: Told) -> None:
    for secret in (API_KEY, ADMIN_PASSWORD, ADMIN_EMAIL, VALUE):
        assert secret not in told.received.text
        assert secret not in told.prometheus
        assert secret not in told.server.errors


def test_refused_requests_are_counted(told: Told) -> None:
    limited = points_of(told.received.metrics["promptwire.rate_limit.rejections"])
    assert [int(point["asInt"]) for _, point in limited] == [2]


def test_two_hundred_requests_at_once_are_never_mixed_up(tmp_path: Path) -> None:
    with receiving(tmp_path) as received:
        server = ServerProcess(
            tmp_path, **PRESETS, OTEL_TRACES_EXPORTER="otlp", OTEL_EXPORTER_OTLP_ENDPOINT=received.url
        ).wait_ready()
        traces = [secrets.token_hex(16) for _ in range(200)]

        def ask(number: int) -> None:
            path = "/v1/prompts/greeting/render" if number % 2 else "/v1/prompts/greeting"
            headers = traceparent(traces[number]) | {"X-Request-ID": f"r-{number}"}
            with server.client(API_KEY) as client:
                answer = (
                    client.post(path, json={"variables": {"name": "A"}}, headers=headers)
                    if number % 2
                    else client.get(path, headers=headers)
                )
            assert answer.status_code == 200

        with ThreadPoolExecutor(40) as pool:
            list(pool.map(ask, range(200)))
        assert server.stop() == 0, server.errors
        spans = received.spans
    roots = {
        _hex(one["traceId"]): one
        for one in spans
        if one["kind"] == "SPAN_KIND_SERVER" and "r-" in one["attributes"]["promptwire.request_id"]
    }
    assert {trace: one["attributes"]["promptwire.request_id"] for trace, one in roots.items()} == {
        trace: f"r-{number}" for number, trace in enumerate(traces)
    }
    by_id = {one["spanId"]: one for one in spans}
    children = [one for one in spans if one.get("parentSpanId") in by_id]
    assert len(children) >= 200
    assert all(one["traceId"] == by_id[one["parentSpanId"]]["traceId"] for one in children)


def test_each_of_several_workers_has_a_page_for_prometheus(tmp_path: Path) -> None:
    server = ServerProcess(
        tmp_path,
        "--workers",
        "2",
        **PRESETS,
        OTEL_METRICS_EXPORTER="prometheus",
        OTEL_EXPORTER_PROMETHEUS_HOST="127.0.0.1",
        OTEL_EXPORTER_PROMETHEUS_PORT=str(closed_port()),
    ).wait_ready()
    ports = re.findall(r'"metrics can be read".*"port": (\d+)', server.errors)
    for _ in range(10):
        with server.client(API_KEY) as client:
            assert client.get("/v1/prompts/greeting/resolve").status_code == 200
    pages = [httpx.get(f"http://127.0.0.1:{port}/metrics").text for port in ports]
    assert len(pages) == 2
    counted = re.compile(r'^promptwire_server_resolves_total\{.*promptwire_outcome="ok".*\} (\d+)', re.MULTILINE)
    assert sum(int(number) for page in pages for number in counted.findall(page)) == 10
    assert server.stop() == 0, server.errors


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, "OTEL_TRACES_EXPORTER: 'zipkin' is not supported: use none or otlp"),
        (
            {"OTEL_TRACES_SAMPLER": "mine", "OTEL_TRACES_EXPORTER": "otlp"},
            "OTEL_TRACES_SAMPLER: 'mine' is not supported",
        ),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            "OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' is not supported: use http/protobuf",
        ),
    ],
)
def test_a_variable_that_cannot_be_followed_stops_the_start(variables: Any, words: str, tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, **PRESETS, **variables)
    assert server._end() != 0
    assert words in server.errors + server.output
    assert not (tmp_path / "promptwire.db").exists()
