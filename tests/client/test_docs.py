"""The page on the SDK: its blocks run, and it leaves no public name out."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import promptwire
from promptwire import Prompt, Promptwire
from support.server import API_KEY, ServerProcess

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "sdk.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_the_blocks_run_one_after_the_other_as_they_stand(server: ServerProcess) -> None:
    assert len(BLOCKS) == 14
    settings = {"PROMPTWIRE_URL": server.url, "PROMPTWIRE_API_KEY": API_KEY}
    program = [sys.executable, "-W", "error", "-c", "\n".join(BLOCKS)]
    ran = subprocess.run(program, env=os.environ | settings, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "prompt 'greeting' has no version with the label 'nobody-set-this'" in ran.stdout


@pytest.mark.parametrize("owner", [promptwire, Promptwire, Prompt])
def test_every_public_name_is_on_the_page(owner: object) -> None:
    names = getattr(owner, "__all__", None) or [name for name in dir(owner) if not name.startswith("_")]
    assert not [name for name in names if f"`{name}" not in PAGE]
