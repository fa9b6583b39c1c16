"""Clients generated from px0's document, and from ours, do px0's getting-started walk against the real server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.server import ServerProcess

PX0 = Path(__file__).parents[3] / "shared/contracts/px0-openapi.yaml"
DOCUMENTS = ["ours", *(["px0s"] if PX0.exists() else [])]
"""px0's own document is not ours to keep here: where it is at hand, it is walked too."""
BIN = Path(sys.executable).parent


@pytest.mark.parametrize("whose", DOCUMENTS)
def test_a_generated_client_does_the_getting_started_walk(whose: str, tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "data", PROMPTWIRE_BOOTSTRAP="off").wait_ready()
    document = PX0 if whose == "px0s" else tmp_path / "openapi.json"
    if whose == "ours":
        with server.client() as http:
            document.write_text(json.dumps(http.get("/openapi.json").json()))
    generate = [str(BIN / "openapi-python-client"), "generate", "--path", str(document), "--meta", "none"]
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        [*generate, "--output-path", str(tmp_path / "client")],
        env=os.environ | {"PATH": path},
        check=True,
        cwd=tmp_path,
    )
    walk = [sys.executable, str(Path(__file__).with_name("walk.py")), "client", server.url]
    ran = subprocess.run(
        walk, env=os.environ | {"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert server.stop() == 0
    assert (ran.stdout, ran.returncode) == ("live Hello Ada!\n", 0), ran.stderr
