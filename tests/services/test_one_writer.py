"""One place decides on moves and writes them: nothing else in Promptwire so much as names the store's writers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import promptwire

SOURCE = Path(promptwire.__file__).parent
WRITERS = {
    ("labels", "put"): {"services/moves.py"},
    ("labels", "remove"): {"services/moves.py"},
    ("versions", "set_status"): {"services/moves.py"},
    ("versions", "delete"): {"services/moves.py"},
    ("versions", "erase"): {"services/purges.py"},  # after `moves` has let nothing lead to it any more
    ("versions", "insert"): {"services/versions.py"},  # of drafts, without labels
    ("teams", "delete"): {"services/removal.py"},  # takes prompts with it; asks `moves` about all of them
    ("organizations", "delete"): {"services/organizations.py"},  # removes its teams first, one by one
}
"""Which modules use a writer of the store that changes labels, statuses, or what they lead to."""
SQL = {"labels": {"storage/labels.py"}, "versions": {"storage/prompts.py"}}
"""Which modules write a table."""


def parsed() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield str(path.relative_to(SOURCE)), ast.parse(path.read_text())


def last_name(node: ast.expr) -> str | None:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def is_repository(node: ast.AST, noun: str) -> bool:
    """Tell whether something is `tx.labels`, or the like of another noun."""
    return isinstance(node, ast.Attribute) and node.attr == noun and last_name(node.value) == "tx"


@pytest.mark.parametrize(("noun", "writer"), WRITERS)
def test_only_one_module_uses_a_writer_of_labels_and_statuses(noun: str, writer: str) -> None:
    users = {
        name
        for name, module in parsed()
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and node.attr == writer and is_repository(node.value, noun)
    }
    assert users == WRITERS[noun, writer]


@pytest.mark.parametrize("table", SQL)
def test_only_one_module_of_the_store_writes_the_table(table: str) -> None:
    writers = {
        name
        for name, module in parsed()
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and last_name(node.func) in {"insert", "update", "delete"}
        and node.args
        and last_name(node.args[0]) == table
        and not name.startswith("storage/migrations")
    }
    assert writers == SQL[table]


def test_a_repository_of_labels_or_versions_is_never_handed_on_under_another_name() -> None:
    for name, module in parsed():
        if name.startswith("storage/"):
            continue
        used = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Attribute)}
        handed = [
            ast.unparse(node)
            for node in ast.walk(module)
            if id(node) not in used and any(is_repository(node, noun) for noun, _ in WRITERS)
        ]
        assert handed == [], name
