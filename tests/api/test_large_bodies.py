"""Whoever sends a large body waits for it to be read; nobody else does."""

from __future__ import annotations

import threading
import time
from typing import Any

import httpx
import pytest

from support.scene import Scene

MANY = b"{}," * 1_200_000 + b"{}"
LARGE = {
    "POST /v1/prompts/{slug}/render": b'{"variables": {"list": [' + MANY + b"]}}",
    "POST /v1/prompts/{prompt}/versions": b'{"template": "a", "list": [' + MANY + b"]}",
    "POST /v1/use": b'{"list": [' + MANY + b"]}",
}


@pytest.mark.parametrize("request_", LARGE)
def test_a_large_body_holds_up_nobody_else(scene: Scene, request_: str) -> None:
    scene.prompt("live")
    method, path = request_.format_map(scene.names).split(" ")
    sender, other = scene.client("editor"), scene.world.http(scene.world.key("read_render"))
    took: list[float] = []

    def send() -> None:
        for _ in range(2):
            began = time.perf_counter()
            answer = sender.request(method, path, content=LARGE[request_], headers={"Content-Type": "application/json"})
            took.append(time.perf_counter() - began)
            assert answer.status_code < 500, answer.text

    waits = _waits_while(send, other, scene.names["slug"])
    longest = sorted(waits)[-2:]  # one for each body, where others wait for it
    assert min(longest) < 0.6 * min(took), (longest, took)


def _waits_while(work: Any, client: httpx.Client, slug: str) -> list[float]:
    """Give how long others waited for an answer while something was done."""
    client.get(f"/v1/prompts/{slug}/resolve").raise_for_status()
    thread = threading.Thread(target=work)
    thread.start()
    waits = []
    while thread.is_alive():
        began = time.perf_counter()
        client.get(f"/v1/prompts/{slug}/resolve").raise_for_status()
        waits.append(time.perf_counter() - began)
    return waits
