"""Every speed in the documentation names the command that measures it, in the same section."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "src/gotemplate/README.md", *sorted(ROOT.glob("docs/**/*.md"))]
SPEED = re.compile(
    r"\d ?(?:µs|ns)\b|(?<!every )\b\d[\d.,]* ms\b|\d [a-z]* ?(?:a|per) second\b|microsecond"
    r"|\bMB/s|times (?:faster|as fast|slower)"
)
COMMAND = re.compile(r"benchmarks/\w+\.py|\bbench_\w+\.py|python -m scripts\.\w+|tests/[\w/]+\.py|performance\.md")
NO_MEASUREMENT = {
    "docs/reference/settings.md": "bounds and pauses that an operator sets",
    "docs/reference/telemetry.md": "the bounds of histograms",
}


def sections() -> Iterator[tuple[str, str]]:
    """Give every section of every page, with the page it stands on."""
    for path in PAGES:
        page = path.relative_to(ROOT).as_posix()
        for section in re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE):
            yield page, section


def test_every_speed_names_the_command_that_measures_it() -> None:
    speeds = [(page, section) for page, section in sections() if SPEED.search(section) and page not in NO_MEASUREMENT]
    assert len(speeds) > 15
    assert [
        (page, found[0] if (found := SPEED.search(section)) else "", section.splitlines()[0])
        for page, section in speeds
        if not COMMAND.search(section)
    ] == []


def test_the_commands_that_are_named_are_there() -> None:
    for page, section in sections():
        for name in re.findall(r"(?:benchmarks|tests)/[\w/]+\.py", section):
            assert (ROOT / name).is_file(), (page, name)
        for name in re.findall(r"(?<![/\w])bench_\w+\.py", section):
            assert (ROOT / "benchmarks" / name).is_file(), (page, name)
        for name in re.findall(r"python -m scripts\.(\w+)", section):
            assert (ROOT / "scripts" / f"{name}.py").is_file(), (page, name)
