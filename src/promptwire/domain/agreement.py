"""Whether an input schema says what the templates of a version need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from promptwire.domain.checks import Check, Finding, Severity
from promptwire.domain.declared import Declared
from promptwire.domain.needs import Reading, Variable, parents
from promptwire.domain.schema_changes import types_of
from promptwire.domain.schemas import inlined
from promptwire.wire.canonical import JsonValue


def disagreements(reading: Reading, schema: JsonValue) -> Iterator[Finding]:
    """Find where an input schema does not say what the templates need; an empty one says nothing, and so agrees."""
    if not isinstance(schema, Mapping):
        return
    root = Declared([inlined(schema)])
    lacking: set[str] = set()
    for one in reading.variables:
        if lacking.isdisjoint(parents(one.path)):
            for finding in _of_variable(one, root, certain=one.path in reading.certain):
                lacking.add(one.path)
                yield finding
    read = {one.name for one in reading.variables}
    for name in sorted(root.required - read):
        message = f"the input schema requires {name}, which is never read"
        yield Finding(check=Check.SCHEMA, severity=Severity.WARNING, path=name, message=message)


def _of_variable(one: Variable, root: Declared, *, certain: bool) -> Iterator[Finding]:
    if one.path.endswith("[]"):
        return
    above, _, name = one.path.rpartition(".")
    mapping = root.at(above)
    severity = Severity.ERROR if certain else Severity.WARNING
    if name not in mapping.names:
        if mapping.closed:
            severity = Severity.ERROR
        verb = "does not allow" if mapping.closed else "does not describe"
        yield _disagrees(one, f"the input schema {verb} {one.path}, which the version reads", severity)
    elif one.required and name not in mapping.required and certain:
        message = f"the input schema lets {one.path} be left out, which every render needs"
        yield _disagrees(one, message, Severity.ERROR)
    elif one.types and not (root.at(one.path).types & types_of({"type": list(one.types)})):
        declared = " or ".join(sorted(root.at(one.path).types))
        message = f"the input schema says that {one.path} is {declared}; the version needs {' or '.join(one.types)}"
        yield _disagrees(one, message, Severity.ERROR)


def _disagrees(one: Variable, message: str, severity: Severity) -> Finding:
    return Finding(check=Check.SCHEMA, severity=severity, path=one.path, message=message)
