"""Every bomb ends in time and in memory, in both tiers. What they are: bombs.py."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SECONDS = 0.3
MEGABYTES = 64


@pytest.mark.parametrize("tier", ["interpreter", "code"])
def test_bombs_end(tier: str) -> None:
    script = Path(__file__).with_name("bombs.py")
    done = subprocess.run([sys.executable, script, tier], capture_output=True, text=True, check=True, timeout=60)
    outcomes = json.loads(done.stdout)
    assert len(outcomes) > 60
    slow = {name: outcome for name, outcome in outcomes.items() if outcome["seconds"] > SECONDS}
    assert not slow
    assert max(outcome["megabytes"] for outcome in outcomes.values()) < MEGABYTES
