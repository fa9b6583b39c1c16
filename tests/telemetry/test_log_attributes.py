"""What a line of the log says beside its words is named in the reference."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "telemetry.md").read_text(encoding="utf-8")
LOGS = PAGE[PAGE.index("## Logs") : PAGE.index("## In applications")]


def said_beside(file: Path) -> set[str]:
    """Give the names in every `extra=` of a call of a logger."""
    found: set[str] = set()
    for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not (isinstance(call, ast.Call) and ast.unparse(call.func).startswith("log.")):
            continue
        extra = next((one.value for one in call.keywords if one.arg == "extra"), None)
        if extra is not None:
            assert isinstance(extra, ast.Dict), f"{file}:{call.lineno}: names must stand where they are logged"
            found |= {str(key.value) for key in extra.keys if isinstance(key, ast.Constant)}
    return found


def test_every_name_stands_in_the_reference_and_none_that_is_not_logged() -> None:
    logged = {name for file in (ROOT / "src" / "promptwire").rglob("*.py") for name in said_beside(file)}
    named = set(re.findall(r"`promptwire\.(\w+)`", LOGS)) - {"request_id"}
    assert logged == named
