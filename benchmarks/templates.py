"""Rendering, side by side in one run: gotemplate, Jinja2, minijinja, str.format, and Go's own text/template.

    python benchmarks/templates.py [--go PATH] [--seconds 0.4]

What is not installed (jinja2, minijinja, a Go toolchain) is left out. Every engine renders from the template it
parsed before; `cold` is parse and first render of a template never seen. Times are the best of several runs.
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
from pathlib import Path
from timeit import Timer

from _templates import CASES, Case

from gotemplate import Template

Timing = Callable[[Case, float], float]


def best(call: Callable[[], object], seconds: float) -> float:
    """Microseconds of one call: the best of five runs that share `seconds`."""
    timer = Timer(call)
    number = max(1, timer.autorange()[0])
    once = timer.timeit(number) / number
    number = max(1, int(seconds / 5 / once))
    return min(timer.repeat(5, number)) / number * 1e6


def ours(case: Case, seconds: float) -> float:
    """The fast tier, all limits on."""
    template = Template.parse(case.go)
    for _ in range(3):
        template.render(case.variables)
    return best(lambda: template.render(case.variables), seconds)


def interpreted(case: Case, seconds: float) -> float:
    """The interpreter: what the first two renders cost."""
    template = Template.parse(case.go)
    return best(lambda: template.interpret(case.variables), seconds)


def cold(case: Case, seconds: float) -> float:
    """Parse and first render."""
    return best(lambda: Template.parse(case.go).render(case.variables), seconds)


def jinja(case: Case, seconds: float) -> float:
    """Jinja2, compiled."""
    from jinja2 import Environment  # noqa: PLC0415 - may be missing

    template = Environment(autoescape=False).from_string(case.jinja)  # noqa: S701 - prompts are not HTML
    return best(lambda: template.render(case.variables), seconds)


def jinja_sandboxed(case: Case, seconds: float) -> float:
    """Jinja2, compiled, in its sandbox."""
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415 - may be missing

    template = SandboxedEnvironment(autoescape=False).from_string(case.jinja)
    return best(lambda: template.render(case.variables), seconds)


def minijinja(case: Case, seconds: float) -> float:
    """Minijinja (Rust), parsed before."""
    from minijinja import Environment  # noqa: PLC0415 - may be missing

    environment = Environment(templates={"t": case.jinja})
    return best(lambda: environment.render_template("t", **case.variables), seconds)


def str_format(case: Case, seconds: float) -> float:
    """str.format, where it can say the template."""
    text = case.format
    if text is None:
        return 0.0
    return best(lambda: text.format(**case.variables), seconds)


def go_times(go: str) -> dict[str, float]:
    """Go's own, one goroutine: `testing.Benchmark` on each template."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "bench"
        source = Path(__file__).with_name("templates.go")
        subprocess.run([go, "build", "-o", program, source], check=True)
        cases = [{"name": case.name, "template": case.go, "data": case.variables} for case in CASES]
        output = subprocess.run([program], input=json.dumps(cases), capture_output=True, text=True, check=True).stdout
    return {name: float(time) for name, time in json.loads(output).items()}


def main() -> None:
    """Measure, and print the table and the ratios that the issue sets."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--go", default=shutil.which("go"), help="a Go toolchain")
    options.add_argument("--seconds", type=float, default=0.4, help="time for each number")
    chosen = options.parse_args()
    engines: dict[str, Timing] = {"gotemplate": ours, "gotemplate, interpreter": interpreted, "gotemplate, cold": cold}
    if importlib.util.find_spec("jinja2"):
        engines |= {"Jinja2": jinja, "Jinja2, sandboxed": jinja_sandboxed}
    if importlib.util.find_spec("minijinja"):
        engines["minijinja"] = minijinja
    engines["str.format"] = str_format
    table = {name: [measure(case, chosen.seconds) for case in CASES] for name, measure in engines.items()}
    if chosen.go:
        times = go_times(chosen.go)
        table["Go text/template"] = [times[case.name] for case in CASES]
    print(f"Python {sys.version.split()[0]}; microseconds a render\n")
    print("| engine | " + " | ".join(f"{case.name}: {case.what}" for case in CASES) + " |")
    print("|---" * (len(CASES) + 1) + "|")
    for name, row in table.items():
        print(f"| {name} | " + " | ".join(f"{time:.3g}" if time else "-" for time in row) + " |")
    print()
    mine = table["gotemplate"]
    for name, row in table.items():
        if not name.startswith("gotemplate"):
            ratios = (f"{time / own:.2f}" if time else "-" for time, own in zip(row, mine, strict=True))
            print(f"{name} / gotemplate: " + "  ".join(ratios))


if __name__ == "__main__":
    main()
