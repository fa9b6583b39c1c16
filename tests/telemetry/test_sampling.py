"""Which reads are traced, of those that no caller has decided about."""

from __future__ import annotations

import pytest
from opentelemetry.sdk.trace import TracerProvider

from promptwire.api.v1.targets import Targets
from promptwire.server.observed_reads import Times
from promptwire.server.observing import Traces
from promptwire.telemetry.choice import Sampling
from promptwire.telemetry.metrics import Metrics

MANY = 200_000


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    times = [1000.0]
    monkeypatch.setattr("promptwire.server.observing.monotonic", lambda: times[0])
    return times


def sampled(sampling: Sampling) -> int:
    traces = Traces(TracerProvider().get_tracer("test"), sampling)
    return sum(traces.wants_read() for _ in range(MANY))


@pytest.mark.parametrize("ratio", [0.001, 0.1, 0.9])
def test_as_many_are_sampled_as_were_asked_for(ratio: float) -> None:
    expected = ratio * MANY
    assert sampled(Sampling(reads=ratio, reads_a_second=float("inf"))) == pytest.approx(expected, abs=8 * expected**0.5)


def test_all_and_none_are_what_they_say() -> None:
    assert sampled(Sampling(reads=1, reads_a_second=float("inf"))) == MANY
    assert sampled(Sampling(reads=0)) == 0


def test_however_many_come_only_so_many_are_sampled_in_a_second(now: list[float]) -> None:
    traces = Traces(TracerProvider().get_tracer("test"), Sampling(reads=0.1, reads_a_second=10))
    found = 0
    for _ in range(20):
        found += sum(traces.wants_read() for _ in range(1000))
        now[0] += 0.1
    assert found == 20


def test_a_read_that_was_one_too_many_is_counted_where_no_request_of_the_surface_sees_it() -> None:
    metrics = Metrics()
    times, target = Times(metrics), Targets().get(b"/v1/prompts/greeting/resolve")
    assert target is not None
    for status in (200, 429, 429):
        times.add(target, status, 0.001)
    [point] = metrics.limited.points()
    assert (point.value, dict(point.attributes)) == (2, {"http.route": "/v1/prompts/{slug}/resolve"})
    assert sorted(int(point.attributes["http.response.status_code"]) for point in metrics.requests.points()) == [
        200,
        429,
    ]
