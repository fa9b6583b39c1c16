"""From our tables to OpenTelemetry: counters through observable instruments, histograms beside them, over OTLP."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from typing import Any
from uuid import uuid4

from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import Histogram as HistogramInstrument
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    Histogram,
    HistogramDataPoint,
    MetricReader,
    MetricsData,
    PeriodicExportingMetricReader,
    ResourceMetrics,
)
from opentelemetry.sdk.metrics.export import Metric as OtelMetric
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_ON

from promptwire.telemetry.choice import Choice
from promptwire.telemetry.metrics import Metrics
from promptwire.telemetry.tables import BOUNDS, Durations, Observed, Point, Table

SCOPE = "promptwire.server"
_QUIET = ("opentelemetry", "urllib3", "requests")
"""Whose log lines are not exported: they may be about exporting."""


def resource() -> Resource:
    """Say whose telemetry it is; OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES go before our words."""
    ours = Resource(
        {"service.name": "promptwire", "service.version": version("promptwire"), "service.instance.id": str(uuid4())}
    )
    named = "OTEL_SERVICE_NAME" in os.environ or "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    found = Resource.create()
    if not named:
        found = Resource({name: one for name, one in found.attributes.items() if name != "service.name"})
    return ours.merge(found)


class Histograms:
    """Gives the histograms of our tables as data of OpenTelemetry: whole, or what came since the last time."""

    def __init__(self, metrics: Metrics, *, delta: bool) -> None:
        self._metrics = metrics
        self._delta = delta
        self._began = time.time_ns()
        self._last: dict[tuple[str, frozenset[Any]], Point] = {}

    def read(self) -> list[OtelMetric]:
        """Read them now."""
        now = time.time_ns()
        found = [
            OtelMetric(
                name=table.metric.name,
                description=table.metric.description,
                unit=table.metric.unit,
                data=Histogram(
                    data_points=[self._point(table, point, now) for point in table.points()],
                    aggregation_temporality=AggregationTemporality.DELTA
                    if self._delta
                    else AggregationTemporality.CUMULATIVE,
                ),
            )
            for table in self._metrics.tables
            if isinstance(table, Durations)
        ]
        if self._delta:
            self._began = now
        return [one for one in found if one.data.data_points]

    def _point(self, table: Durations, point: Point, now: int) -> HistogramDataPoint:
        buckets, total = point.buckets, point.value
        if self._delta:
            key = (table.metric.name, frozenset(point.attributes.items()))
            before = self._last.get(key)
            self._last[key] = point
            if before is not None:
                buckets = tuple(now - then for now, then in zip(buckets, before.buckets, strict=True))
                total -= before.value
        return HistogramDataPoint(
            attributes=dict(point.attributes),
            start_time_unix_nano=self._began,
            time_unix_nano=now,
            count=sum(buckets),
            sum=total,
            bucket_counts=buckets,
            explicit_bounds=BOUNDS,
            min=float("inf"),
            max=float("-inf"),
        )


def with_histograms(data: MetricsData, histograms: Histograms) -> MetricsData:
    """Put our histograms beside what the SDK has collected of our instruments."""
    return MetricsData([_with(one, histograms) for one in data.resource_metrics])


def _with(one: ResourceMetrics, histograms: Histograms) -> ResourceMetrics:
    scopes = [
        replace(scope, metrics=[*scope.metrics, *histograms.read()]) if scope.scope.name == SCOPE else scope
        for scope in one.scope_metrics
    ]
    return replace(one, scope_metrics=scopes)


class OtlpReader(PeriodicExportingMetricReader):
    """Exports our histograms with everything else, as often as OTEL_METRIC_EXPORT_INTERVAL says."""

    def __init__(self, exporter: OTLPMetricExporter, metrics: Metrics) -> None:
        preferred = exporter._preferred_temporality or {}  # noqa: SLF001 - as the reader above does
        delta = preferred.get(HistogramInstrument) is AggregationTemporality.DELTA
        self._histograms = Histograms(metrics, delta=delta)
        super().__init__(exporter)

    def _receive_metrics(self, metrics_data: MetricsData, timeout_millis: float = 10_000, **more: Any) -> None:  # noqa: ANN401 - the SDK's
        super()._receive_metrics(with_histograms(metrics_data, self._histograms), timeout_millis, **more)


def meter_provider(metrics: Metrics, readers: Sequence[MetricReader], of: Resource) -> MeterProvider:
    """Make an instrument of each of our counters and gauges, which reads its table when it is asked."""
    provider = MeterProvider(metric_readers=readers, resource=of, shutdown_on_exit=False)
    meter = provider.get_meter(SCOPE, version("promptwire"))
    makers = {
        "counter": meter.create_observable_counter,
        "updown": meter.create_observable_up_down_counter,
        "gauge": meter.create_observable_gauge,
    }
    for table in metrics.tables:
        if not isinstance(table, Durations):
            metric = table.metric
            makers[metric.kind](metric.name, [partial(_observe, table)], metric.unit, metric.description)
    return provider


def _observe(table: Table, _: CallbackOptions) -> Iterable[Observation]:
    return [Observation(_whole(table, point.value), point.attributes) for point in table.points()]


def _whole(table: Table, value: float) -> float:
    return value if isinstance(table, Observed) and table.metric.unit == "s" else int(value)


class OtlpLogs(logging.Handler):
    """Hands every line of the log to OpenTelemetry: the words, what was passed as `extra`, and the trace."""

    def __init__(self, provider: LoggerProvider, extras: Callable[[logging.LogRecord], dict[str, Any]]) -> None:
        super().__init__()
        self._provider = provider
        self._extras = extras

    def emit(self, record: logging.LogRecord) -> None:
        """Hand on a line."""
        if record.name.startswith(_QUIET):
            return
        try:
            self._provider.get_logger(record.name).emit(
                LogRecord(
                    timestamp=int(record.created * 1e9),
                    severity_text=record.levelname,
                    severity_number=_severity(record.levelno),
                    body=record.getMessage(),
                    attributes=self._extras(record),
                )
            )
        except Exception:  # noqa: BLE001 - as every handler
            self.handleError(record)


def _severity(level: int) -> SeverityNumber:
    steps = (
        (50, SeverityNumber.FATAL),
        (40, SeverityNumber.ERROR),
        (30, SeverityNumber.WARN),
        (20, SeverityNumber.INFO),
    )
    return next((number for least, number in steps if level >= least), SeverityNumber.DEBUG)


@dataclass(frozen=True, slots=True)
class Exports:
    """What is on its way to the operator's collector."""

    tracers: TracerProvider | None = None
    meters: MeterProvider | None = None
    logs: LoggerProvider | None = None

    def close(self) -> None:
        """Send what is left."""
        for provider in (self.tracers, self.meters, self.logs):
            if provider is not None:
                provider.shutdown()


def tracer_provider(processor: SpanProcessor, of: Resource) -> TracerProvider:
    """Make what makes spans; that a request is traced has been decided before."""
    provider = TracerProvider(sampler=ALWAYS_ON, resource=of, shutdown_on_exit=False)
    provider.add_span_processor(processor)
    return provider


def open_exports(choice: Choice, metrics: Metrics) -> Exports:
    """Begin to export what was chosen, to where the `OTEL_EXPORTER_OTLP_*` variables say."""
    of = resource()
    logs = None
    if choice.logs:
        logs = LoggerProvider(of, shutdown_on_exit=False)
        logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
    return Exports(
        tracers=tracer_provider(BatchSpanProcessor(OTLPSpanExporter()), of) if choice.traces else None,
        meters=meter_provider(metrics, [OtlpReader(OTLPMetricExporter(), metrics)], of) if choice.metrics else None,
        logs=logs,
    )
