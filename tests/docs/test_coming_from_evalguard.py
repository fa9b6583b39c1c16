"""docs/howto/coming-from-evalguard.md: its calls do what it says against a real server."""

from __future__ import annotations

import json

from support.reader import Reader, run_blocks
from support.world import World


def test_a_label_is_set_and_a_call_of_evalguards_is_tried(reader: Reader, world: World) -> None:
    http = world.http(reader.settings["TOKEN"])
    prompt = world.prompt(http, "Welcome {{.name}}!", name="welcome")
    label, call = run_blocks("howto/coming-from-evalguard.md")
    answer = json.loads(reader.does(label, call, EVALGUARD_API_KEY=world.key()).splitlines()[-1])
    assert answer["success"] is True
    assert answer["data"]["dryRun"]["allowed"] is True
    assert http.get(f"/v1/prompts/{prompt}/versions/1").json()["version"]["tags"] == ["candidate"]
