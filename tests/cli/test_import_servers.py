"""`promptwire import` from other registries: recorded answers of MLflow's, Langfuse's documented ones, and `/v1`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from promptwire.cli.remote.turns import TURNS
from support.foreign import Refused, standing_in
from support.langfuse import KEYS, Langfuse, version
from support.server import ServerProcess
from support.terminal import Terminal
from support.world import World

MLFLOW = json.loads((Path(__file__).parents[1] / "imports/recorded/mlflow-3.17.2.json").read_text(encoding="utf-8"))
"""What the server of MLflow 3.17.2 answered to each kind, filter and page token."""
LANGFUSE = {
    "hello/you": [
        version(1, "Hello {{name}}"),
        version(2, "Hi {{name}}", ("production", "latest"), config={"model": "gpt-5"}, commitMessage="shorter"),
    ],
    "hello/all": [
        version(1, "To all:\n@@@langfusePrompt:name=hello/you|version=1@@@", ("production",)),
        version(2, "To all:\n@@@langfusePrompt:name=gone|label=production@@@", ("latest",)),
    ],
}


def imported(terminal: Terminal, source: str) -> dict[str, Any]:
    ran = terminal.run("import", source, "--promote", "live", "--json")
    assert ran.status in {0, 1}, ran
    return {one["prompt"]: one for one in json.loads(ran.output)["prompts"]}


def mlflow(path: str, query: dict[str, str], token: str) -> Any:
    if token not in {"", "Bearer right"}:
        return Refused()
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
        terminal.environment |= KEYS
        refused = terminal.refused("import", f"langfuse:{url}")
    assert refused == f"6 langfuse:{url} did not answer as expected\n  Is it such a server?"


def test_langfuses_prompts_come_over_its_api(terminal: Terminal) -> None:
    with standing_in(Langfuse(LANGFUSE)) as url:
        said = terminal.refused("import", f"langfuse:{url}")
        assert said == "2 LANGFUSE_PUBLIC_KEY is not set\n  It is the public key of the project."
        terminal.environment |= KEYS
        told = imported(terminal, f"langfuse:{url}")
    found = told["hello_you"]
    assert (found["versions"], found["labels"], found["promoted"]) == ([1, 2], ["production"], "live")
    assert terminal.says("render", "hello_you", "--var", "name=Ada") == "Hi Ada"
    composed = told["hello_all"]
    assert composed["notes"] == ["version 1: the prompts that it includes are put in, and no longer followed"]
    [refused] = composed["refused"]
    assert refused == "version 2: line 2: @@@langfusePrompt:name=gone|label=production@@@ is the text of another prompt"
    assert terminal.says("render", "hello_all", "--var", "name=Ada") == "To all:\nHello Ada"


def test_a_server_that_asks_to_wait_is_waited_for(terminal: Terminal) -> None:
    langfuse = Langfuse(LANGFUSE)
    turns: list[str] = []

    def busy(path: str, query: dict[str, str], token: str) -> Any:
        turns.append(path)
        asks = {1: Refused(429, {"Retry-After": "1"}), 2: Refused(503, {"Retry-After": "0"})}
        return asks.get(len(turns)) or langfuse(path, query, token)

    terminal.environment |= KEYS
    with standing_in(busy) as url:
        ran = terminal.run("import", f"langfuse:{url}")
        assert f"{url} asks to wait 1 s\n{url} asks to wait 0 s\n" in ran.errors
        assert "hello_you\tcreated\tversion 1, 2" in ran.output


@pytest.mark.parametrize(
    "headers", [{}, {"Retry-After": "61"}, {"Retry-After": "Tue, 24 Nov 2026 08:00:00 GMT"}], ids=str
)
def test_nobody_is_let_wait_for_long(terminal: Terminal, headers: dict[str, str]) -> None:
    terminal.environment |= KEYS
    with standing_in(lambda *_: Refused(429, headers)) as url:
        said = terminal.refused("import", f"langfuse:{url}")
    assert said.splitlines()[0] == f"6 {url}/api/public/v2/prompts answered 429"


def test_a_server_that_always_asks_to_wait_is_given_up(terminal: Terminal) -> None:
    asked: list[str] = []
    terminal.environment |= KEYS

    def busy(path: str, _: dict[str, str], __: str) -> Refused:
        asked.append(path)
        return Refused(429, {"Retry-After": "0"})

    with standing_in(busy) as url:
        assert terminal.run("import", f"langfuse:{url}").status == 6
    assert len(asked) == 1 + TURNS


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
