"""What a template asks of its data, as a tree of shapes; and that tree as needs and as a JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

JsonType: TypeAlias = Literal["null", "boolean", "integer", "number", "string", "array", "object"]
Use: TypeAlias = Literal["print", "condition", "range", "compare", "index", "length", "slice", "format"]

_ORDER: Final[tuple[JsonType, ...]] = ("array", "object", "string", "number", "integer", "boolean", "null")
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
NEVER: Final = -1


@dataclass(frozen=True, slots=True)
class Need:
    """One value a template reads.

    Attributes:
        path: where it is: `user.name`, or `users[].name`, where `[]` stands for each element of a list (or
            each value of a mapping that is ranged over).
        required: whether every render reads it (of each element, where the path has `[]`); False where only
            some branch does, and with `missingkey` other than `error`.
        types: the JSON types the template can work with, the most likely first; empty where any will do.
        uses: what the template does with it, sorted.
        values: constants the template compares it with, in the order of the text.
        lines: the lines it is read on, from 1, each with the number of the template, from 0, where several are
            looked at together.
    """

    path: str
    required: bool
    types: tuple[JsonType, ...]
    uses: tuple[Use, ...]
    values: tuple[str | int | float | bool, ...]
    lines: tuple[tuple[int, int], ...] = ()


@dataclass(slots=True, eq=False)
class Shape:
    """What is known of one place in the data; `level` is how conditional the code is that reads it for sure."""

    level: int = 0
    required: bool = False
    types: frozenset[JsonType] | None = None
    uses: set[Use] = field(default_factory=set)
    values: list[str | int | float | bool] = field(default_factory=list)
    fields: dict[str, Shape] = field(default_factory=dict)
    element: Shape | None = None
    lines: set[tuple[int, int]] = field(default_factory=set)

    def narrow(self, *types: JsonType) -> None:
        """Learn that only these types will do; what contradicts itself says nothing."""
        wanted = frozenset(types)
        self.types = wanted if self.types is None else (self.types & wanted) or frozenset()

    def child(self, name: str) -> Shape:
        """The place under a key."""
        self.narrow("object")
        if name not in self.fields:
            self.fields[name] = Shape(self.level)
        return self.fields[name]

    def each(self) -> Shape:
        """The place that stands for every element."""
        if self.element is None:
            self.element = Shape(NEVER)
        return self.element

    def known_types(self) -> tuple[JsonType, ...]:
        """The types, the most likely first; a value that is only tested may be null too."""
        types = set(self.types or ())
        if types and "condition" in self.uses:
            types.add("null")
        return tuple(kind for kind in _ORDER if kind in types)


def needs(shape: Shape, path: str = "") -> Iterator[Need]:
    """Every place below `shape` that the template reads, in the order of the text."""
    below = [(f"{path}.{name}" if path else name, child) for name, child in shape.fields.items()]
    if shape.element is not None:
        below.append((f"{path}[]", shape.element))
    for place, child in below:
        if child.uses or not place.endswith("[]"):
            uses = tuple(sorted(child.uses))
            lines = tuple(sorted(child.lines))
            yield Need(place, child.required, child.known_types(), uses, tuple(child.values), lines)
        yield from needs(child, place)


def root_schema(shape: Shape) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the data as a whole."""
    return {"$schema": _DIALECT, **_schema(shape), "type": "object"}


def _schema(shape: Shape) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    types = shape.known_types()
    if types:
        schema["type"] = types[0] if len(types) == 1 else list(types)
    if shape.fields:
        schema["properties"] = {name: _schema(child) for name, child in shape.fields.items()}
        required = [name for name, child in shape.fields.items() if child.required]
        if required:
            schema["required"] = required
    if shape.element is not None:
        element = _schema(shape.element)
        if not types or "array" in types:
            schema["items"] = element
        if (not types or "object" in types) and not shape.fields:
            schema["additionalProperties"] = element
    if shape.values:
        schema["examples"] = list(shape.values)
    return schema
