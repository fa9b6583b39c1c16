"""Go's values in Python: what data may hold, what Go calls it, and when it counts as true.

| Go                     | here                                            |
|------------------------|-------------------------------------------------|
| nil in an interface    | None                                            |
| no value at all        | NO_VALUE (Go's zero reflect.Value)              |
| bool, string, float64  | bool, str, float                                |
| int, uint8             | int, Byte                                       |
| complex128             | complex                                         |
| map[string]interface{} | dict                                            |
| []interface{}          | list, or Slice where its capacity is known      |
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final, Literal, TypeAlias, get_args

from gotemplate._errors import Fault
from gotemplate._limits import Meter
from gotemplate._strconv import replace_surrogates

Value: TypeAlias = Any  # one of the table above: an alias for reading, since `isinstance` ladders prove nothing more
Lift: TypeAlias = Callable[[Value], Value]
Numbers: TypeAlias = Literal["exact", "float64"]
MissingKey: TypeAlias = Literal["error", "default", "zero"]

_INT64: Final = 1 << 63
# What Go's JSON decoder makes of a list that grows by one: Source: contracts/go-templates.md, section 8, item 9.
_CAPACITIES: Final = (0, 1, 2, 4, 8, 16, 32, 71, 143, 303, 591, 1023, 1535, 2560)


@dataclass(frozen=True, slots=True)
class Mode:
    """How a template reads its data: what a missing key is, and what a number is."""

    missingkey: MissingKey
    numbers: Numbers

    def __post_init__(self) -> None:
        if self.missingkey not in get_args(MissingKey):
            raise ValueError(f"missingkey must be one of {get_args(MissingKey)}, not {self.missingkey!r}")
        if self.numbers not in get_args(Numbers):
            raise ValueError(f"numbers must be one of {get_args(Numbers)}, not {self.numbers!r}")


class NoValue:
    """Go's zero reflect.Value: a missing key, a template called without an argument, or nil out of its interface."""

    __slots__ = ()


NO_VALUE: Final = NoValue()


class Byte(int):
    """A uint8: what `index` finds in a string."""

    __slots__ = ()


class Slice(list[Value]):
    """A list that remembers what lies behind its end, as Go's slices do: `slice` may reach it."""

    __slots__ = ("beyond",)

    def __init__(self, items: list[Value], beyond: list[Value]) -> None:
        super().__init__(items)
        self.beyond = beyond


class Boxed:
    """A value still in its interface{}: `slice`, unlike `index`, does not take its indexes out."""

    __slots__ = ()


BOXED: Final = Boxed()
_KEPT: Final = frozenset({bool, type(None), dict, list, Slice, Byte})
_NAMES: Final = {
    bool: "bool",
    int: "int",
    Byte: "uint8",
    float: "float64",
    complex: "complex128",
    str: "string",
    dict: "map[string]interface {}",
    list: "[]interface {}",
    Slice: "[]interface {}",
    type(None): "<nil>",
    NoValue: "<nil>",
    Boxed: "interface {}",
}


def type_name(value: Value) -> str:
    """What Go calls the type of `value`."""
    return _NAMES[value.__class__]


def lift(value: Value) -> Value:
    """A value as it comes out of the data, made one of ours; integers stay integers (`numbers="exact"`)."""
    kind = value.__class__
    if kind is str:
        return value if value.isascii() else _valid(value)
    if kind is int:
        if -_INT64 <= value < _INT64:
            return value
        raise Fault(f"{_shown(value)} overflows int")
    if kind is float or kind in _KEPT:
        return value
    return _adopt(value, lift)


def lift_float64(value: Value) -> Value:
    """The same with every number a float64, as Go's JSON decoder has it (`numbers="float64"`)."""
    if value.__class__ is int:
        try:
            return float(value)
        except OverflowError:
            raise Fault(f"{_shown(value)} overflows float64") from None
    if isinstance(value, int) and not isinstance(value, (bool, Byte)):
        return lift_float64(int.__int__(value))
    return lift(value)


LIFTS: Final[dict[str, Lift]] = {"exact": lift, "float64": lift_float64}


def _valid(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return replace_surrogates(text)
    return text


def _shown(number: int) -> str:
    """A large integer for an error text; CPython refuses to print huge ones."""
    return str(number) if number.bit_length() < 1024 else f"an integer of {number.bit_length()} bits"  # noqa: PLR2004


def _adopt(value: Value, again: Lift) -> Value:
    """A subclass as the plain thing: nothing of its own is called later."""
    if isinstance(value, str):
        return again(str.__str__(value))
    if isinstance(value, int):
        return again(int.__int__(value))
    if isinstance(value, float):
        return float.__float__(value)
    if _is_container(value):
        raise Foreign
    kind = value.__class__
    raise Fault(f"can't use a Python value of type {kind.__module__}.{kind.__qualname__}")


def _is_container(value: object) -> bool:
    return isinstance(value, (Mapping, Sequence)) and not isinstance(value, (str, bytes, bytearray, memoryview))


class Foreign(Exception):
    """A mapping that is no dict, or a sequence that is no list: the render begins anew with a copy of the data."""


class Copier:
    """Makes dicts and lists of all mappings and sequences in the data, each once; the rest stays as it is."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._copies: dict[int, tuple[Value, Value]] = {}  # with the originals, so that their ids stay theirs

    def copy(self, value: Value) -> Value:
        """`value`, copied if it is a container."""
        if not _is_container(value):
            return value
        if id(value) not in self._copies:
            self._meter.charge(1 + (len(value) >> 3))
            self._copies[id(value)] = value, self._copied(value)
        return self._copies[id(value)][1]

    def _copied(self, value: Value) -> Value:
        if isinstance(value, Mapping):
            return {key: self.copy(item) for key, item in value.items()}
        return [self.copy(item) for item in value]


def is_true(value: Value) -> bool:
    """Go's truth: not zero, not empty, not nil."""
    return value is not NO_VALUE and bool(value)


def sorted_items(mapping: dict[str, Value]) -> list[tuple[str, Value]]:
    """The entries of a map in Go's order, by the bytes of the keys."""
    if all(key.__class__ is str and key.isascii() for key in mapping):
        return sorted(mapping.items())
    return sorted(((_key(key), value) for key, value in mapping.items()), key=itemgetter(0))


def _key(key: Value) -> str:
    if not isinstance(key, str):
        raise Fault(f"can't use a Python mapping with a key of type {key.__class__.__qualname__}")
    return _valid(str.__str__(key))


def beyond(items: list[Value]) -> list[Value]:
    """What lies between the end of a list and its capacity."""
    if items.__class__ is Slice:
        return items.beyond
    size = len(items)
    if size > _CAPACITIES[-1]:
        return []
    return [None] * (_CAPACITIES[bisect_left(_CAPACITIES, size)] - size)
