"""What changes for callers from one content to another: pure, and on the safe side.

A change is safe only where it is certain that whoever rendered the old content can render the new one with the same
variables: variables that satisfied the old schema, rendered, and held no other names than the old content reads or
declares. Limits of a render are not looked at. Everything else is breaking: it breaks callers, or may.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gotemplate import Demand, LimitError
from promptwire.domain.declared import Declared
from promptwire.domain.demands import WORDS, is_sure
from promptwire.domain.needs import Reading, parents
from promptwire.domain.schema_changes import Narrowing, narrowings
from promptwire.domain.schemas import Schema, inlined
from promptwire.wire.canonical import JsonValue
from promptwire.wire.content import Content
from promptwire.wire.delivery import Numbers


class ChangeKind(StrEnum):
    """What a change is about."""

    KIND = "kind_changed"
    """A text became a chat, or the other way round."""
    ADDED = "variable_added"
    """A variable, or a part of one, that was not read before is needed, or known to be there."""
    REQUIRED = "variable_required"
    """What was read only sometimes is needed more often."""
    REMOVED = "variable_removed"
    TYPE = "type_changed"
    """Some types of value do not do any more."""
    FAILS = "may_fail"
    """Something else is done that fails for some values."""
    SCHEMA_NARROWED = "schema_narrowed"
    SCHEMA = "schema_changed"
    TEXT = "text_changed"
    MODEL = "model_changed"
    """The model, its parameters, the tools or the response format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerChange:
    """One thing that is different for whoever renders."""

    kind: ChangeKind
    path: str
    """Of the variable: `user.name`, `users[].name`; of a field of the version otherwise."""
    breaking: bool
    message: str
    where: tuple[str, int] | None = None
    """The template it stands in, `template` or `messages[2].content`, and the line; where that is known."""


def compare(old: Content, new: Content, numbers: Numbers = "exact") -> tuple[CallerChange, ...]:
    """Give what changes for callers where one content takes the place of another, the breaking first.

    Raises:
        gotemplate.TemplateError, ChatError: When one of them cannot be read at all.
    """
    if old == new:
        return ()
    before, after = Reading(old, numbers), Reading(new, numbers)
    found = [*_kind(old, new), *_variables(before, after), *_schema(old, new), *_others(old, new)]
    return tuple(sorted(_once(found), key=lambda change: not change.breaking))


def _once(found: list[CallerChange]) -> list[CallerChange]:
    """Say one thing of a path where several tell the same."""
    kept: dict[tuple[str, str, bool], CallerChange] = {}
    for change in found:
        family = "needed" if change.kind in {ChangeKind.ADDED, ChangeKind.REQUIRED} else change.kind.value
        kept.setdefault((family, change.path, change.breaking), change)
    return list(kept.values())


def _kind(old: Content, new: Content) -> Iterator[CallerChange]:
    if old.kind != new.kind:
        message = f"is a {new.kind} now, and was a {old.kind}"
        yield CallerChange(kind=ChangeKind.KIND, path="kind", breaking=True, message=message)


def _variables(old: Reading, new: Reading) -> Iterator[CallerChange]:
    schema = _written(old.content)
    declared = Declared([True if schema is None else schema])
    known = {one.path for one in old.variables}
    found = [*_demanded(old, new, declared, known), *_narrowed(old, new, known), *_removed(old, new)]
    yield from found
    told = {change.path for change in found}
    for one in new.variables:
        if told.isdisjoint((one.path, *parents(one.path))) and one.path not in known and not one.path.endswith("[]"):
            where = one.where[0] if one.where else None
            message = f"{one.path} is read now"
            yield CallerChange(kind=ChangeKind.ADDED, path=one.path, breaking=False, message=message, where=where)


def _demanded(old: Reading, new: Reading, declared: Declared, known: set[str]) -> Iterator[CallerChange]:
    """What renders may fail on that old renders did not."""
    try:
        beyond = [(path, one) for path, one in new.demands_beyond(old) if not is_sure(one, declared)]
    except LimitError:
        message = "the templates are too much to compare"
        yield CallerChange(kind=ChangeKind.FAILS, path="template", breaking=True, message=message)
        return
    demands = [(path, one) for path, one in beyond if not (one.operation == "read" and one.place in old.placeholders)]
    missing = {one.place for _, one in demands if one.operation == "read"}
    for path, one in demands:
        if one.operation == "read" and one.place and not missing.isdisjoint(parents(one.place)):
            continue  # what holds it is missing already
        yield _of_demand(one, known, (path, one.line))
    for name in sorted(new.placeholders - old.placeholders):
        yield _added(name, known, "needs messages for")


