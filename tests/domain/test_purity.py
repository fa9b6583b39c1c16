"""The rules, and what client and server share, need nothing but the standard library."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src/promptwire"


@pytest.mark.parametrize("part", ["domain", "wire"])
def test_nothing_is_imported_that_pip_would_have_to_install(part: str) -> None:
    files = sorted((SOURCE / part).rglob("*.py"))
    assert files
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            roots = {name.split(".")[0] for name in names}
            assert roots <= sys.stdlib_module_names | {"promptwire", "gotemplate"}, file
