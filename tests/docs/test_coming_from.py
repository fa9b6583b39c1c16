"""docs/howto/coming-from-*.md: the ways over do what the pages say, in a real shell against a real server."""

from __future__ import annotations

import json

from support.reader import Reader, run_blocks
from support.world import World


def test_from_langfuse(reader: Reader) -> None:
    bring, read = run_blocks("howto/coming-from-langfuse.md")
    assert "mail_welcome\tcreated\tversion 1, 2, live" in reader.does(bring)
    assert reader.does(read).splitlines() == ["Hello Ada!", "2 gpt-5 {'temperature': 0.2}"]


def test_from_mlflow(reader: Reader) -> None:
    bring, read = run_blocks("howto/coming-from-mlflow.md")
    assert "production\t2" in reader.does(bring)
    assert reader.does(read) == "Hello Ada!\n"


def test_from_px0(reader: Reader, world: World) -> None:
    http = world.http(reader.settings["TOKEN"])
    prompt = world.prompt(http, "Hello {{.name}}!", name="welcome")
    assert http.post(f"/v1/prompts/{prompt}/versions/1/promote", json={"to": "live"}).status_code == 200
    [call] = run_blocks("howto/coming-from-px0.md")
    assert json.loads(reader.does(call))["rendered"] == "Hello Ada!"
