"""A real receiver of OTLP over HTTP, in a process of its own: it decodes the protobuf and writes down lines of JSON.

python -m support.otlp_receiver FILE
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]  # it has no stubs
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

KINDS: dict[str, Any] = {
    "/v1/traces": ExportTraceServiceRequest,
    "/v1/metrics": ExportMetricsServiceRequest,
    "/v1/logs": ExportLogsServiceRequest,
}


def serve(file: Path) -> None:
    """Serve until killed; says its port first."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            message = KINDS[self.path]()
            message.ParseFromString(body)
            with file.open("a") as out:
                out.write(json.dumps({"path": self.path, "sent": MessageToDict(message)}) + "\n")
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


def plain(attributes: list[dict[str, Any]]) -> dict[str, Any]:
    """Give attributes as a dictionary."""
    return {one["key"]: next(iter(one["value"].values()), None) for one in attributes}


class Received:
    """What a receiver was sent."""

    def __init__(self, url: str, file: Path) -> None:
        self.url = url
        self._file = file

    @property
    def text(self) -> str:
        """Give all of it as text."""
        return self._file.read_text() if self._file.exists() else ""

    def _scopes(self, path: str, outer: str, inner: str) -> Iterator[dict[str, Any]]:
        for line in self.text.splitlines():
            read = json.loads(line)
            if read["path"] == path:
                for one in read["sent"][outer]:
                    yield from one[inner]

    @property
    def spans(self) -> list[dict[str, Any]]:
        """Give every span."""
        scopes = self._scopes("/v1/traces", "resourceSpans", "scopeSpans")
        return [span | {"attributes": plain(span.get("attributes", []))} for one in scopes for span in one["spans"]]

    @property
    def metrics(self) -> dict[str, dict[str, Any]]:
        """Give every metric by name, as it was sent last."""
        scopes = self._scopes("/v1/metrics", "resourceMetrics", "scopeMetrics")
        return {metric["name"]: metric for one in scopes for metric in one["metrics"]}

    @property
    def logs(self) -> list[dict[str, Any]]:
        """Give every line of the log."""
        scopes = self._scopes("/v1/logs", "resourceLogs", "scopeLogs")
        return [
            line | {"attributes": plain(line.get("attributes", []))} for one in scopes for line in one["logRecords"]
        ]


def points_of(metric: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Give the points of a metric, each with its attributes."""
    data = metric.get("sum") or metric.get("gauge") or metric["histogram"]
    return [(plain(point.get("attributes", [])), point) for point in data["dataPoints"]]


@contextmanager
def receiving(directory: Path) -> Iterator[Received]:
    """Run a receiver."""
    file = directory / "received.jsonl"
    here = str(Path(__file__).parents[1])
    environment = os.environ | {"PYTHONPATH": here}
    command = [sys.executable, "-m", "support.otlp_receiver", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout
        try:
            yield Received(f"http://127.0.0.1:{int(process.stdout.readline())}", file)
        finally:
            process.kill()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
