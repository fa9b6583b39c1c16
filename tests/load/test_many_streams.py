"""Many open streams take little of a server (benchmarks/bench_streams.py, which measures 5,000)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "bench_streams.py"
STREAMS = 300
KILOBYTES = 60
"""Of memory a stream: 5,000 within 300 megabytes (issue 7)."""


def test_every_stream_hears_of_every_change_and_takes_little_memory() -> None:
    ran = subprocess.run([sys.executable, BENCHMARK, str(STREAMS)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert json.loads(ran.stdout)["kilobytes a stream"] < KILOBYTES
