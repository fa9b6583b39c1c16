"""`promptwire import` from other registries: recorded answers of MLflow's, Langfuse's documented ones, and `/v1`."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from support.server import ServerProcess
from support.terminal import Terminal
from support.world import World

MLFLOW = json.loads((Path(__file__).parents[1] / "imports/recorded/mlflow-3.17.2.json").read_text(encoding="utf-8"))
"""What the server of MLflow 3.17.2 answered to each kind, filter and page token."""
LANGFUSE = {
    "hello/you": [
        {"name": "hello/you", "version": 1, "type": "text", "prompt": "Hello {{name}}", "labels": [], "config": {}},
        {
            "name": "hello/you",
            "version": 2,
            "type": "text",
            "prompt": "Hi {{name}}",
            "tags": [],
            "labels": ["production", "latest"],
            "config": {"model": "gpt-5"},
            "commitMessage": "shorter",
        },
    ]
}

Answer = Callable[[str, dict[str, str], str], Any]
"""Gives what a path, a query and the Authorization header get; None is refused."""


@contextmanager
def standing_in(answer: Answer) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            split = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(split.query).items()}
            found = answer(split.path, query, self.headers.get("Authorization", ""))
            body = json.dumps(found).encode()
            self.send_response(401 if found is None else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def imported(terminal: Terminal, source: str) -> dict[str, Any]:
    ran = terminal.run("import", source, "--promote", "live", "--json")
    assert ran.status in {0, 1}, ran
    return {one["prompt"]: one for one in json.loads(ran.output)["prompts"]}


def mlflow(path: str, query: dict[str, str], token: str) -> Any:
    if token not in {"", "Bearer right"}:
        return None
    kind = path.removeprefix("/api/2.0/mlflow/").removesuffix("/search")
    return MLFLOW[" ".join(filter(None, [kind, query["filter"], query.get("page_token")]))]


def test_mlflows_prompts_come_with_versions_and_aliases(terminal: Terminal) -> None:
    with standing_in(mlflow) as url:
        found = imported(terminal, f"mlflow:{url}")
        assert (found["greet"]["versions"], found["greet"]["promoted"]) == ([1, 2], "live")
        assert sorted(found["greet"]["labels"]) == ["production", "staging"]
        assert found["nested"]["refused"] == ["version 1: line 1: {{user.name}} is more than the name of a variable"]
        again = imported(terminal, f"mlflow:{url}")
        assert {one["action"] for one in again.values()} == {"nothing", "refused"}
    assert terminal.says("render", "greet", "--var", "name=Ada") == "Hi Ada!"
    assert terminal.says("render", "greet@staging", "--var", "name=Ada") == "Hello Ada"
    assert terminal.says("render", "loop", "--var", 'xs:=["a","b"]') == "a;b;"
    version = terminal.json("versions", "show", "greet", "2")["version"]
    assert (version["model"], version["model_params"], version["message"]) == (
        *("gpt-5", {"temperature": 0.2}),
        "shorter",
    )
    [chat] = terminal.json("versions", "list", "chat")["versions"]
    assert [one["content"] for one in chat["messages"]] == ["You help {{.who}}.", "{{.question}}"]


def test_a_server_that_refuses_is_named(terminal: Terminal) -> None:
    terminal.environment["MLFLOW_TRACKING_TOKEN"] = "wrong"
    with standing_in(mlflow) as url:
        refused = terminal.refused("import", f"mlflow:{url}")
    target = f"{url}/api/2.0/mlflow/registered-models/search"
    assert refused.startswith(f"4 {target} answered 401\n  Who asks: MLFLOW_TRACKING_TOKEN")
    with standing_in(lambda *_: {"data": 7}) as url:
        terminal.environment |= {"LANGFUSE_PUBLIC_KEY": "pk", "LANGFUSE_SECRET_KEY": "sk"}
        refused = terminal.refused("import", f"langfuse:{url}")
    assert refused == f"6 langfuse:{url} did not answer as expected\n  Is it such a server?"


def langfuse(path: str, query: dict[str, str], token: str) -> Any:
    if token != "Basic cGs6c2s=":  # pk:sk
        return None
    name = unquote(path.removeprefix("/api/public/v2/prompts").removeprefix("/"))
    if name:
        return LANGFUSE[name][int(query["version"]) - 1]
    data = [{"name": one, "versions": [1, 2], "labels": [], "tags": []} for one in LANGFUSE]
    return {"data": data, "meta": {"page": 1, "limit": 100, "totalItems": 1, "totalPages": 1}}


def test_langfuses_prompts_come_over_its_api(terminal: Terminal) -> None:
    with standing_in(langfuse) as url:
        said = terminal.refused("import", f"langfuse:{url}")
        assert said == "2 LANGFUSE_PUBLIC_KEY is not set\n  It is the public key of the project."
        terminal.environment |= {"LANGFUSE_PUBLIC_KEY": "pk", "LANGFUSE_SECRET_KEY": "sk"}
        found = imported(terminal, f"langfuse:{url}")["hello_you"]
    assert (found["versions"], found["labels"], found["promoted"]) == ([1, 2], ["production"], "live")
    assert terminal.says("render", "hello_you", "--var", "name=Ada") == "Hi Ada"


def test_the_prompts_of_a_server_that_speaks_px0_come_with_their_labels(
    terminal: Terminal, world: World, server: ServerProcess
) -> None:
    there = World(server, world.store)
    there.clients = world.clients  # which are closed at the end
    author = there.person("admin", "admin")
    made = author.http.post(f"/v1/teams/{there.team.id}/prompts", json={"name": "Hello", "description": "For all"})
    prompt = f"/v1/prompts/{made.json()['prompt']['id']}"
    for text in ("Hello {{.name}}", "Hi {{.name}}", "Hey {{.name}}"):
        assert author.http.post(f"{prompt}/versions", json={"template": text}).is_success
    assert author.http.post(f"{prompt}/versions/2/promote", json={"to": "live"}).is_success
    assert author.http.post(f"{prompt}/versions/1/tags", json={"tag": "old"}).is_success
    terminal.environment["PX0_API_KEY"] = there.key()
    found = imported(terminal, f"px0:{server.url}")["hello"]
    assert (found["versions"], found["labels"], found["promoted"]) == ([1, 2, 3], ["old"], "live")
    assert terminal.says("render", f"{world.team.slug}/hello", "--var", "name=Ada") == "Hi Ada"
    assert imported(terminal, f"px0:{server.url}")["hello"]["action"] == "nothing"


@pytest.mark.parametrize("kind", ["px0", "mlflow"])
def test_a_server_that_is_not_there_is_named(terminal: Terminal, kind: str) -> None:
    terminal.environment["PX0_API_KEY"] = "ak_" + "0" * 64
    assert terminal.refused("import", f"{kind}:http://127.0.0.1:1").startswith("6 http://127.0.0.1:1 ")
