"""What a schema refuses that another took: found by comparing keyword by keyword, on the safe side.

Where nothing is found, every value that the old schema takes is taken by the new one. Where something is, the new one
may refuse such a value; a keyword whose effect cannot be told from its text alone counts as refusing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from promptwire.domain.schemas import ANNOTATIONS, Schema
from promptwire.wire.canonical import canonical_json

Found: TypeAlias = "Iterator[Narrowing]"
Named: TypeAlias = Mapping[str, Any]

_TYPES = ("array", "boolean", "null", "number", "object", "string", "integer")
_MANY = 4  # types that are not listed any more
_FOR_NUMBERS, _FOR_TEXTS = frozenset({"number", "integer"}), frozenset({"string"})
_FOR_LISTS, _FOR_OBJECTS = frozenset({"array"}), frozenset({"object"})
_APPLIES_TO = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum", "multipleOf"), _FOR_NUMBERS),
    **dict.fromkeys(("minLength", "maxLength", "pattern"), _FOR_TEXTS),
    **dict.fromkeys(("minItems", "maxItems", "uniqueItems", "items", "prefixItems", "contains"), _FOR_LISTS),
    **dict.fromkeys(("minContains", "maxContains", "unevaluatedItems"), _FOR_LISTS),
    **dict.fromkeys(("required", "properties", "additionalProperties", "patternProperties"), _FOR_OBJECTS),
    **dict.fromkeys(("minProperties", "maxProperties", "propertyNames", "dependentRequired"), _FOR_OBJECTS),
    **dict.fromkeys(("dependentSchemas", "unevaluatedProperties"), _FOR_OBJECTS),
}
"""The types of value that a keyword can refuse; the others can refuse any."""
_COMPANIONS = {
    "contains": ("minContains", "maxContains"),
    "minContains": ("contains",),
    "maxContains": ("contains",),
    "if": ("then", "else"),
    "then": ("if",),
    "else": ("if",),
}
"""Keywords that mean the same only where these are the same too."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Something that the new schema refuses and the old one took."""

    path: tuple[str, ...]
    """Names of properties; `[]` for the items of a list, `*` for a property of any name."""
    kind: str
    """`required`, `type`, or the keyword."""
    reason: str


def narrowings(old: Schema, new: Schema, path: tuple[str, ...] = ()) -> Found:
    """Find what an inlined schema refuses of what another took."""
    if new is True or old is False or _same(old, new):
        return
    if new is False:
        yield Narrowing(path, "removed", "must not be given any more")
        return
    before: Named = {} if isinstance(old, bool) else old
    assert isinstance(new, Mapping)  # noqa: S101 - neither True nor False any more
    for keyword, wanted in new.items():
        if keyword not in ANNOTATIONS and _concerns(keyword, before):
            yield from _RULES.get(keyword, _by_equality)(_Pair(keyword, wanted, before, new, path))


@dataclass(frozen=True, slots=True)
class _Pair:
    """A keyword of the new schema, with both schemas it stands in."""

    keyword: str
    wanted: Any
    old: Named
    new: Named
    path: tuple[str, ...]

    def narrowed(self, reason: str, *, kind: str = "", below: str = "") -> Narrowing:
        """Say what is refused."""
        return Narrowing((*self.path, below) if below else self.path, kind or self.keyword, reason)


def types_of(schema: Named) -> frozenset[str]:
    """Give the types that a schema takes, as far as `type`, `const` and `enum` say."""
    types = schema.get("type", _TYPES)
    taken = frozenset([types] if isinstance(types, str) else types)
    taken |= {"integer"} if "number" in taken else frozenset()
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    return taken if values is None else taken & frozenset().union(*(_type_names(value) for value in values))


def _type_names(value: object) -> frozenset[str]:
    if value is None or isinstance(value, bool):
        return frozenset({"null" if value is None else "boolean"})
    if isinstance(value, int | float):
        return _FOR_NUMBERS if float(value).is_integer() else frozenset({"number"})
    return frozenset({"string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"})


def _concerns(keyword: str, old: Named) -> bool:
    """Tell whether the old schema takes any value that the keyword could refuse."""
    applies = _APPLIES_TO.get(keyword)
    return applies is None or bool(applies & types_of(old))


def _same(one: object, other: object) -> bool:
    return canonical_json(one) == canonical_json(other)  # type: ignore[arg-type]  # parts of a JSON value


def _by_equality(pair: _Pair) -> Found:
    companions = (pair.keyword, *_COMPANIONS.get(pair.keyword, ()))
    if not all(_same(pair.old.get(name), pair.new.get(name)) for name in companions):
        yield pair.narrowed(f"{pair.keyword} is new or another")


def _unevaluated(pair: _Pair) -> Found:
    """What was not looked at depends on all that stands beside it."""
    if pair.wanted is not True:
        yield pair.narrowed(f"{pair.keyword} stands beside what has changed")


def _type(pair: _Pair) -> Found:
    new = frozenset([pair.wanted] if isinstance(pair.wanted, str) else pair.wanted)
    new |= {"integer"} if "number" in new else frozenset()
    lost = types_of(pair.old) - new
    if lost:
        kinds = sorted(new - {"integer"} if "number" in new else new)
        so_far = " or ".join(sorted(lost)) if len(lost) < _MANY else "others"
        yield pair.narrowed(f"must be {' or '.join(kinds)}; so far, {so_far} would do too")


