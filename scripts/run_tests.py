"""Runs the checks and the test suites and holds each to its budget of seconds.

`all` is `make test`, `changed` is `make check`, `slow` is `make test-slow`; suites can also be named, and are then all
that is run. The suites and their budgets stand in pyproject.toml, in `[tool.promptwire.suites]`.
"""

import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

from scripts import postgres
from scripts.jobs import ROOT, Job, Outcome, Runner

BIN = Path(sys.executable).parent  # not resolved: the interpreter of .venv is a link
CHECK_BUDGET = (
    240  # seconds of budget that `changed` may plan for suites; two at a time, that is two of its three minutes
)
SLOW_BUDGET = 1200  # seconds for the slow tests of one suite, where the table says nothing else
ON_POSTGRES = (
    "storage",
    "api",
    "process",
    "load",
)  # repeated by the slow run on the oldest and newest one
EVERYWHERE = ("pyproject.toml", "constraints.txt", "scripts/run_tests.py", "scripts/jobs.py")


class Suite(TypedDict, total=False):
    """A line of the table in pyproject.toml, which says what each word means."""

    budget: float
    sources: list[str]
    alone: bool
    slow: float


def checks() -> list[Job]:
    """Everything that must hold besides the tests."""
    folders = [name for name in ("src", "tests", "scripts", "benchmarks") if any((ROOT / name).rglob("*.py"))]
    return [
        Job("ruff", (BIN / "ruff", "check", "."), 20),
        Job("format", (BIN / "ruff", "format", "--check", "."), 20),
        Job("mypy", (BIN / "mypy", *folders), 120),
        Job("imports", (BIN / "lint-imports",), 30),
        Job("pages", (sys.executable, "-m", "scripts.web", "check"), 180),
        Job("public types", (sys.executable, "-m", "scripts.verify_types"), 60),
    ]


