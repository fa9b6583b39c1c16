"""The page that Prometheus reads, on a port of its own, written from the same tables as what goes over OTLP."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import accumulate
from threading import Thread

from promptwire.telemetry.metrics import Metrics
from promptwire.telemetry.tables import BOUNDS, Durations, Metric, Point, Value

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_TYPES = {"counter": "counter", "updown": "gauge", "gauge": "gauge", "histogram": "histogram"}


def prometheus_name(metric: Metric) -> str:
    """Give the name by which Prometheus knows a metric, as OpenTelemetry's Collector would write it too."""
    name = metric.name.replace(".", "_")
    if metric.unit == "s":
        name += "_seconds"
    return f"{name}_total" if metric.kind == "counter" else name


def page(metrics: Metrics) -> bytes:
    """Write the page."""
    lines: list[str] = []
    for table in metrics.tables:
        if points := table.points():
            name, metric = prometheus_name(table.metric), table.metric
            lines += (f"# HELP {name} {metric.description}", f"# TYPE {name} {_TYPES[metric.kind]}")
            lines += _histogram(name, points) if isinstance(table, Durations) else _plain(name, points)
    return ("\n".join(lines) + "\n").encode()


def _plain(name: str, points: Iterable[Point]) -> Iterable[str]:
    return [f"{name}{_labels(point.attributes)} {point.value!r}" for point in points]


def _histogram(name: str, points: Iterable[Point]) -> Iterable[str]:
    bounds = [*(f"{bound:g}" for bound in BOUNDS), "+Inf"]
    lines = []
    for point in points:
        counts = list(accumulate(point.buckets))
        lines += [
            f"{name}_bucket{_labels(dict(point.attributes) | {'le': bound})} {count}"
            for bound, count in zip(bounds, counts, strict=True)
        ]
        lines += [f"{name}_sum{_labels(point.attributes)} {point.value!r}"]
        lines += [f"{name}_count{_labels(point.attributes)} {counts[-1]}"]
    return lines


def _labels(attributes: Mapping[str, Value]) -> str:
    written = ",".join(f'{name.replace(".", "_")}="{_escaped(str(value))}"' for name, value in attributes.items())
    return f"{{{written}}}" if written else ""


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


class Page:
    """Serves the page on the first free port from the one that was named: each worker process has one."""

    def __init__(self, metrics: Metrics, host: str, port: int, *, ports: int = 1) -> None:
        """Begin to serve.

        Raises:
            OSError: When no port of so many can be had.
        """

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                known = self.path.partition("?")[0] in {"/", "/metrics"}
                body = page(metrics) if known else b"not found: see /metrics\n"
                self.send_response(200 if known else 404)
                self.send_header("Content-Type", CONTENT_TYPE)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing of each look."""

        self._server = _listen(host, port, ports, Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.1,), name="promptwire-metrics", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Give the port that it has."""
        return self._server.server_port

    def close(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _listen(host: str, port: int, ports: int, handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    for one in range(port, port + ports):
        try:
            server = _Server((host, one), handler)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or one == port + ports - 1:
                raise
        else:
            return server
    raise AssertionError("ports is at least 1")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = False
