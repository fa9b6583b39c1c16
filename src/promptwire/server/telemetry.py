"""Telemetry of a server process: what is measured, and where it goes; nothing of it where nothing was asked for."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import nullcontext
from typing import TYPE_CHECKING

from starlette.types import ASGIApp

from promptwire.domain.errors import InvalidInput
from promptwire.integrations.mail import Carrier
from promptwire.ports.feed import Feed
from promptwire.ports.webhooks import Sender
from promptwire.readmodel.delivery.streams import Streams
from promptwire.server.connections import Bounds
from promptwire.server.front import Front
from promptwire.server.observed_parts import Lag, ObservedCarrier, ObservedSender, ObservedStore
from promptwire.server.observed_reads import ObservedProtocol, ObservedReading, Times
from promptwire.server.observing import Observing, Traces
from promptwire.server.protocol import ReadProtocol, protocol_over
from promptwire.server.reading import Reading
from promptwire.storage.engines import Engines
from promptwire.storage.spans import trace_statements
from promptwire.storage.store import SqlStore
from promptwire.telemetry import metrics as what
from promptwire.telemetry.choice import Choice
from promptwire.telemetry.logs import attributes
from promptwire.telemetry.metrics import Metrics
from promptwire.telemetry.prometheus import Page
from promptwire.telemetry.tables import Key

if TYPE_CHECKING:
    from promptwire.telemetry.exporting import Exports

log = logging.getLogger("promptwire.server")


class Telemetry:
    """What a process tells of itself while it serves."""

    def __init__(self, choice: Choice, *, workers: int = 1) -> None:
        self.metrics = Metrics()
        self.traces: Traces | None = None
        self._times = Times(self.metrics)
        self._choice = choice
        self._workers = workers
        self._exports: Exports | None = None
        self._page: Page | None = None

    def watch(self, store: SqlStore, feed: Feed, streams: Streams) -> None:
        """Measure and trace units of work, and how far memory is behind the change log."""
        feed.subscribe(Lag(self.metrics))
        store.around = ObservedStore(self.metrics).around
        engines = store.engines
        self.metrics.observe(what.CONNECTIONS, lambda: _connections(engines))
        limits: list[tuple[Key, float]] = [(("read",), engines.readers), (("write",), engines.writers)]
        self.metrics.observe(what.MOST_CONNECTIONS, lambda: limits)
        if self._choice.traces:
            trace_statements(engines)
        self.metrics.observe(what.BEHIND, lambda: [((), feed.behind)])
        self.metrics.observe(what.POSITION, lambda: [((), feed.position.seq)])
        self.metrics.observe(what.STREAMS, lambda: [((), len(streams.audience))])

    def sender(self, sender: Sender) -> Sender:
        """Measure and trace requests to webhooks."""

        def continued(request_id: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - either of two
            return self.traces.continued(request_id) if self.traces else nullcontext()

        return ObservedSender(sender, self.metrics, continued)

    def carrier(self, carrier: Carrier) -> Carrier:
        """Count and trace mail."""
        return ObservedCarrier(carrier, self.metrics)

    def start(self) -> None:
        """Begin to export.

        Raises:
            InvalidInput: When the page for Prometheus has no port.
        """
        choice = self._choice
        if choice.prometheus is not None:
            host, port = choice.prometheus
            try:
                self._page = Page(self.metrics, host, port, ports=self._workers)
            except OSError as error:
                raise InvalidInput(
                    f"OTEL_EXPORTER_PROMETHEUS_PORT: cannot listen on {host}:{port}: {error.strerror}"
                ) from None
            log.info("metrics can be read", extra={"host": host, "port": self._page.port})
        if not (choice.traces or choice.metrics or choice.logs):
            return
        from promptwire.telemetry.exporting import SCOPE, OtlpLogs, open_exports  # noqa: PLC0415 - 40 MB, for who exports

        self._exports = exports = open_exports(choice, self.metrics)
        if exports.tracers is not None:
            self.traces = Traces(exports.tracers.get_tracer(SCOPE), choice.sampling)
        if exports.logs is not None:
            logging.getLogger().addHandler(OtlpLogs(exports.logs, attributes))

    def app(self, app: Front | Reading) -> ASGIApp:
        """Measure and trace what an application serves."""
        if isinstance(app, Reading):
            observing = Observing(app.front, self.metrics, self.traces)
            return ObservedReading(app, observing, self._times, self.traces)
        return Observing(app, self.metrics, self.traces)

    def protocol(self, reading: Reading, bounds: Bounds) -> type[ReadProtocol]:
        """Give the protocol class that answers the reads of an application, and measures them."""
        plain = protocol_over(reading, bounds)
        return type("ObservedReadProtocol", (ObservedProtocol, plain), {"times": self._times, "traces": self.traces})

    def close(self) -> None:
        """Send what is left, and stop."""
        if self._page is not None:
            self._page.close()
        if self._exports is not None:
            self._exports.close()


def _connections(engines: Engines) -> Iterable[tuple[Key, float]]:
    for name, engine in (("read", engines.reader), ("write", engines.writer)):
        pool = engine.pool
        used, idle = pool.checkedout(), pool.checkedin()  # type: ignore[attr-defined]  # a QueuePool
        yield (name, "used"), used
        yield (name, "idle"), idle
