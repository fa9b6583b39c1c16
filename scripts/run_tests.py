"""Runs the checks and the test suites, two or more at a time, and holds each to its budget of seconds.

`run_tests.py all` is `make test`, `changed` is `make check`, `slow` is `make test-slow`; suites can also be named.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent  # not resolved: the interpreter of .venv is a link
SLOWEST = 5
SHOWN_FROM = 0.1  # seconds: a test faster than this is not worth naming
GRACE = 20  # seconds for pytest to say where it stands once it is interrupted
CHECK_LIMIT = 150  # seconds of budget that `changed` may plan, of its three minutes


@dataclass(frozen=True)
class Job:
    """One command with a budget: a suite of tests, or a check such as mypy."""

    name: str
    command: tuple[str, ...]
    budget: float
    alone: bool = False
    sources: tuple[str, ...] = ()

    @property
    def is_suite(self) -> bool:
        """Whether it counts tests."""
        return bool(self.sources)


@dataclass
class Outcome:
    """What became of a job."""

    job: Job
    code: int
    seconds: float
    output: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    slowest: list[tuple[float, str]] = field(default_factory=list)

    @property
    def problem(self) -> str:
        """Why it does not hold, or an empty text."""
        if self.seconds > 2 * self.job.budget:
            return "over twice its budget"
        return "failed" if self.code else ""


class Running:
    """The processes that are under way, so that an interrupted run leaves none behind."""

    def __init__(self) -> None:
        self.processes: set[subprocess.Popen[bytes]] = set()

    def run(self, job: Job, report: Path) -> Outcome:
        """Run the job to its end, or to twice its budget."""
        started = time.monotonic()
        with tempfile.TemporaryFile() as sink:
            with self.process((*job.command, *report_option(job, report)), sink.fileno()) as process:
                try:
                    code = process.wait(2 * job.budget)
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGINT)
                    code = process.wait(GRACE)
            sink.seek(0)
            output = sink.read().decode(errors="replace")
        return count_tests(Outcome(job, code, time.monotonic() - started, output), report)

    @contextlib.contextmanager
    def process(self, command: Sequence[str], sink: int) -> Iterator[subprocess.Popen[bytes]]:
        """A process in a group of its own; whatever is left of the group at the end is killed."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith("PROMPTWIRE_")}
        environ["PYRIGHT_PYTHON_IGNORE_WARNINGS"] = "1"  # else it asks a registry for its newest version
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.processes.add(process)
        try:
            with contextlib.suppress(subprocess.TimeoutExpired):
                yield process
        finally:
            self.processes.discard(process)
            kill(process)

    def stop(self) -> None:
        """End everything at once."""
        for process in list(self.processes):
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and the group it leads."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS answers EPERM for a group of zombies
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
