"""What `promptwire import langfuse:` brings says what Langfuse's own client says, of the same answers of its API."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from support.foreign import standing_in
from support.langfuse import KEYS, Langfuse, version
from support.server import clean_environment
from support.terminal import Terminal
from support.venvs import installed

PROMPTS = {
    "mail/welcome": [
        version(1, "Hello {{name}}, {{ name }}", tags=["mail"]),
        version(2, "Hi {{name}}! {not a variable} <{{ question }}>", ("production", "latest"), config={"model": "m"}),
    ],
    "mail/all": [version(1, "To all\n@@@langfusePrompt:name=mail/welcome|label=production@@@", ("production",))],
    "chat": [
        version(
            1,
            [
                {"type": "chatmessage", "role": "system", "content": "You help {{name}}."},
                {"type": "placeholder", "name": "history"},
                {"type": "chatmessage", "role": "user", "content": "{{question}}"},
            ],
            ("production",),
        )
    ],
}
VARIABLES = {"name": "<Ada> {{name}}", "question": 'Where is "it"?'}
HISTORY = [{"role": "user", "content": "Where?"}, {"role": "assistant", "content": "Yes"}]
COMPILE = """
import json, sys
from langfuse import Langfuse

url, variables, history = json.loads(sys.argv[1])
langfuse = Langfuse(public_key="pk", secret_key="sk", base_url=url, tracing_enabled=False)
said = {}
page = langfuse.api.prompts.list(limit=2)
pages = [page, *(langfuse.api.prompts.list(page=one, limit=2) for one in range(2, page.meta.total_pages + 1))]
for listed in [one for page in pages for one in page.data]:
    for number in listed.versions:
        prompt = langfuse.get_prompt(listed.name, version=number, type=listed.type.value)
        more = {"history": history} if listed.type.value == "chat" else {}
        said[f"{listed.name}@{number}"] = prompt.compile(**variables, **more)
print(json.dumps(said))
"""


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_langfuses_client_reads_the_same_answers_and_says_the_same(terminal: Terminal, tmp_path: Path) -> None:
    python = installed(tmp_path, "langfuse")
    with standing_in(Langfuse(PROMPTS)) as url:
        told = json.dumps([url, VARIABLES, HISTORY])
        ran = subprocess.run(
            [python, "-c", COMPILE, told], env=clean_environment(), capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
        terminal.environment |= KEYS
        assert terminal.run("import", f"langfuse:{url}", "--promote", "live").status == 0
    said = json.loads(ran.stdout.splitlines()[-1])
    assert len(said) == 4
    assert {name: rendered(terminal, name) for name in said} == said


def rendered(terminal: Terminal, name: str) -> Any:
    slug = name.replace("/", "_")
    given = [f"{key}={value}" for key, value in VARIABLES.items()] + [f"history:={json.dumps(HISTORY)}"]
    chat = name.startswith("chat")
    found = terminal.json("render", slug, *(word for one in given[: None if chat else 2] for word in ("--var", one)))
    return found["messages"] if chat else found["rendered"]
