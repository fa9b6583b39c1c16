"""The predefined functions of Go's text/template: what each takes, and what it does.

`and` and `or` are here for their signature only: they do not always evaluate their arguments, so the tiers do them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from gotemplate import _escape
from gotemplate._errors import Fault
from gotemplate._fmt import Printer
from gotemplate._limits import Meter
from gotemplate._printf import sprintf
from gotemplate._values import NO_VALUE, Byte, Lift, Slice, Value, beyond, is_true, type_name

Args: TypeAlias = list[Value]
Body: TypeAlias = Callable[[Args, Lift, Meter], Value]
Parameter: TypeAlias = Literal["string", "any", "value"]
Kind: TypeAlias = Literal["bool", "int", "float", "complex", "string"]

_COMPARABLE: Final[dict[type, Kind]] = {
    bool: "bool",
    int: "int",
    Byte: "int",
    float: "float",
    complex: "complex",
    str: "string",
}
_INVALID: Final = "invalid type for comparison"
_ZERO_VALUE: Final = "reflect: call of reflect.Value.Type on zero Value"


@dataclass(frozen=True, slots=True)
class Function:
    """One function: its fixed parameters, what the variadic ones take (None where there are none), and its body."""

    fixed: tuple[Parameter, ...]
    rest: Parameter | None
    body: Body


def _size(value: Value) -> int:
    """The length, in bytes where it is a string."""
    if isinstance(value, str) and not value.isascii():
        return len(value.encode("utf-8", "surrogateescape"))
    return len(value)


def _len(args: Args, _lift: Lift, meter: Meter) -> int:
    item = args[0]
    if item is None:
        raise Fault("len of nil pointer")
    if item is NO_VALUE:
        raise Fault(_ZERO_VALUE)
    if not isinstance(item, (str, dict, list)):
        raise Fault(f"len of type {type_name(item)}")
    meter.charge(len(item) >> 5 if item.__class__ is str else 0)
    return _size(item)


def _position(index: Value, most: int) -> int:
    """An index into a list or string, which may be its end."""
    if index is None or index is NO_VALUE:
        raise Fault("cannot index slice/array with nil")
    if not isinstance(index, int) or isinstance(index, bool):
        raise Fault(f"cannot index slice/array with type {type_name(index)}")
    if not 0 <= index <= most:
        raise Fault(f"index out of range: {index}")
    return int(index)


def _index(args: Args, lift: Lift, meter: Meter) -> Value:
    item = args[0]
    if item is None or item is NO_VALUE:
        raise Fault("index of untyped nil")
    for index in args[1:]:
        if item is None:
            raise Fault("index of nil pointer")
        item = _element(item, index, lift, meter)
    return item


def _element(item: Value, index: Value, lift: Lift, meter: Meter) -> Value:
    if isinstance(item, str):
        meter.charge(len(item) >> 5)
        data = item.encode("utf-8", "surrogateescape")
        at = _position(index, len(data))
        if at == len(data):
            raise Fault("reflect: string index out of range")
        return Byte(data[at])
    if isinstance(item, list):
        at = _position(index, len(item))
        if at == len(item):
            raise Fault("reflect: slice index out of range")
        return lift(item[at])
    if not isinstance(item, dict):
        raise Fault(f"can't index item of type {type_name(item)}")
    if index is None or index is NO_VALUE:
        raise Fault("value is nil; should be of type string")
    if not isinstance(index, str):
        raise Fault(f"value has type {type_name(index)}; should be string")
    return lift(item.get(index))


def _slice(args: Args, _lift: Lift, meter: Meter) -> Value:
    item, indexes = args[0], args[1:]
    if item is None or item is NO_VALUE:
        raise Fault("slice of untyped nil")
    if len(indexes) > 3:  # noqa: PLR2004 - low, high, max
        raise Fault(f"too many slice indexes: {len(indexes)}")
    if isinstance(item, str):
        if len(indexes) == 3:  # noqa: PLR2004
            raise Fault("cannot 3-index slice a string")
        meter.charge(len(item) >> 3)
        data = item.encode("utf-8", "surrogateescape")
        low, high, _ = _bounds(indexes, len(data), len(data))
        return data[low:high].decode("utf-8", "surrogateescape")
    if not isinstance(item, list):
        raise Fault(f"can't slice item of type {type_name(item)}")
    behind = beyond(item)
    low, high, end = _bounds(indexes, len(item), len(item) + len(behind))
    meter.charge(end - low >> 3)
    backing = [*item, *behind]
    return Slice(backing[low:high], backing[high:end])


def _bounds(indexes: Args, size: int, most: int) -> tuple[int, int, int]:
    bounds = [0, size, most]
    for at, index in enumerate(indexes):
        bounds[at] = _position(index, most)
    low, high, end = bounds
    if low > high:
        raise Fault(f"invalid slice index: {low} > {high}")
    if high > end:
        raise Fault(f"invalid slice index: {high} > {end}")
    return low, high, end


def _not(args: Args, _lift: Lift, _meter: Meter) -> bool:
    return not is_true(args[0])


def _call(args: Args, _lift: Lift, _meter: Meter) -> Value:
    """`call` never works: data holds no functions. The interpreter gives it the callee's text as the last argument."""
    value = args[0]
    if value is None or value is NO_VALUE:
        raise Fault("call of nil")
    raise Fault(f"non-function {args[-1]} of type {type_name(value)}")


