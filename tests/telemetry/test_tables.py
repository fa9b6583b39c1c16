"""Numbers of the hot path: bounded in series, and the same in every form in which they leave."""

from __future__ import annotations

from opentelemetry.sdk.metrics.export import InMemoryMetricReader, MetricsData
from opentelemetry.sdk.resources import Resource

from promptwire.telemetry.exporting import Histograms, meter_provider, with_histograms
from promptwire.telemetry.metrics import Metrics
from promptwire.telemetry.prometheus import page
from promptwire.telemetry.tables import BOUNDS, MOST


def test_series_beyond_the_bound_are_counted_as_other_with_their_outcome() -> None:
    metrics = Metrics()
    for number in range(MOST + 500):
        metrics.renders.add(("team", f"prompt-{number}", "1", "ok"))
    metrics.renders.add(("team", "one-more", "1", "render_failed"))
    points = metrics.renders.points()
    assert len(points) == MOST + 2
    others = {
        str(point.attributes["promptwire.outcome"]): point.value
        for point in points
        if "other" in point.attributes.values()
    }
    assert others == {"ok": 500, "render_failed": 1}
    assert sum(point.value for point in points) == MOST + 501


def test_a_duration_falls_into_the_bucket_of_its_bound() -> None:
    metrics = Metrics()
    for seconds in (0.0, BOUNDS[0], BOUNDS[0] * 1.01, 11.0):
        metrics.lag.add((), seconds)
    [point] = metrics.lag.points()
    assert (point.buckets[0], point.buckets[1], point.buckets[-1], sum(point.buckets)) == (2, 1, 1, 4)


def _exported(reader: InMemoryMetricReader, histograms: Histograms) -> dict[str, list[object]]:
    data = reader.get_metrics_data()
    assert isinstance(data, MetricsData)
    found = with_histograms(data, histograms)
    return {one.name: list(one.data.data_points) for one in found.resource_metrics[0].scope_metrics[0].metrics}


def test_an_exporter_in_memory_gets_counters_and_histograms() -> None:
    metrics, reader = Metrics(), InMemoryMetricReader()
    metrics.resolves.add(("team", "greeting", "1", "ok"))
    metrics.requests.add(("GET", "/v1/x", 200, "http"), 0.003)
    provider = meter_provider(metrics, [reader], Resource({}))
    found = _exported(reader, Histograms(metrics, delta=False))
    [counter], [histogram] = found["promptwire.server.resolves"], found["http.server.request.duration"]
    assert counter.value == 1  # type: ignore[attr-defined]
    assert (histogram.count, histogram.sum) == (1, 0.003)  # type: ignore[attr-defined]
    assert histogram.attributes["http.response.status_code"] == 200  # type: ignore[attr-defined]
    provider.shutdown()


def test_who_wants_differences_gets_what_came_since_the_last_time() -> None:
    metrics = Metrics()
    histograms = Histograms(metrics, delta=True)
    for expected in (2, 1):
        for _ in range(expected):
            metrics.lag.add((), 0.5)
        [metric] = histograms.read()
        [point] = metric.data.data_points
        assert (point.count, point.sum) == (expected, expected * 0.5)  # type: ignore[union-attr]


def test_the_page_escapes_what_prometheus_would_misread() -> None:
    metrics = Metrics()
    metrics.resolves.add(('a"b\\c\nd', "p", "1", "ok"))
    assert r'promptwire_team="a\"b\\c\nd"' in page(metrics).decode()