def read_suites() -> dict[str, Suite]:
    """The suites that have tests, in the order of the table; a folder of tests outside of it is an error."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    table: dict[str, Suite] = project["tool"]["promptwire"]["suites"]
    tests = ROOT / "tests"
    there = {path.relative_to(tests).parts[0] for path in tests.rglob("test_*.py")}
    if strangers := ", ".join(f"tests/{name}" for name in sorted(there - set(table))):
        raise SystemExit(f"{strangers}: in no suite; name it in pyproject.toml, [tool.promptwire.suites]")
    return {name: suite for name, suite in table.items() if name in there}


def suite_job(name: str, suite: Suite, reports: Path, *, slow: bool = False) -> Job:
    """The job that runs one suite, or only its slow tests."""
    report = reports / f"{name}.xml"
    # A cache of its own, since suites run beside each other.
    options = [f"--junit-xml={report}", "-o", f"cache_dir=.pytest_cache/{name}", *(["-m", "slow"] if slow else [])]
    return Job(
        name,
        (sys.executable, "-m", "pytest", "-q", *options, f"tests/{name}"),
        suite.get("slow", SLOW_BUDGET) if slow else suite["budget"],
        alone=slow or suite.get("alone", False),
        report=report,
    )


def other_postgres(suites: dict[str, Suite], reports: Path) -> list[Job]:
    """The suites on the releases of PostgreSQL that no other run takes: on the oldest here, and on a newer one."""
    named = [name for name in ON_POSTGRES if name in suites]
    there, jobs = postgres.installations() if named else {}, list[Job]()
    if not there:
        return jobs
    usual = postgres.release_of(postgres.wheel() / postgres.RELEASE)
    for choice, release in (("oldest", min(there)), ("newest", max(there))):
        if release == usual:
            print(f"the {choice} PostgreSQL here is {release}, which every run takes")
            continue
        for suite in named:
            report = reports / f"{suite}-{release}.xml"
            options = [f"--junit-xml={report}", "-o", f"cache_dir=.pytest_cache/{suite}", "-k", "not sqlite"]
            setting = f"{postgres.CHOICE}={there[release]}"
            command = ("env", setting, sys.executable, "-m", "pytest", "-q", *options, f"tests/{suite}")
            jobs.append(Job(f"{suite} on PostgreSQL {release}", command, SLOW_BUDGET, alone=True, report=report))
    return jobs


def git(*arguments: str) -> list[str] | None:
    """The lines that git answers, or None when it refuses."""
    answer = subprocess.run(["git", *arguments], check=False, cwd=ROOT, capture_output=True, text=True)
    return None if answer.returncode else answer.stdout.splitlines()


def changed_files() -> list[str] | None:
    """What differs from origin/main, uncommitted files too, or from the last commit but one where that is more."""
    head, base = git("rev-parse", "HEAD"), git("merge-base", "HEAD", "origin/main")
    if not base or base == head:
        base = git("rev-parse", "HEAD~1")
    if not base:
        return None
    tracked, untracked = git("diff", "--name-only", base[0]), git("ls-files", "--others", "--exclude-standard")
    return None if tracked is None or untracked is None else tracked + untracked


def concerned(files: list[str], suites: dict[str, Suite]) -> list[str]:
    """The suites that a change of these files concerns; what nobody claims concerns all."""

    def below(path: str, folder: str) -> bool:
        return path == folder or path.startswith(folder + "/")

    def claimed(path: str, name: str) -> bool:
        return any(below(path, folder) for folder in (f"tests/{name}", *suites[name]["sources"]))

    chosen: set[str] = set()
    for path in files:
        claims = {name for name in suites if claimed(path, name)}
        if path in EVERYWHERE or (not claims and path.startswith(("src/", "tests/"))):
            return list(suites)
        chosen |= claims
    return [name for name in suites if name in chosen]


def quick(suites: dict[str, Suite]) -> list[str]:
    """The suites for `make check`: those of what changed, as far as its time goes."""
    files = changed_files()
    wanted = list(suites) if files is None else concerned(files, suites)
    chosen: list[str] = []
    for name in wanted:
        if sum(suites[other]["budget"] for other in [*chosen, name]) <= CHECK_BUDGET:
            chosen.append(name)
    if left := [name for name in wanted if name not in chosen]:
        print(f"left to `make test`, for want of time: {', '.join(left)}")
    return chosen


def plan(arguments: list[str], reports: Path) -> list[Job]:
    """The jobs that the command line asks for."""
    suites = read_suites()
    ways: dict[str, Callable[[], list[Job]]] = {
        "all": lambda: checks() + [suite_job(name, suites[name], reports) for name in suites],
        "changed": lambda: checks() + [suite_job(name, suites[name], reports) for name in quick(suites)],
        "slow": lambda: [
            *(suite_job(name, suites[name], reports, slow=True) for name in suites),
            *other_postgres(suites, reports),
        ],
    }
    if len(arguments) == 1 and arguments[0] in ways:
        return ways[arguments[0]]()
    if not arguments or any(name not in suites for name in arguments):
        raise SystemExit(f"give one of {', '.join(ways)}, or suites with tests: {', '.join(suites)}")
    return [suite_job(name, suites[name], reports) for name in arguments]


def close(outcomes: list[Outcome]) -> int:
    """Print what failed and, last, one plain line over all suites; the exit code."""
    failed = [f"{outcome.job.name} ({outcome.problem})" for outcome in outcomes if outcome.problem]
    late = [outcome.job.name for outcome in outcomes if outcome.seconds > outcome.job.budget]
    if late:
        print(f"over budget: {', '.join(late)}")
    if failed:
        print(f"FAILED: {', '.join(failed)}")
    total = {kind: sum(outcome.counts[kind] for outcome in outcomes) for kind in ("passed", "failed", "skipped")}
    print(", ".join(f"{count} {kind}" for kind, count in total.items() if count or kind != "skipped"))
    return 1 if failed else 0


def main() -> int:
    """Run what the command line asks for."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that nothing is left running
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # a shell's background job ignores it, and pytest would too
    with tempfile.TemporaryDirectory() as reports:
        return close(Runner().run_all(plan(sys.argv[1:], Path(reports))))


if __name__ == "__main__":
    sys.exit(main())
