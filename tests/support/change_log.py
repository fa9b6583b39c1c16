"""What docs/reference/change-log.md says, for the tests that hold it to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

PAGE = (Path(__file__).parents[2] / "docs/reference/change-log.md").read_text(encoding="utf-8")


def documented_hash() -> Callable[[dict[str, Any]], str]:
    """Give the function that the page shows: it computes the hash of an entry with the standard library alone."""
    [block] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {}
    exec(block, names)  # noqa: S102 - our own page
    function: Callable[[dict[str, Any]], str] = names["entry_hash"]
    return function
