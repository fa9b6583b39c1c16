"""The pages on prompt files and bundles: what they show runs as it stands, and the files in them are what they say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from promptwire.files.prompt_file import PromptFile
from promptwire.files.reading import KEYS, read
from promptwire.files.standing import Standing
from promptwire.files.writing import write
from support.server import API_KEY, PRESETS, ServerProcess, clean_environment

DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = (DOCS / "reference/prompt-files.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A new server, with its example."""
    server = ServerProcess(tmp_path_factory.mktemp("data"), **PRESETS).wait_ready()
    yield server
    server.stop()


def steps(page: str, server: ServerProcess, folder: Path, *more: str) -> str:
    """Run what a page shows, and more, in a new repository; gives what it printed."""
    blocks = re.findall(r"<!-- run -->\n```sh\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
    environment = clean_environment(
        PROMPTWIRE_URL=server.url,
        PROMPTWIRE_API_KEY=API_KEY,
        PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        GIT_CONFIG_COUNT="2",
        GIT_CONFIG_KEY_0="user.name",
        GIT_CONFIG_VALUE_0="Ada",
        GIT_CONFIG_KEY_1="user.email",
        GIT_CONFIG_VALUE_1="ada@example.com",
    )
    script = "\n".join(["git init --quiet", *blocks, *more])
    ran = subprocess.run(
        ["bash", "-ec", script], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=90
    )
    assert ran.returncode == 0, (ran.stdout, ran.stderr)
    return ran.stdout + ran.stderr


def test_prompts_in_git_as_the_page_shows_it(server: ServerProcess, tmp_path: Path) -> None:
    page = (DOCS / "howto/prompts-in-git.md").read_text(encoding="utf-8")
    [workflow] = re.findall(r"<!-- workflow -->\n```yaml\n(.*?)```", page, re.DOTALL)
    *_, install, push = [step.get("run") for step in yaml.safe_load(workflow)["jobs"]["push"]["steps"]]
    assert install == "pip install 'promptwire[cli]'"
    said = steps("howto/prompts-in-git.md", server, tmp_path, push)
    assert said.rstrip().endswith("2 stay as they are")
    assert "default_team/welcome\tnew here\tdefault_team/welcome.prompt.md" in said
    assert "+Good to have you with us." in said
    assert said.count("default_team/welcome\tcreated\tversion 1, beta") == 2  # the dry run, and the push
    assert said.count("default_team/welcome\tnothing\tlive") == 1
    with server.client(API_KEY) as http:
        version = http.get("/v1/prompts/welcome?version=live").json()["version"]
    assert (version["message"], version["tags"]) == ("prompts: a welcome", ["beta"])


def test_a_bundle_as_the_page_shows_it(server: ServerProcess, tmp_path: Path) -> None:
    said = steps("howto/ship-a-bundle.md", server, tmp_path)
    assert "Hello Ada!" in said
    assert "bundle: app.bundle: 2 names, signed" in said


def test_the_files_of_the_page_are_what_they_say_and_written_so() -> None:
    shown: list[str] = re.findall(r"```\n(---\n.*?)```", REFERENCE, re.DOTALL)
    assert len(shown) == 2
    for text in shown:
        file = read(text, "stem").file
        assert write(PromptFile(state=file.state, labels=file.labels)) == text


def test_every_key_and_every_standing_is_on_the_page() -> None:
    table = REFERENCE.partition("| key | means |")[2].partition("\n\n")[0]
    assert {key for key in KEYS if f"`{key}`" not in table} == set()
    told = {one.value for one in Standing} - {"same", "gone on both sides"}
    assert {words for words in told if f"| {words} |" not in REFERENCE} == set()
