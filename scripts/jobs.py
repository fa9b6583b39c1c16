"""Runs commands several at a time, each within a budget of seconds, and says what came of each."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
SLOWEST = 5  # tests named for each suite
SHOWN_FROM = 0.1  # seconds: a faster test is not worth naming
GRACE = 20  # seconds for pytest to say where it stands once it is interrupted
NO_TESTS = 5  # pytest's exit code when it has selected none
MEMORY = "/dev/shm"  # noqa: S108 - pytest makes a private folder there; real files, without waiting for a disk
MOST_AT_ONCE = 4  # a machine with many cores gains little from more, and timings suffer


@dataclass(frozen=True)
class Job:
    """One command with a budget in seconds: a suite of tests, or a check such as mypy."""

    name: str
    command: tuple[str | Path, ...]
    budget: float
    alone: bool = False
    report: Path | None = None


@dataclass
class Outcome:
    """What became of a job."""

    job: Job
    code: int
    seconds: float
    output: str
    counts: dict[str, int] = field(default_factory=lambda: {"passed": 0, "failed": 0, "skipped": 0})
    slowest: list[tuple[float, str]] = field(default_factory=list)

    @property
    def problem(self) -> str:
        """Why it does not hold, or an empty text."""
        if self.seconds > 2 * self.job.budget:
            return "over twice its budget"
        return f"exit code {self.code}" if self.code else ""


class Runner:
    """Runs jobs in processes of their own and leaves none behind."""

    def __init__(self) -> None:
        self.groups: set[int] = set()
        self.printing = threading.Lock()

    def run_all(self, jobs: list[Job]) -> list[Outcome]:
        """Run those that may share the machine, the longest first, and then the others one by one."""
        at_once = min(MOST_AT_ONCE, os.cpu_count() or 1)
        shared = sorted((job for job in jobs if not job.alone), key=lambda job: -job.budget)
        try:
            with ThreadPoolExecutor(at_once) as pool:
                futures = [pool.submit(self.run, job) for job in shared]
                try:
                    outcomes = [future.result() for future in futures]
                except BaseException:
                    pool.shutdown(wait=False, cancel_futures=True)
                    self.stop()
                    raise
            return outcomes + [self.run(job) for job in jobs if job.alone]
        finally:
            self.stop()

    def run(self, job: Job) -> Outcome:
        """Run one job to its end, but no longer than twice its budget, and print what came of it."""
        started = time.monotonic()
        # The developer's own settings must not decide what the tests see.
        environ = {name: value for name, value in os.environ.items() if not name.startswith("PROMPTWIRE_")}
        if os.access(MEMORY, os.W_OK):
            environ.setdefault("PYTEST_DEBUG_TEMPROOT", MEMORY)
        with tempfile.TemporaryFile() as sink:
            process = subprocess.Popen(
                job.command,
                cwd=ROOT,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self.groups.add(process.pid)
            code = wait(process, 2 * job.budget)
            self.end(process.pid)  # a server that a test has left running
            sink.seek(0)
            output = sink.read().decode(errors="replace")
        outcome = Outcome(job, code, time.monotonic() - started, output)
        if job.report:
            count_tests(outcome, job.report)
        if outcome.problem and not outcome.counts["failed"]:
            outcome.counts["failed"] = 1  # the last line must not say "0 failed"
        with self.printing:
            show(outcome)
        return outcome

    def end(self, group: int) -> None:
        """Kill what is left of one job."""
        self.groups.discard(group)
        # macOS answers "not permitted" where only zombies are left.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)

    def stop(self) -> None:
        """Kill what is left of every job."""
        for group in list(self.groups):
            self.end(group)


def wait(process: subprocess.Popen[bytes], seconds: float) -> int:
    """The exit code; a process that takes longer is interrupted, so that it can say where it stood, then killed."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
    try:
        return process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
    return process.wait()


def count_tests(outcome: Outcome, report: Path) -> None:
    """Read pytest's report into the outcome."""
    if outcome.code == NO_TESTS:
        outcome.code = 0
    try:
        cases = list(ET.parse(report).iter("testcase"))  # noqa: S314 - pytest wrote it a moment ago
    except (OSError, ET.ParseError):
        outcome.code = outcome.code or 1
        return
    for case in cases:
        kinds = {child.tag for child in case}
        kind = "failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"
        outcome.counts[kind] += 1
    timed = [(float(case.get("time", 0)), f"{case.get('classname')}::{case.get('name')}") for case in cases]
    outcome.slowest = sorted((pair for pair in timed if pair[0] >= SHOWN_FROM), reverse=True)[:SLOWEST]


def show(outcome: Outcome) -> None:
    """Print one line for the job, its slowest tests, and all of its output if it failed."""
    job = outcome.job
    if outcome.problem:
        print(f"---- {job.name}\n{outcome.output.rstrip()}\n----")
    counts = ", ".join(f"{count} {kind}" for kind, count in outcome.counts.items() if count)
    verdict = f"FAILED ({outcome.problem})" if outcome.problem else "ok"
    late = "  OVER BUDGET" if outcome.seconds > job.budget else ""
    print(f"{job.name:<14}{outcome.seconds:6.1f} s of {job.budget:>4g}  {verdict}  {counts}{late}".rstrip())
    for seconds, name in outcome.slowest:
        print(f"    {seconds:6.2f} s  {name}")
    sys.stdout.flush()