def _values(pair: _Pair) -> Found:
    """Compare `const` and `enum`, which are sets of values."""
    new = [pair.wanted] if pair.keyword == "const" else pair.wanted
    old = [pair.old["const"]] if "const" in pair.old else pair.old.get("enum")
    known = {canonical_json(value) for value in new}
    if old is None or any(canonical_json(value) not in known for value in old):
        yield pair.narrowed("must be one of fewer values")


def _required(pair: _Pair) -> Found:
    for name in pair.wanted:
        if name not in pair.old.get("required", ()):
            yield pair.narrowed("is required", kind="required", below=name)


def _properties(pair: _Pair) -> Found:
    for name, wanted in pair.wanted.items():
        yield from narrowings(_of_property(pair.old, name), wanted, (*pair.path, name))


def _of_property(old: Named, name: str) -> Schema:
    """Give what the old schema asks of a property, at least."""
    properties: Named = old.get("properties", {})
    if name in properties:
        found: Schema = properties[name]
        return found
    if "patternProperties" in old:
        return True
    rest: Schema = old.get("additionalProperties", True)
    return rest


def _additional(pair: _Pair) -> Found:
    """Compare what is asked of properties that the new schema does not name."""
    if pair.wanted is True:
        return
    if not _same(pair.old.get("patternProperties"), pair.new.get("patternProperties")):
        yield pair.narrowed("additionalProperties stands beside other patternProperties")
        return
    named: Named = pair.new.get("properties", {})
    for name in pair.old.get("properties", {}):
        if name not in named and "patternProperties" not in pair.old:
            yield from narrowings(_of_property(pair.old, name), pair.wanted, (*pair.path, name))
        elif name not in named:
            yield pair.narrowed("is not named any more", below=name)
    yield from narrowings(pair.old.get("additionalProperties", True), pair.wanted, (*pair.path, "*"))


def _items(pair: _Pair) -> Found:
    if not _same(pair.old.get("prefixItems"), pair.new.get("prefixItems")):
        yield pair.narrowed("items stands beside other prefixItems")
        return
    yield from narrowings(pair.old.get("items", True), pair.wanted, (*pair.path, "[]"))


def _at_least(pair: _Pair) -> Found:
    """Compare a lower bound of a size."""
    if pair.old.get(pair.keyword, 0) < pair.wanted:
        yield pair.narrowed(f"{pair.keyword} is {pair.wanted}")


def _at_most(pair: _Pair) -> Found:
    """Compare an upper bound of a size."""
    if pair.keyword not in pair.old or pair.old[pair.keyword] > pair.wanted:
        yield pair.narrowed(f"{pair.keyword} is {pair.wanted}")


def _above(pair: _Pair) -> Found:
    """Compare a lower bound of numbers."""
    exclusive = pair.keyword == "exclusiveMinimum"
    at_least, above = pair.old.get("minimum"), pair.old.get("exclusiveMinimum")
    held = at_least is not None and (at_least > pair.wanted or (at_least == pair.wanted and not exclusive))
    if not held and (above is None or above < pair.wanted):
        yield pair.narrowed(f"must be {'above' if exclusive else 'at least'} {pair.wanted}")


def _below(pair: _Pair) -> Found:
    """Compare an upper bound of numbers."""
    exclusive = pair.keyword == "exclusiveMaximum"
    at_most, below = pair.old.get("maximum"), pair.old.get("exclusiveMaximum")
    held = at_most is not None and (at_most < pair.wanted or (at_most == pair.wanted and not exclusive))
    if not held and (below is None or below > pair.wanted):
        yield pair.narrowed(f"must be {'below' if exclusive else 'at most'} {pair.wanted}")


def _all_of(pair: _Pair) -> Found:
    known = [canonical_json(one) for one in pair.old.get("allOf", ())]
    for one in pair.wanted:
        if canonical_json(one) not in known:
            yield from narrowings(pair.old, one, pair.path)


def _any_of(pair: _Pair) -> Found:
    """Hold where one of the new ones takes all the old schema takes, or each of the old ones is within a new one."""

    def taken(old: Schema) -> bool:
        return any(not list(narrowings(old, one)) for one in pair.wanted)

    if not taken(pair.old) and not ("anyOf" in pair.old and all(map(taken, pair.old["anyOf"]))):
        yield pair.narrowed("anyOf has other alternatives")


_RULES: dict[str, Callable[[_Pair], Found]] = {
    "type": _type,
    "const": _values,
    "enum": _values,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _additional,
    "items": _items,
    **dict.fromkeys(("minLength", "minItems", "minProperties"), _at_least),
    **dict.fromkeys(("maxLength", "maxItems", "maxProperties"), _at_most),
    **dict.fromkeys(("minimum", "exclusiveMinimum"), _above),
    **dict.fromkeys(("maximum", "exclusiveMaximum"), _below),
    "allOf": _all_of,
    "anyOf": _any_of,
    **dict.fromkeys(("unevaluatedItems", "unevaluatedProperties"), _unevaluated),
}
