"""docs/reference/change-log.md says what is so; tests/api/test_audit.py computes real hashes by its lines."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from promptwire.domain.changes import ALLOWED_FACTS
from support.change_log import PAGE, documented_hash

SOURCE = Path(__file__).parents[2] / "src/promptwire"


def section(title: str) -> str:
    return PAGE.partition(f"## {title}\n")[2].partition("## ")[0]


def actions() -> Iterator[str]:
    """Find every action in the rules and use cases: texts such as `label.moved`."""
    for path in (*SOURCE.glob("services/*.py"), *SOURCE.glob("domain/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from re.findall(r"^[a-z_]+\.[a-z_]+$", node.value)


def test_the_example_hashes_to_its_hash() -> None:
    [block] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    example = json.loads(block)
    assert documented_hash()(example) == example["hash"] == example["id"]


def test_every_action_is_documented_and_none_that_is_not() -> None:
    assert set(re.findall(r"`([a-z_]+\.[a-z_]+)`", section("Actions"))) == set(actions())


def test_every_field_is_documented() -> None:
    lines = [line for line in section("What it says").splitlines() if line.startswith(("- ", "  "))]
    assert {name for line in lines for name in re.findall(r"`(\w+)`", line)} == ALLOWED_FACTS
