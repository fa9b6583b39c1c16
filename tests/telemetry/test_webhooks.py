"""A webhook gets the trace of the request that made the change, and its call is measured."""

from __future__ import annotations

from pathlib import Path

from promptwire.storage.store import SqlStore
from support.otlp_receiver import points_of, receiving
from support.receiver import Receiver
from support.server import PRESETS, ServerProcess
from support.waiting import eventually
from support.world import World

TRACE = "0af7651916cd43dd8448eb211c80319c"


def test_the_trace_goes_on_to_the_endpoint(tmp_path: Path) -> None:
    endpoint = Receiver()
    with receiving(tmp_path) as received:
        server = ServerProcess(
            tmp_path,
            **PRESETS,
            PROMPTWIRE_WEBHOOK_NETWORKS="127.0.0.0/8",
            PROMPTWIRE_WEBHOOK_PLAIN_HTTP="on",
            OTEL_EXPORTER_OTLP_ENDPOINT=received.url,
            OTEL_TRACES_SAMPLER="parentbased_always_off",
        ).wait_ready()
        store = SqlStore.open(server.database)
        world = World(server, store)
        http = world.person("admin", "owner").http
        hook = {"name": "hook", "url": endpoint.url, "events": ["prompt.*"]}
        assert http.post(f"/v1/orgs/{world.org.id}/webhooks", json=hook).status_code == 201
        sampled = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
        made = http.post(f"/v1/teams/{world.team.id}/prompts", json={"name": "one"}, headers=sampled)
        assert made.status_code == 201
        eventually(lambda: bool(endpoint.heard))
        world.close()
        store.close()
        assert server.stop() == 0, server.errors
        sent = endpoint.heard[0].headers["traceparent"]
        endpoint.close()
        [call] = [span for span in received.spans if span["name"] == "POST" and span["kind"] == "SPAN_KIND_CLIENT"]
        calls = points_of(received.metrics["http.client.request.duration"])
    assert sent.split("-")[1] == TRACE
    assert call["attributes"]["http.response.status_code"] == "204"
    assert [attributes["server.address"] for attributes, _ in calls] == ["127.0.0.1"]