# Comparison.


def _kind(value: Value) -> Kind | None:
    return _COMPARABLE.get(value.__class__)


def _same(left: Value, right: Value, lift: Lift, meter: Meter) -> bool:
    """Whether eq finds two operands equal."""
    kind = _kind(left)
    if kind is not None and kind == _kind(right):
        if kind == "string":
            meter.charge(1 + (min(len(left), len(right)) >> 5))
        return bool(left == right)
    nil_left, nil_right = left is None or left is NO_VALUE, right is None or right is NO_VALUE
    if nil_left or nil_right:
        return nil_left and nil_right
    left_type, right_type = type_name(left), type_name(right)
    if kind is not None or _kind(right) is not None:
        raise Fault(f"incompatible types for comparison: {left_type} and {right_type}")
    if left_type == right_type:
        raise Fault(f"non-comparable type {sprintf('%s', (right,), lift, meter)}: {right_type}")
    raise Fault(sprintf("non-comparable types %s: %s, %s: %v", (left, left_type, right_type, right), lift, meter))


def _eq(args: Args, lift: Lift, meter: Meter) -> bool:
    meter.charge(len(args))
    if len(args) == 1:
        raise Fault("missing argument for comparison")
    return any(_same(args[0], other, lift, meter) for other in args[1:])


def _ne(args: Args, lift: Lift, meter: Meter) -> bool:
    return not _same(args[0], args[1], lift, meter)


def _less(args: Args, meter: Meter) -> bool:
    left, right = args
    kind, other = _kind(left), _kind(right)
    if kind is None or other is None:
        raise Fault(_INVALID)
    if kind != other:
        raise Fault(f"incompatible types for comparison: {type_name(left)} and {type_name(right)}")
    if kind in {"bool", "complex"}:
        raise Fault(_INVALID)
    if kind == "string":
        meter.charge(1 + (min(len(left), len(right)) >> 5))
        if not (left.isascii() or right.isascii()):
            return bool(left.encode("utf-8", "surrogateescape") < right.encode("utf-8", "surrogateescape"))
    return bool(left < right)


def _lt(args: Args, _lift: Lift, meter: Meter) -> bool:
    return _less(args, meter)


def _le(args: Args, lift: Lift, meter: Meter) -> bool:
    return _less(args, meter) or _same(args[0], args[1], lift, meter)


def _gt(args: Args, lift: Lift, meter: Meter) -> bool:
    return not _le(args, lift, meter)


def _ge(args: Args, _lift: Lift, meter: Meter) -> bool:
    return not _less(args, meter)


# Printing.


def _print(args: Args, lift: Lift, meter: Meter) -> str:
    return Printer(lift, meter).sprint(args)


def _println(args: Args, lift: Lift, meter: Meter) -> str:
    return Printer(lift, meter).sprintln(args)


def _printf(args: Args, lift: Lift, meter: Meter) -> str:
    return sprintf(args[0], args[1:], lift, meter)


def _escaper(escape: Callable[[str], str]) -> Function:
    def body(args: Args, lift: Lift, meter: Meter) -> str:
        if len(args) == 1 and isinstance(args[0], str):
            text = args[0]
        else:
            text = Printer(lift, meter).sprint(
                ["<no value>" if arg is None or arg is NO_VALUE else arg for arg in args]
            )
        meter.charge(len(text) >> 2)  # the input first: a long one must not be escaped for nothing
        escaped = escape(text)
        meter.text(len(escaped))
        return escaped

    return Function((), "any", body)


FUNCTIONS: Final[dict[str, Function]] = {
    "and": Function(("value",), "value", _not),
    "or": Function(("value",), "value", _not),
    "not": Function(("value",), None, _not),
    "call": Function(("value",), "value", _call),
    "len": Function(("value",), None, _len),
    "index": Function(("value",), "value", _index),
    "slice": Function(("value",), "value", _slice),
    "eq": Function(("value",), "value", _eq),
    "ne": Function(("value", "value"), None, _ne),
    "lt": Function(("value", "value"), None, _lt),
    "le": Function(("value", "value"), None, _le),
    "gt": Function(("value", "value"), None, _gt),
    "ge": Function(("value", "value"), None, _ge),
    "print": Function((), "any", _print),
    "println": Function((), "any", _println),
    "printf": Function(("string",), "any", _printf),
    "html": _escaper(_escape.html),
    "js": _escaper(_escape.js),
    "urlquery": _escaper(_escape.urlquery),
}
