"""How soon many running processes have a version that went live, by how the answers are brought to them: a simulation.

    .venv/bin/python benchmarks/simulate_scale.py [--event-us 35] [--sync-us 300] [--way-ms 2]

Nothing is measured here: what an event to one stream costs a server (`bench_streams.py`), what a sync costs after a
change, and how long a request is on its way are given, and what follows for numbers of processes that no machine of
ours can hold is worked out, one core at a time, each a queue that does one thing after another in the order of arrival.
"""

from __future__ import annotations

import argparse
import heapq
import random
from dataclasses import dataclass

PROCESSES = (1_000, 10_000, 100_000, 1_000_000)
CORES = (1, 4, 16, 64)
EDGES = 20
"""Places of a CDN; each asks the origin once for what has changed, whoever asks it meanwhile waits for that."""
_SHARE = 0.99


@dataclass(frozen=True, slots=True)
class Costs:
    """What things take, in seconds."""

    event: float
    sync: float
    way: float


def heard(count: int, costs: Costs, *, syncs_here: bool, chance: random.Random) -> list[float]:
    """Give when each of the processes at one core has the new version, in seconds after the write."""
    arrivals = [(0.0, 0, at) for at in range(count)]  # all streams are to be told at once
    heapq.heapify(arrivals)
    free, done = 0.0, []
    while arrivals:
        at, stage, process = heapq.heappop(arrivals)
        if stage == 0:
            free = max(free, at) + costs.event
            told = free + _way(costs, chance)
            if syncs_here:
                heapq.heappush(arrivals, (told + _way(costs, chance), 1, process))
            else:
                done.append(told + 2 * _way(costs, chance))
        else:
            free = max(free, at) + costs.sync
            done.append(free + _way(costs, chance))
    return done


def _way(costs: Costs, chance: random.Random) -> float:
    return chance.uniform(0.5, 1.5) * costs.way


def until_most(count: int, cores: int, costs: Costs, *, cdn: bool) -> float:
    """Give the seconds until 99 of 100 processes have it, spread over cores alike."""
    share = max(1, count // cores)
    times = sorted(heard(share, costs, syncs_here=not cdn, chance=random.Random(7)))  # noqa: S311 - the same every time
    first_answers = EDGES * costs.sync / cores if cdn else 0.0
    return times[int(_SHARE * (len(times) - 1))] + first_answers


def table(costs: Costs, *, cdn: bool) -> None:
    """Print how long it takes, by processes and cores."""
    print(f"| processes | {' | '.join(f'{cores} cores' for cores in CORES)} |")
    print("|---|" + "---|" * len(CORES))
    for count in PROCESSES:
        cells = [f"{until_most(count, cores, costs, cdn=cdn):.2f}" for cores in CORES]
        print(f"| {count:,} | {' | '.join(cells)} |")


def main() -> None:
    """Work it out, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--event-us", type=float, default=35)
    parser.add_argument("--sync-us", type=float, default=300)
    parser.add_argument("--way-ms", type=float, default=2)
    given = parser.parse_args()
    costs = Costs(given.event_us / 1e6, given.sync_us / 1e6, given.way_ms / 1e3)
    print("Seconds until 99 of 100 processes have what went live; servers answer the syncs:\n")
    table(costs, cdn=False)
    print(f"\nThe same, where a CDN of {EDGES} places answers the syncs:\n")
    table(costs, cdn=True)


if __name__ == "__main__":
    main()
