"""docs/howto/check-in-ci.md: its workflow, its hooks and its payloads do what it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.server import clean_environment

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/howto/check-in-ci.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"<!-- (\w+) -->\n```\w+\n(.*?)```", PAGE, re.DOTALL))
PAYLOADS = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[0]
GOOD = "---\ndescription: To customers\n---\nWelcome {{.name}}, enjoy {{.plan}}!\n"


class Checkout:
    """A git repository with a prompt and its payloads, as CI or somebody with a hook has it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.prompt = root / "prompts" / "support" / "greeting.prompt.md"
        self.prompt.parent.mkdir(parents=True)
        self.prompt.write_text(GOOD)
        self.prompt.with_name("greeting.payloads.json").write_text(PAYLOADS)
        self.run("git init -q && git config user.name Ada && git config user.email ada@example.com")

    def run(self, line: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a line as the workflow's shell does."""
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        settings = clean_environment(PATH=path, **environment)
        settings.pop("GITHUB_ACTIONS", None) if "GITHUB_ACTIONS" not in environment else None
        return subprocess.run(
            ["bash", "-e", "-c", line], cwd=self.root, env=settings, capture_output=True, text=True, check=False
        )


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_what_is_well_passes_on_a_laptop(checkout: Checkout) -> None:
    ran = checkout.run(BLOCKS["first"])
    assert (ran.returncode, ran.stderr) == (0, "1 prompts checked: 0 errors, 0 warnings\n" * 2)


def test_the_workflow_annotates_what_is_wrong(checkout: Checkout) -> None:
    workflow: dict[Any, Any] = yaml.safe_load(BLOCKS["workflow"])
    steps = [step["run"] for step in workflow["jobs"]["check"]["steps"] if "run" in step]
    assert steps == ["pip install 'promptwire[cli]'", "promptwire check"]
    assert workflow["permissions"] == {"contents": "read"}
    ran = checkout.run(steps[-1], GITHUB_ACTIONS="true")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "1 prompts checked: 0 errors, 0 warnings\n")
    checkout.prompt.write_text(GOOD.replace("{{.plan}}", "{{if}}"))
    ran = checkout.run(steps[-1], GITHUB_ACTIONS="true")
    assert ran.returncode == 1
    assert ran.stdout.startswith("::error file=prompts/support/greeting.prompt.md,line=4,")


def test_a_commit_of_a_wrong_prompt_is_refused_by_the_hook(checkout: Checkout) -> None:
    hook = checkout.root / ".git" / "hooks" / "pre-commit"
    hook.write_text(BLOCKS["hook"])
    hook.chmod(0o755)
    assert checkout.run("git add . && git commit -qm one").returncode == 0
    checkout.prompt.write_text(GOOD + "{{.other}}\n")
    ran = checkout.run("git commit -qam two")
    assert ran.returncode == 1
    assert "greeting.payloads.json:2: error: payload 'a customer'" in ran.stdout + ran.stderr
    assert checkout.run("git log --oneline").stdout.count("\n") == 1


def test_the_hooks_of_pre_commit_run_what_the_page_says(checkout: Checkout) -> None:
    [ours] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    local = yaml.safe_load(BLOCKS["local"])["repos"][0]["hooks"][0]
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["cli"]
    assert ours["additional_dependencies"] == extra, "pre-commit installs the repository without its extras"
    for hook in (ours, local):
        assert (hook["id"], hook["pass_filenames"]) == ("promptwire-check", False)
        for name in ("prompts/support/greeting.prompt.md", "prompts/support/greeting.payloads.json"):
            assert re.search(hook["files"], name)
        assert not re.search(hook["files"], "prompts/README.md")
        assert checkout.run(hook["entry"]).returncode == 0


def test_the_other_formats_tell_the_same(checkout: Checkout) -> None:
    told = json.loads(checkout.run("promptwire check --format json").stdout)
    assert told == {"checked": 1, "problems": []}
    assert checkout.run("promptwire check --strict").returncode == 0
