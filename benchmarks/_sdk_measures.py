"""What the benchmark of the SDK measures for everybody alike; standard library only, for the peers' environment too."""

from __future__ import annotations

import statistics
import threading
import time
import timeit
from collections.abc import Callable

NAMES = ("product", "customer", "plan", "language", "question", "context", "date")
_PROSE = "Answer briefly and kindly, quote the manual where you can, and never promise a refund. "
TEXT = (
    "You are the support assistant of {{product}}. The customer {{customer}} is on the {{plan}} plan and writes in "
    "{{language}}.\n" + _PROSE * 5 + "\nQuestion: {{question}}\nContext: {{context}}\nDate: {{date}}\n"
)
"""640 characters, 7 variables, as the peers write them."""
VARIABLES = {name: name * 5 for name in NAMES}
LOOPS = 20_000


def microseconds(call: Callable[[], object], loops: int = LOOPS) -> float:
    """Give the processor time of one call, in microseconds: the best of several rounds."""
    rounds = timeit.repeat(call, number=loops, repeat=7, timer=time.thread_time)
    return min(rounds) / loops * 1e6


def threads_ratio(call: Callable[[], object]) -> float:
    """Give the calls a second of 8 threads together, divided by those of one: the best of three rounds of each."""
    return max(_rate(call, 8) for _ in range(3)) / max(_rate(call, 1) for _ in range(3))


def _rate(call: Callable[[], object], threads: int, seconds: float = 0.5) -> float:
    stop = threading.Event()
    counts: list[int] = []

    def work() -> None:
        count = 0
        while not stop.is_set():
            for _ in range(100):
                call()
            count += 100
        counts.append(count)

    workers = [threading.Thread(target=work) for _ in range(threads)]
    began = time.perf_counter()
    for worker in workers:
        worker.start()
    time.sleep(seconds)
    stop.set()
    for worker in workers:
        worker.join()
    return sum(counts) / (time.perf_counter() - began)


def middle(times: list[float]) -> float:
    """Give the median, in microseconds."""
    return statistics.median(times) * 1e6
