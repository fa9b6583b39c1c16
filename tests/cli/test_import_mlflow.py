"""`promptwire import` from the real server of MLflow, filled by its own client, both from the package index."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from support.server import clean_environment
from support.terminal import Terminal
from support.venvs import installed
from support.waiting import eventually

REGISTER = """
import sys
import mlflow.genai as prompts
from pydantic import BaseModel

class Answer(BaseModel):
    city: str

[mine] = sys.argv[1:]
prompts.register_prompt(f"{mine}greet", "Hello {{name}}", commit_message="first", tags={"task": "mail"})
prompts.register_prompt(f"{mine}greet", "Hi {{ name }}!", commit_message="shorter",
                        model_config={"model_name": "gpt-5", "temperature": 0.2})
prompts.register_prompt(f"{mine}greet", "Hey {{name}}", response_format=Answer)
prompts.set_prompt_alias(f"{mine}greet", alias="production", version=2)
prompts.set_prompt_alias(f"{mine}greet", alias="staging", version=3)
prompts.register_prompt(f"{mine}guide", [{"role": "system", "content": "You help {{who}}."},
                                         {"role": "user", "content": "{{question}}"}])
prompts.register_prompt(f"{mine}loop", "{% for x in xs %}{{ x }};{% endfor %}")
prompts.register_prompt(f"{mine}nested", "A {{user.name}}")
"""
ADD = """
import sys
import mlflow.genai as prompts

[mine] = sys.argv[1:]
prompts.register_prompt(f"{mine}greet", "Dear {{name}}", commit_message="politer")
prompts.set_prompt_alias(f"{mine}greet", alias="candidate", version=4)
"""


class Mlflow:
    """MLflow in a virtual environment of its own, and its server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = installed(folder, "mlflow")
        self.output = ""
        self.url = ""

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Run its server; what it starts besides ends with it."""
        store = f"sqlite:///{self.folder / 'mlflow.db'}"
        command = ["mlflow", "server", "--host", "127.0.0.1", "--port", "0", "--workers", "1"]
        with subprocess.Popen(
            [self.python, "-m", *command, "--backend-store-uri", store],
            env=self._environment,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            reader = threading.Thread(target=self._read, args=(process,), daemon=True)
            reader.start()
            try:
                eventually(lambda: re.search(r"Uvicorn running on (\S+)", self.output) is not None, seconds=180)
                self.url = re.findall(r"Uvicorn running on (\S+)", self.output)[0]
                yield
            finally:
                os.killpg(process.pid, signal.SIGTERM)
                reader.join(timeout=30)

    def client(self, script: str, *arguments: str) -> None:
        """Run a script that uses its client."""
        ran = subprocess.run(
            [self.python, "-c", script, *arguments],
            env=self._environment | {"MLFLOW_TRACKING_URI": self.url},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr

    @property
    def _environment(self) -> dict[str, str]:
        told = clean_environment(HOME=str(self.folder), MLFLOW_DISABLE_TELEMETRY="true")
        return {name: value for name, value in told.items() if name != "PYTHONPATH"}

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        for line in process.stdout:
            self.output += line


@pytest.fixture(scope="session")
def mlflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mlflow]:
    found = Mlflow(tmp_path_factory.mktemp("mlflow"))
    with found.serving():
        yield found


def imported(terminal: Terminal, url: str, mine: str) -> dict[str, dict[str, Any]]:
    ran = terminal.run("import", f"mlflow:{url}", "--promote", "live", "--json")
    assert ran.status == 1, ran  # one of them cannot be translated
    told = {one["prompt"]: one for one in json.loads(ran.output)["prompts"]}
    return {slug.removeprefix(mine): one for slug, one in told.items() if slug.startswith(mine)}


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_what_mlflows_client_registers_at_mlflows_server_comes_here(terminal: Terminal, mlflow: Mlflow) -> None:
    mine = f"of{uuid4().hex[:8]}_"
    mlflow.client(REGISTER, mine)
    found = imported(terminal, mlflow.url, mine)
    assert (found["greet"]["versions"], found["greet"]["promoted"]) == ([1, 2, 3], "live")
    assert sorted(found["greet"]["labels"]) == ["production", "staging"]
    assert found["greet"]["notes"] == [
        "version 1: tags are not carried over: task",
        "version 3: config.response_format is not carried over",
    ]
    assert found["nested"]["refused"] == ["version 1: line 1: {{user.name}} is more than the name of a variable"]
    assert terminal.says("render", f"{mine}greet", "--var", "name=Ada") == "Hi Ada!"
    assert terminal.says("render", f"{mine}greet@staging", "--var", "name=Ada") == "Hey Ada"
    assert terminal.says("render", f"{mine}loop", "--var", 'xs:=["a","b"]') == "a;b;"
    version = terminal.json("versions", "show", f"{mine}greet", "2")["version"]
    assert (version["model"], version["model_params"]) == ("gpt-5", {"temperature": 0.2})
    assert (version["message"], version["status"]) == ("shorter", "live")
    [chat] = terminal.json("versions", "list", f"{mine}guide")["versions"]
    assert [one["content"] for one in chat["messages"]] == ["You help {{.who}}.", "{{.question}}"]

    again = imported(terminal, mlflow.url, mine)
    assert {slug: one["action"] for slug, one in again.items()} == {
        **dict.fromkeys(("greet", "guide", "loop"), "nothing"),
        "nested": "refused",
    }
    mlflow.client(ADD, mine)
    added = imported(terminal, mlflow.url, mine)["greet"]
    assert (added["action"], added["versions"], added["labels"]) == ("changed", [4], ["candidate"])
    assert terminal.says("render", f"{mine}greet@candidate", "--var", "name=Ada") == "Dear Ada"
    assert terminal.says("render", f"{mine}greet", "--var", "name=Ada") == "Hi Ada!"
