"""docs/howto/coming-from-evalguard.md: its calls do what it says against a real server."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

from support.server import API_KEY, PRESETS, ServerProcess, clean_environment

PAGE = (Path(__file__).parents[2] / "docs/howto/coming-from-evalguard.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^ *<!-- run -->\n *```sh\n(.*?)^ *```", PAGE, re.DOTALL | re.MULTILINE)


def test_a_label_is_set_and_a_call_of_evalguards_is_tried(tmp_path: Path) -> None:
    assert len(BLOCKS) == 2
    server = ServerProcess(tmp_path, **PRESETS).wait_ready()
    with server.client(API_KEY) as http:
        team = http.get("/v1/prompts/greeting").json()["prompt"]["team_id"]
        prompt = http.post(f"/v1/teams/{team}/prompts", json={"name": "welcome"}).json()["prompt"]["id"]
        http.post(f"/v1/prompts/{prompt}/versions", json={"template": "Welcome {{.name}}!"})
        settings = clean_environment(
            PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            PROMPTWIRE_URL=server.url,
            PROMPTWIRE_API_KEY=API_KEY,
            EVALGUARD_API_KEY=API_KEY,
        )
        script = "\n".join(dedent(block) for block in BLOCKS)
        ran = subprocess.run(
            ["sh", "-ec", script], env=settings, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
        )
        assert ran.returncode == 0, ran
        answer = json.loads(ran.stdout.splitlines()[-1])
        assert answer["success"] is True
        assert answer["data"]["dryRun"]["allowed"] is True
        assert http.get(f"/v1/prompts/{prompt}/versions/1").json()["version"]["tags"] == ["candidate"]
    assert server.stop() == 0
