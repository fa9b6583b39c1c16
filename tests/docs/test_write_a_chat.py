"""The samples of docs/howto/write-a-chat.md, run one after the other against a real server.

The clients of the models are not among the developers' tools (30 MB each): modules of their names record what they are
called with; tests/wire/test_peers.py says that they take it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support.server import API_KEY, ServerProcess

PAGE = (Path(__file__).parents[2] / "docs/howto/write-a-chat.md").read_text(encoding="utf-8")
SAMPLES = dict(re.findall(r"<!-- sample: (\w+) -->\n```\w+\n(.*?)```", PAGE, re.DOTALL))
RECORDER = """
import json
from types import SimpleNamespace

class Client:
    def __getattr__(self, name):
        return self
    def create(self, **call):
        print(json.dumps(call))
        return SimpleNamespace(choices=[SimpleNamespace(message=SimpleNamespace(role="assistant", content="Much."))])

OpenAI = Anthropic = Client
"""


@dataclass
class Shell:
    """Where the samples run."""

    server: ServerProcess
    settings: dict[str, str]
    modules: Path

    def run(self, name: str) -> list[Any]:
        """Run a sample; gives the JSON that it printed."""
        program = ["sh", "-ec"] if name in {"preview", "write"} else [sys.executable, "-c"]
        ran = subprocess.run(
            [*program, SAMPLES[name]],
            env=os.environ | self.settings | {"PYTHONPATH": str(self.modules)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ran.returncode, ran.stderr) == (0, "")
        decoder, at, found = json.JSONDecoder(), 0, []
        while at < len(ran.stdout.rstrip()):
            value, at = decoder.raw_decode(ran.stdout, at)
            found.append(value)
        return found


@pytest.fixture(scope="module")
def shell(server: ServerProcess, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    modules = tmp_path_factory.mktemp("modules")
    for name in ("openai", "anthropic"):
        (modules / f"{name}.py").write_text(RECORDER)
    with server.client(API_KEY) as http:
        team = http.get("/v1/prompts/greeting").json()["prompt"]["team_id"]
        prompt = http.post(f"/v1/teams/{team}/prompts", json={"name": "guide"}).json()["prompt"]["id"]
    settings = {"PROMPTWIRE_URL": server.url, "TOKEN": API_KEY, "PROMPTWIRE_API_KEY": API_KEY}
    return Shell(server, settings | {"TEAM": team, "PROMPT": prompt}, modules)


SYSTEM = "You guide through Paris. Be brief."
QUESTION = {"role": "user", "content": "What is there to see?"}


def test_the_samples_do_what_the_page_says(shell: Shell) -> None:
    [preview] = shell.run("preview")
    assert preview["messages"] == [{"role": "system", "content": SYSTEM}, QUESTION]
    assert preview["errors"] == []
    draft, live = shell.run("write")
    assert (draft["version"]["model"], draft["version"]["message"]) == ("gpt-5", "a guide in few words")
    assert live["version"]["status"] == "live"
    [call] = shell.run("openai")
    history = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Welcome!"}]
    assert call == {
        "model": "gpt-5",
        "messages": [{"role": "system", "content": SYSTEM}, *history, QUESTION],
        "temperature": 0.5,
    }
    [call] = shell.run("anthropic")
    assert (call["system"], call["messages"], call["temperature"]) == (SYSTEM, [QUESTION], 0.5)