def _of_demand(demand: Demand, known: set[str], where: tuple[str, int]) -> CallerChange:
    if demand.operation == "read" and demand.place:
        often = "every render" if demand.always else "a render may"
        return _added(demand.place, known, f"{often} need{'s' if demand.always else ''}", where)
    words = WORDS.get(demand.operation, "fails for some values: {}").format(
        " ".join(one.removeprefix("#") for one in demand.operands)
    )
    kind = ChangeKind.TYPE if demand.place and demand.operation in WORDS else ChangeKind.FAILS
    path = demand.place or ""
    message = f"{path} {words}" if path else words
    return CallerChange(kind=kind, path=path, breaking=True, message=message, where=where)


def _added(path: str, known: set[str], words: str, where: tuple[str, int] | None = None) -> CallerChange:
    kind = ChangeKind.REQUIRED if path in known else ChangeKind.ADDED
    return CallerChange(kind=kind, path=path, breaking=True, message=f"{words} {path} now", where=where)


def _removed(old: Reading, new: Reading) -> Iterator[CallerChange]:
    schema = _written(new.content)
    declared = Declared([True if schema is None else schema])
    kept = {one.path for one in new.variables}
    whole = {one.path for one in new.variables if {"print", "format", "compare", "index", "slice"} & {*one.uses}}
    gone = [one.path for one in old.variables if one.path not in kept and whole.isdisjoint(parents(one.path))]
    for path in gone:
        above, _, name = path.rpartition(".")
        if path.endswith("[]") or not set(gone).isdisjoint(parents(path)) or name in declared.at(above).names:
            continue
        message = f"{path} is not read any more"
        yield CallerChange(kind=ChangeKind.REMOVED, path=path, breaking=True, message=message)


def _narrowed(old: Reading, new: Reading, known: set[str]) -> Iterator[CallerChange]:
    """What the new schema refuses of what callers sent."""
    before, after = _written(old.content), _written(new.content)
    if after is None or before == after:
        return
    names = [one.name for one in old.variables]
    for one in narrowings(_as_sent({} if before is None else before, names, old.certain), after):
        path = ".".join(one.path).replace(".[]", "[]")
        if one.kind == "required" and path in old.certain:
            continue
        yield _of_narrowing(one, path, known)


def _as_sent(schema: Schema, names: list[str], certain: frozenset[str]) -> Schema:
    """Add to a schema what is known of variables beside it: the names that are read, and no others."""
    if isinstance(schema, bool):
        return schema
    fields: dict[str, Any] = dict(schema)
    properties: Mapping[str, JsonValue] = fields.get("properties", {})
    rest = fields.get("additionalProperties", True)
    fields["type"] = "object"
    fields["properties"] = {**{name: rest for name in names if "patternProperties" not in fields}, **properties}
    fields["required"] = [*fields.get("required", ()), *(name for name in certain if "." not in name)]
    if _IN_PLACE.isdisjoint(fields):  # else names may be declared there
        fields.setdefault("additionalProperties", False)
    return fields


_IN_PLACE = frozenset({"allOf", "anyOf", "oneOf", "if", "then", "else", "not", "dependentSchemas", "propertyNames"})


def _of_narrowing(one: Narrowing, path: str, known: set[str]) -> CallerChange:
    if one.kind == "required":
        return _added(path, known, "the input schema requires")
    kinds = {"type": ChangeKind.TYPE, "removed": ChangeKind.REMOVED}
    kind = kinds.get(one.kind, ChangeKind.SCHEMA_NARROWED)
    message = f"{path or 'variables'}: {one.reason}"
    return CallerChange(kind=kind, path=path or "input_schema", breaking=True, message=message)


def _schema(old: Content, new: Content) -> Iterator[CallerChange]:
    if old.input_schema != new.input_schema:
        message = "the input schema is gone" if new.input_schema is None else "the input schema has changed"
        message = "there is an input schema now" if old.input_schema is None else message
        yield CallerChange(kind=ChangeKind.SCHEMA, path="input_schema", breaking=False, message=message)


def _others(old: Content, new: Content) -> Iterator[CallerChange]:
    fields: dict[str, tuple[ChangeKind, Callable[[Content], object]]] = {
        "template": (ChangeKind.TEXT, lambda content: content.template),
        "messages": (ChangeKind.TEXT, lambda content: content.messages),
        "model": (ChangeKind.MODEL, lambda content: content.model),
        "model_params": (ChangeKind.MODEL, lambda content: content.model_params),
        "tools": (ChangeKind.MODEL, lambda content: content.tools),
        "response_format": (ChangeKind.MODEL, lambda content: content.response_format),
    }
    for name, (kind, value) in fields.items():
        if value(old) != value(new):
            yield CallerChange(kind=kind, path=name, breaking=False, message=f"{name} has changed")


def _written(content: Content) -> Schema | None:
    return None if content.input_schema is None else inlined(content.input_schema)  # type: ignore[arg-type]  # checked
