"""Bombs, crowds and a soak in small; benchmarks/bench_overload.py does it with 10,000 clients and for 10 minutes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "bench_overload.py"


def run(*options: str) -> tuple[int, list[dict[str, Any]]]:
    ran = subprocess.run([sys.executable, BENCHMARK, *options], capture_output=True, text=True, check=False)
    assert not ran.stderr, ran.stderr
    return ran.returncode, [json.loads(line) for line in ran.stdout.splitlines()]


def test_clients_that_never_finish_a_request_are_held_and_others_are_served() -> None:
    status, (found,) = run("--connections", "600", "--bombs", "0", "--renders", "100")
    assert status == 0, found
    assert found["slow connections"] == 600
    assert found["megabytes"] < 30, found


def test_memory_and_threads_stay_flat() -> None:
    status, (found,) = run("--connections", "0", "--bombs", "0", "--soak", "8")
    assert status == 0, found


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_memory_and_threads_stay_flat_for_ten_minutes() -> None:
    status, (found,) = run("--connections", "0", "--bombs", "0", "--soak", "600")
    assert status == 0, found
