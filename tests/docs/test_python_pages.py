"""The Python of some pages runs as it stands, one block after the other, against a real server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support.server import API_KEY, ServerProcess

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", ["howto/cache-in-your-app.md", "howto/trace-with-otel.md", "reference/templates.md"])
def test_the_python_of_a_page_runs(server: ServerProcess, page: str) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    settings = {"PROMPTWIRE_URL": server.url, "PROMPTWIRE_API_KEY": API_KEY}
    program = [sys.executable, "-c", "\n".join(blocks)]
    ran = subprocess.run(program, env=os.environ | settings, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
