"""Every metric of a server (docs/reference/telemetry.md); names of the semantic conventions where there are any."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from promptwire.telemetry.tables import Counts, Durations, Key, Metric, Observed, Table

_PROMPT = ("promptwire.team", "gen_ai.prompt.name", "gen_ai.prompt.version")
_POOL = "db.client.connection.pool.name"

REQUESTS = Metric(
    name="http.server.request.duration",
    kind="histogram",
    unit="s",
    description="Duration of HTTP server requests.",
    attributes=("http.request.method", "http.route", "http.response.status_code", "url.scheme"),
)
CALLS = Metric(
    name="http.client.request.duration",
    kind="histogram",
    unit="s",
    description="Duration of the requests to webhooks' endpoints.",
    attributes=("http.request.method", "server.address", "server.port", "http.response.status_code", "error.type"),
    open=("server.address", "server.port"),
)
RESOLVES = Metric(
    name="promptwire.server.resolves",
    kind="counter",
    unit="{resolve}",
    description="Versions that were resolved for an application.",
    attributes=(*_PROMPT, "promptwire.outcome"),
    open=_PROMPT,
)
RENDERS = Metric(
    name="promptwire.server.renders",
    kind="counter",
    unit="{render}",
    description="Versions that were rendered by the server.",
    attributes=(*_PROMPT, "promptwire.outcome"),
    open=_PROMPT,
)
READS = Metric(
    name="promptwire.readmodel.reads",
    kind="counter",
    unit="{read}",
    description="Reads that memory answered at once (hit), and those that took longer (miss).",
    attributes=("promptwire.readmodel.result",),
)
LAG = Metric(
    name="promptwire.changes.lag",
    kind="histogram",
    unit="s",
    description="Time from a change until this process had taken it in.",
)
BEHIND = Metric(
    name="promptwire.changes.behind",
    kind="gauge",
    unit="s",
    description="Time since the change log was last looked at with success.",
)
POSITION = Metric(
    name="promptwire.changes.position",
    kind="gauge",
    unit="{change}",
    description="The last change that this process has taken in.",
)
STORE = Metric(
    name="promptwire.store.duration",
    kind="histogram",
    unit="s",
    description="Duration of units of work in the database, without the wait for a connection.",
    attributes=("promptwire.store.kind", "error.type"),
)
WAIT = Metric(
    name="db.client.connection.wait_time",
    kind="histogram",
    unit="s",
    description="How long units of work waited for a connection.",
    attributes=(_POOL,),
)
CONNECTIONS = Metric(
    name="db.client.connection.count",
    kind="updown",
    unit="{connection}",
    description="Connections to the database by what they do.",
    attributes=(_POOL, "db.client.connection.state"),
)
MOST_CONNECTIONS = Metric(
    name="db.client.connection.max",
    kind="updown",
    unit="{connection}",
    description="Connections to the database that there may be.",
    attributes=(_POOL,),
)
STREAMS = Metric(
    name="promptwire.streams",
    kind="updown",
    unit="{stream}",
    description="Streams of changes that are open.",
)
MAIL = Metric(
    name="promptwire.mail.messages",
    kind="counter",
    unit="{message}",
    description="Attempts to bring a message on its way.",
    attributes=("promptwire.outcome",),
)
LIMITED = Metric(
    name="promptwire.rate_limit.rejections",
    kind="counter",
    unit="{request}",
    description="Requests that were refused because there were too many.",
    attributes=("http.route",),
)

Look = Callable[[], Iterable[tuple[Key, float]]]


class Metrics:
    """The tables of one server process."""

    def __init__(self) -> None:
        self.requests = Durations(REQUESTS)
        self.calls = Durations(CALLS)
        self.resolves = Counts(RESOLVES)
        self.renders = Counts(RENDERS)
        self.lag = Durations(LAG)
        self.store = Durations(STORE)
        self.wait = Durations(WAIT)
        self.mail = Counts(MAIL)
        self.limited = Counts(LIMITED)
        self.tables: list[Table] = [
            *(self.requests, self.calls, self.resolves, self.renders),
            *(self.lag, self.store, self.wait, self.mail, self.limited),
        ]

    def observe(self, metric: Metric, look: Look) -> None:
        """Have something looked at when metrics are exported."""
        self.tables.append(Observed(metric, look))
