"""Parts of a server that count and trace what they do; put in place of the plain ones where there is telemetry."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from promptwire.api.v1.reads import Answer, Read, Reads, encoded_of
from promptwire.domain.changes import Entry
from promptwire.domain.errors import DomainError
from promptwire.domain.templates import Rendered
from promptwire.domain.webhooks import Outcome
from promptwire.integrations.mail import Carrier
from promptwire.integrations.renderer import ProcessRenderer
from promptwire.ports.mail import Message
from promptwire.ports.webhooks import Post, Sender
from promptwire.readmodel.finding import Found
from promptwire.readmodel.readers import Reader
from promptwire.telemetry.metrics import READS, Metrics
from promptwire.telemetry.tables import Count, Key
from promptwire.telemetry.tracing import client_span, span, traced, traceparent
from promptwire.wire.canonical import JsonValue
from promptwire.wire.content import Content

_UNCHANGED = 304


class Counted(dict[str, Count]):
    """The counts of a version, at hand where it is read, by what was done with it."""

    def __init__(self, metrics: Metrics, found: Found) -> None:
        super().__init__()
        self._metrics = metrics
        self._found = found.version.prompt.team_slug, found.version.prompt.slug, str(found.version.version.number)

    def __missing__(self, done: str) -> Count:
        """Begin to count."""
        table = self._metrics.renders if done == "rendered" else self._metrics.resolves
        count = self[done] = table.of((*self._found, "unchanged" if done == "unchanged" else "ok"))
        return count


class ObservedReads(Reads):
    """Counts resolves and renders by prompt and version, and tells whether memory had what was needed."""

    def __init__(self, *args: Any, metrics: Metrics, **kwargs: Any) -> None:  # noqa: ANN401 - as reads have them
        super().__init__(*args, **kwargs)
        self._metrics = metrics
        metrics.observe(READS, lambda: [(("hit",), self.hits), (("miss",), self.misses)])

    def _resolved(self, found: Found, read: Read) -> Answer:
        answer = super()._resolved(found, read)
        self._counts_of(found)["unchanged" if answer.status == _UNCHANGED else "resolved"].value += 1
        return answer

    def _counts_of(self, found: Found) -> Counted:
        encoded = encoded_of(found.version)
        counted: Counted | None = encoded.observed
        if counted is None:
            counted = encoded.observed = Counted(self._metrics, found)
        return counted

    def _rendered(self, found: Found, read: Read) -> Answer | None:
        if traced.get() is None:
            return self._counted(found, read)
        with span("render", _named(found)):
            return self._counted(found, read)

    def _counted(self, found: Found, read: Read) -> Answer | None:
        try:
            answer = super()._rendered(found, read)
        except DomainError as error:
            self._metrics.renders.add(_key(found, error.code.value))
            raise
        if answer is not None:
            self._counts_of(found)["rendered"].value += 1
        return answer

    async def _rendered_elsewhere(self, reader: Reader, found: Found, read: Read) -> Answer:
        try:
            with span("render", _named(found)):
                answer = await super()._rendered_elsewhere(reader, found, read)
        except DomainError as error:
            self._metrics.renders.add(_key(found, error.code.value))
            raise
        self._counts_of(found)["rendered"].value += 1
        return answer


def _key(found: Found, outcome: str) -> Key:
    version = found.version
    return version.prompt.team_slug, version.prompt.slug, str(version.version.number), outcome


def _named(found: Found) -> dict[str, str]:
    team, slug, number, _ = _key(found, "")
    return {"promptwire.team": str(team), "gen_ai.prompt.name": str(slug), "gen_ai.prompt.version": str(number)}


class ObservedRenderer(ProcessRenderer):
    """Renders in a worker process, with a span."""

    async def render(self, content: Content, variables: Mapping[str, JsonValue]) -> Rendered:
        """Fill a version with variables."""
        with span("render in a worker process"):
            return await super().render(content, variables)


class ObservedStore:
    """What stands around units of work: how long they wait for a connection and take, and a span."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def around(self, kind: str, run: Callable[..., Any]) -> Callable[..., Any]:
        """Give what runs a unit of work in place of `run`; called when it is handed to its thread."""
        asked = time.perf_counter()
        metrics = self._metrics

        def observed(work: Callable[..., Any]) -> Any:  # noqa: ANN401 - whatever the work gives
            began, failed = time.perf_counter(), None
            try:
                with span(f"store {kind}", {"promptwire.store.kind": kind}):
                    return run(work)
            except Exception as error:
                failed = None if isinstance(error, DomainError) else type(error).__qualname__
                raise
            finally:
                ended = time.perf_counter()
                with metrics.wait.lock:
                    metrics.wait.add((kind,), began - asked)
                with metrics.store.lock:
                    metrics.store.add((kind, failed), ended - began)

        return observed


class ObservedSender:
    """Sends to webhooks' endpoints within the trace of the request that made the change, as far as it is known."""

    def __init__(self, sender: Sender, metrics: Metrics, continued: Callable[[str], Any]) -> None:
        self._sender = sender
        self._metrics = metrics
        self._continued = continued

    async def send(self, post: Post) -> Outcome:
        """Send a request, and give what came of it."""
        began = time.perf_counter()
        place = urlsplit(post.url)
        host, port = place.hostname or "", place.port or (443 if place.scheme == "https" else 80)
        attributes: dict[str, str | int] = {
            "http.request.method": "POST",
            "server.address": host,
            "server.port": port,
            "promptwire.request_id": post.cause,
        }
        with self._continued(post.cause), client_span("POST", attributes) as made:
            outcome = await self._sender.send(replace(post, traceparent=traceparent()))
            failed = None if outcome.is_success else str(outcome.status) if outcome.status else "no_answer"
            if made is not None:
                if outcome.status is not None:
                    made.set_attribute("http.response.status_code", outcome.status)
                if failed is not None:
                    made.set_attribute("error.type", failed)
        key = ("POST", host, port, outcome.status, failed)
        self._metrics.calls.add(key, time.perf_counter() - began)
        return outcome


class ObservedCarrier:
    """Brings mail on its way with a span, and counts."""

    def __init__(self, carrier: Carrier, metrics: Metrics) -> None:
        self._carrier = carrier
        self._metrics = metrics

    async def carry(self, message: Message) -> None:
        """Bring a message to its next station."""
        try:
            with client_span("send mail", {}):
                await self._carrier.carry(message)
        except Exception:
            self._metrics.mail.add(("failed",))
            raise
        self._metrics.mail.add(("sent",))


class Lag:
    """Measures how long after a change this process has taken it in; a subscriber of the feed."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def changed(self, entries: Sequence[Entry]) -> None:
        """Measure what was committed."""
        now = datetime.now(UTC)
        for entry in entries:
            self._metrics.lag.add((), max(0.0, (now - entry.change.at).total_seconds()))

    def lost(self) -> None:
        """Measure nothing: what was missed is not known."""
