"""Measures the SDK beside other registries' SDKs in one run, and prints the tables of docs/explanation/performance.md.

`python benchmarks/bench_sdk.py` measures ours; `--peers FOLDER` measures the peers too, in an environment there that
`--make-peers FOLDER` makes first (they are no dependencies of ours). `--down SECONDS`: how long the server stays down.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import NamedTuple

from _sdk_ours import measure

PEERS = ("langfuse", "langsmith", "posthog", "mlflow")
PACKAGES = ("langfuse", "langsmith", "posthog", "mlflow-skinny")


def make_peers(folder: Path) -> None:
    """Install the peers' newest releases."""
    venv.create(folder, with_pip=True)
    subprocess.run([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *PACKAGES], check=True)


def measure_peer(folder: Path, name: str) -> dict[str, float]:
    """Measure one peer in its own environment."""
    script = Path(__file__).with_name("_sdk_peers.py")
    command = [str(folder / "bin" / "python"), str(script), name]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if ran.returncode:
        print(f"{name}: {ran.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return {}
    found: dict[str, float] = json.loads(ran.stdout.splitlines()[-1])
    return found


class Row(NamedTuple):
    """One promise."""

    what: str
    value: float
    limit: float
    form: str
    """How value and limit are shown."""
    more: str = ""
    at_least: bool = False

    @property
    def line(self) -> str:
        """Give it as a line of a table."""
        holds = self.value >= self.limit if self.at_least else self.value <= self.limit
        sign = "≥" if self.at_least else "≤"
        target, measured = (self.form.format(number) for number in (self.limit, self.value))
        more = f" ({self.more})" if self.more else ""
        return f"| {self.what} | {sign} {target} | {measured}{more} | {'holds' if holds else '**missed**'} |"


def rows(ours: dict[str, float], peers: dict[str, dict[str, float]]) -> list[Row]:
    """Give each promise with what was measured."""
    get = ours["get_us"] / ours["floor_us"]
    render = ours["render_us"] / (ours["string_us"] + ours["floor_us"])
    cold = ours["cold_us"] / ours["bare_us"]
    found = [
        Row("cached get / two-level look-up", get, 3, "{:.2f}", f"{ours['get_us']:.3f} µs"),
        Row("8 threads / 1 thread", ours["threads_ratio"], 0.75, "{:.2f}", at_least=True),
        Row("get + render / (f-string + look-up)", render, 2.5, "{:.2f}", f"{ours['render_us']:.3f} µs"),
        Row("cold get / bare request", cold, 2, "{:.2f}", f"{ours['cold_us']:.0f} µs"),
        Row("server hangs, cold start, copy on disk", ours["disk_ms"], 5, "{:.2f} ms"),
        Row("… only a fallback, first call (timeout 1 s)", ours["fallback_first_ms"], 1100, "{:.0f} ms"),
        Row("… then", ours["fallback_then_us"], 1000, "{:.0f} µs"),
        Row(f"server down {ours['down_seconds']:.0f} s, p99.9 of render", ours["down_p999_us"], 50, "{:.1f} µs"),
        Row("… memory grown", ours["down_grown_mb"], 10, "{:.1f} MB", f"{ours['down_threads']:+.0f} threads"),
        Row("label moved → 50 processes, p99", ours["fleet_p99_ms"], 250, "{:.0f} ms"),
        Row("… p50", ours["fleet_p50_ms"], 250, "{:.0f} ms"),
        Row("event loop stall, server hangs", ours["stall_ms"], 5, "{:.2f} ms"),
        Row("import promptwire", ours["import_ms"], 60, "{:.0f} ms", "processor time"),
        Row("… modules", ours["import_modules"], 150, "{:.0f}", f"{ours['modules']:.0f} when ready"),
        Row("memory when ready, over bare Python", ours["memory_mb"], 15, "{:.1f} MB"),
        Row("exit while a fetch hangs", ours["exit_ms"], 300, "{:.0f} ms"),
    ]
    renders = [peer["render_us"] for peer in peers.values() if "render_us" in peer]
    if renders:
        best = min(renders) / ours["render_us"]
        found.append(Row("best peer's get + render / ours", best, 8, "{:.1f}", at_least=True))
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--make-peers", type=Path)
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--down", type=float, default=10.0)
    given = parser.parse_args()
    if given.make_peers:
        make_peers(given.make_peers)
        return
    ours = measure(given.down)
    peers = {name: measure_peer(given.peers, name) for name in PEERS} if given.peers else {}
    print("| | target | measured | |\n|---|---|---|---|")
    for row in rows(ours, peers):
        print(row.line)
    if peers:
        print("\n| | promptwire | " + " | ".join(PEERS) + " |\n|---|" + "---|" * (len(PEERS) + 1))
        for what, key, form in _COLUMNS:
            cells = [format(found[key], form) if key in found else "-" for found in (ours, *peers.values())]
            print(f"| {what} | {' | '.join(cells)} |")


_COLUMNS = (
    ("cached get, µs", "get_us", ".2f"),
    ("cached get + render, µs", "render_us", ".2f"),
    ("8 threads / 1 thread", "threads_ratio", ".2f"),
    ("first read, µs", "cold_us", ".0f"),
    ("requests of 50 threads for one prompt", "herd", ".0f"),
    ("modules", "modules", ".0f"),
    ("memory when ready, MB", "memory_mb", ".1f"),
)


if __name__ == "__main__":
    main()
