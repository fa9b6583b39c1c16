"""What docs/reference/change-log.md says, for the tests that hold it to it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

PAGE = (Path(__file__).parents[2] / "docs/reference/change-log.md").read_text(encoding="utf-8")


def documented_hash() -> Callable[[dict[str, Any]], str]:
    """Give the function that the page shows: it computes the hash of an entry with the standard library alone."""
    names: dict[str, Any] = {}
    exec(_blocks()[0], names)  # noqa: S102 - our own page
    function: Callable[[dict[str, Any]], str] = names["entry_hash"]
    return function


def documented_check(export: str, *checkpoint: str) -> str:
    """Run the program that the page shows, with Python's standard library alone; gives what it prints."""
    ended = subprocess.run(
        [sys.executable, "-I", "-S", "-c", "\n".join(_blocks()), export, *checkpoint],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return ended.stdout.strip()


def _blocks() -> list[str]:
    hashing, checking = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    return [hashing, checking]
