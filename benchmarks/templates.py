"""Rendering, side by side in one run: gotemplate, Jinja2, minijinja, str.format, and Go's own text/template.

    python benchmarks/templates.py [--go PATH] [--seconds 0.4]

What is not installed (jinja2, minijinja, a Go toolchain) is left out. Every engine renders from the template it
parsed before; `cold` is parse and first render of a template never seen. Times are the best of many rounds in
which the Python engines take turns.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from timeit import Timer

from _templates import CASES, Case

from gotemplate import Template

Call = Callable[[], object]
ROUNDS = 15


def ours(case: Case) -> Call:
    """The fast tier, all limits on."""
    template = Template.parse(case.go)
    for _ in range(3):
        template.render(case.variables)
    return partial(template.render, case.variables)


def interpreted(case: Case) -> Call:
    """The interpreter: what the first two renders cost."""
    return partial(Template.parse(case.go).interpret, case.variables)


def cold(case: Case) -> Call:
    """Parse and first render."""
    return lambda: Template.parse(case.go).render(case.variables)


def jinja(case: Case) -> Call:
    """Jinja2, compiled."""
    from jinja2 import Environment  # noqa: PLC0415 - may be missing

    return partial(Environment(autoescape=False).from_string(case.jinja).render, case.variables)  # noqa: S701 - no HTML


def jinja_sandboxed(case: Case) -> Call:
    """Jinja2, compiled, in its sandbox."""
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415 - may be missing

    return partial(SandboxedEnvironment(autoescape=False).from_string(case.jinja).render, case.variables)


def minijinja(case: Case) -> Call:
    """Minijinja (Rust), parsed before."""
    from minijinja import Environment  # noqa: PLC0415 - may be missing

    return partial(Environment(templates={"t": case.jinja}).render_template, "t", **case.variables)


def str_format(case: Case) -> Call | None:
    """str.format, where it can say the template."""
    return partial(case.format.format, **case.variables) if case.format is not None else None


def best_times(calls: dict[str, Call | None], seconds: float) -> dict[str, float]:
    """Microseconds of one call of each: the best of many rounds in which all take turns."""
    timers = {name: Timer(call) for name, call in calls.items() if call is not None}
    counts = {}
    for name, timer in timers.items():
        number, took = timer.autorange()
        counts[name] = max(1, int(number * seconds / ROUNDS / took))
    times = dict.fromkeys(calls, 0.0)
    for _ in range(ROUNDS):
        for name, timer in timers.items():
            time = timer.timeit(counts[name]) / counts[name] * 1e6
            times[name] = min(time, times[name] or time)
    return times


def go_times(go: str) -> dict[str, float]:
    """Go's own, one goroutine: `testing.Benchmark` on each template."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "bench"
        source = Path(__file__).with_name("templates.go")
        subprocess.run([go, "build", "-o", program, source], check=True)
        cases = [{"name": case.name, "template": case.go, "data": case.variables} for case in CASES]
        output = subprocess.run([program], input=json.dumps(cases), capture_output=True, text=True, check=True).stdout
    return {name: float(time) for name, time in json.loads(output).items()}


def engines() -> dict[str, Callable[[Case], Call | None]]:
    """Who takes part: what is installed."""
    found: dict[str, Callable[[Case], Call | None]] = {
        "gotemplate": ours,
        "gotemplate, interpreter": interpreted,
        "gotemplate, cold": cold,
    }
    if importlib.util.find_spec("jinja2"):
        found |= {"Jinja2": jinja, "Jinja2, sandboxed": jinja_sandboxed}
    if importlib.util.find_spec("minijinja"):
        found["minijinja"] = minijinja
    return {**found, "str.format": str_format}


def main() -> None:
    """Measure, and print the table and the ratios that the issue sets."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--go", default=shutil.which("go"), help="a Go toolchain")
    options.add_argument("--seconds", type=float, default=0.5, help="time for each number")
    chosen = options.parse_args()
    taking_part = engines()
    columns = [
        best_times({name: engine(case) for name, engine in taking_part.items()}, chosen.seconds) for case in CASES
    ]
    table = {name: [column[name] for column in columns] for name in taking_part}
    if chosen.go:
        times = go_times(chosen.go)
        table["Go text/template"] = [times[case.name] for case in CASES]
    print(f"Python {sys.version.split()[0]}; microseconds a render\n")
    print("| engine | " + " | ".join(f"{case.name}: {case.what}" for case in CASES) + " |")
    print("|---" * (len(CASES) + 1) + "|")
    for name, row in table.items():
        print(f"| {name} | " + " | ".join(f"{time:.3g}" if time else "-" for time in row) + " |")
    print("\nTime of the others, divided by ours:\n")
    for name, row in table.items():
        if not name.startswith("gotemplate"):
            ratios = (f"{time / own:.2f}" if time else "-" for time, own in zip(row, table["gotemplate"], strict=True))
            print(f"{name}: " + "  ".join(ratios))


if __name__ == "__main__":
    main()
