"""One peer's SDK, measured in the peers' own environment: `python _sdk_peers.py NAME` prints a line of JSON."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from _sdk_measures import TEXT, VARIABLES, microseconds, middle, threads_ratio

Reader = Callable[[str], Any]


class _Fake(BaseHTTPRequestHandler):
    """Answers as each peer's server does, at once."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    requests = 0

    def do_GET(self) -> None:
        type(self).requests += 1
        name = [part for part in self.path.partition("?")[0].split("/") if part][-1]
        text = {"name": name, "prompt": TEXT, "version": 1, "label": None, "config": {}, "labels": ["production"]}
        commit = {"owner": "-", "repo": name, "commit_hash": "0" * 64, "manifest": {"text": TEXT}, "examples": []}
        body = json.dumps(text | commit | {"type": "text", "tags": []}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        pass


def _langfuse(url: str) -> tuple[Reader, Reader]:
    from langfuse import Langfuse  # type: ignore[import-not-found]  # noqa: PLC0415

    client = Langfuse(public_key="pk", secret_key="sk", host=url, tracing_enabled=False)  # noqa: S106 (no secret)
    return client.get_prompt, lambda name: client.get_prompt(name).compile(**VARIABLES)


def _langsmith(url: str) -> tuple[Reader, Reader | None]:
    from langsmith import Client  # type: ignore[import-not-found]  # noqa: PLC0415

    client = Client(api_url=url, api_key="key", auto_batch_tracing=False)
    return lambda name: client.pull_prompt_commit(f"-/{name}"), None


def _posthog(url: str) -> tuple[Reader, Reader]:
    from posthog.ai.prompts import Prompts  # type: ignore[import-not-found]  # noqa: PLC0415

    client = Prompts(personal_api_key="phx", project_api_key="phc", host=url)
    read: Reader = lambda name: client.get(name, with_metadata=True)  # noqa: E731
    return read, lambda name: client.compile(client.get(name, with_metadata=True).prompt, VARIABLES)


def _mlflow(_: str) -> tuple[Reader, Reader]:
    """Only what is cached: its server's four requests are not imitated."""
    from mlflow import MlflowClient  # type: ignore[import-not-found]  # noqa: PLC0415
    from mlflow.entities.model_registry.prompt_version import PromptVersion  # type: ignore[import-not-found]  # noqa: PLC0415
    from mlflow.prompt.registry_utils import PromptCache, PromptCacheKey  # type: ignore[import-not-found]  # noqa: PLC0415

    client = MlflowClient(tracking_uri="http://127.0.0.1:1", registry_uri="http://127.0.0.1:1")
    uri = "prompts:/greeting@production"
    key = PromptCacheKey.from_uri(uri, registry_uri=client._registry_uri)  # noqa: SLF001 (to put something there)
    prompt = PromptVersion(name="greeting", version=1, template=TEXT)
    PromptCache.get_instance().set(key, prompt, ttl_seconds=3600)
    return lambda _name: client.load_prompt(uri), lambda _name: client.load_prompt(uri).format(**VARIABLES)


PEERS: dict[str, Callable[[str], tuple[Reader, Reader | None]]] = {
    "langfuse": _langfuse,
    "langsmith": _langsmith,
    "posthog": _posthog,
    "mlflow": _mlflow,
}


def _memory() -> float:
    with open("/proc/self/statm") as file:  # noqa: PTH123 (nothing may be imported for it)
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def main(name: str) -> None:
    """Measure one peer."""
    bare, modules = _memory(), len(sys.modules)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Fake)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    began = time.perf_counter()
    get, render = PEERS[name](f"http://127.0.0.1:{server.server_address[1]}")
    get("greeting")
    found: dict[str, float] = {"ready_ms": (time.perf_counter() - began) * 1e3}
    found |= {"modules": len(sys.modules) - modules, "memory_mb": _memory() - bare}
    loops = 500 if name == "mlflow" else 10_000
    found["get_us"] = microseconds(lambda: get("greeting"), loops)
    if render is not None:
        found["render_us"] = microseconds(lambda: render("greeting"), loops)
    found["threads_ratio"] = threads_ratio(lambda: get("greeting"))
    if name != "mlflow":
        times = []
        for number in range(60):
            begun = time.perf_counter()
            get(f"cold-{number}")
            times.append(time.perf_counter() - begun)
        found["cold_us"] = middle(times)
        found["herd"] = _herd(get)
    print(json.dumps(found), flush=True)
    os._exit(0)  # some of them wait at their exit


def _herd(get: Reader) -> int:
    """Count the requests of 50 threads that want one prompt that nobody has."""
    before = _Fake.requests
    together = threading.Barrier(50)

    def want() -> None:
        together.wait()
        get("herd")

    threads = [threading.Thread(target=want) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return _Fake.requests - before


if __name__ == "__main__":
    main(sys.argv[1])
