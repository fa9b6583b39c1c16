"""The operations of templates that may fail: what is said of them, and when a schema rules out that they do."""

from __future__ import annotations

from collections.abc import Mapping

from gotemplate import Demand
from promptwire.domain.declared import Declared

WORDS = {
    "range": "is looped over now, which needs a list or a mapping",
    "range2": "is looped over with index and element now, which needs a list or a mapping",
    "len": "is measured now, which needs a text, a list or a mapping",
    "slice": "is sliced now, which needs a text or a list that is long enough",
    "index": "is looked into now, which needs a list that is long enough, or a mapping",
    "compare": "is compared now with something it was not: {}; both must be of one type",
    "order": "is compared now with something it was not: {}; both must be numbers or texts",
    "printf": "is a format now, which must be a text",
}
"""What is said of each operation, behind the place it is about."""


def is_sure(demand: Demand, declared: Declared) -> bool:
    """Tell whether the schema that the variables satisfied rules out that it fails."""
    places = [one for one in demand.operands if one[:1] not in '<"#']
    if demand.operation == "read":
        base = declared.at(_path(demand.operands[0]))
        return _is_place(demand.operands[0]) and base.types <= {"object"} and demand.operands[1] in base.required
    if len(places) != 1 or not _is_place(places[0]):
        return False
    types = declared.at(_path(places[0])).types
    enough = _ENOUGH.get((demand.operation, *(one for one in demand.operands if one[:1] == "<")))
    return enough is not None and types <= enough


_ENOUGH: Mapping[tuple[str, ...], frozenset[str]] = {
    ("range",): frozenset({"array", "object", "null"}),
    ("range2",): frozenset({"array", "object", "null"}),
    ("len",): frozenset({"array", "object", "string"}),
    ("printf",): frozenset({"string"}),
    ("index", "<string>"): frozenset({"object"}),
    ("compare", "<string>"): frozenset({"string", "null"}),
    ("compare", "<bool>"): frozenset({"boolean", "null"}),
    ("order", "<string>"): frozenset({"string"}),
}
"""The types for which an operation never fails; numbers are not among them, for 1 and 1.0 are two types in Go."""


def _is_place(term: str) -> bool:
    return not any(mark in term for mark in "('\"<` ?#")


def _path(term: str) -> str:
    return "" if term == "$" else term
