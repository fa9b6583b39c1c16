"""What generated code may call, and nothing else: its whole namespace is made here.

Whatever is not as the code expects raises, mostly `Deopt`; the interpreter then renders from the start, and finds
Go's words for it or that the code was only timid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, Never

from gotemplate._builtins import FUNCTIONS
from gotemplate._fmt import text_of
from gotemplate._limits import Limits, Meter
from gotemplate._values import LIFTS, Mode, Value, sorted_items

_PACED: Final = 1000  # turns of a loop from which on the clock is looked at now and then
PLAIN: Final = frozenset({str, bool, float, type(None), dict, list})  # classes that need no lifting to be tested


class Deopt(Exception):
    """The generated code gives up: the interpreter knows better."""


class Namespace:
    """The functions of generated code, for one way of reading data and one set of limits."""

    def __init__(self, mode: Mode, limits: Limits) -> None:
        self._lift = LIFTS[mode.numbers]
        self._limits = limits

    def globals(self) -> dict[str, Any]:
        """The global names of the generated code; there are no builtins among them."""
        functions = {f"F_{name}": function.body for name, function in FUNCTIONS.items()}
        classes = {"STR": str, "INT": int, "FLOAT": float, "DICT": dict, "LIST": list, "PLAIN": PLAIN}
        return {
            "__builtins__": {},
            **functions,
            **classes,
            "ALIEN": self.alien,
            "BAD": bad,
            "DEOPT": Deopt,
            "EACH": self.each,
            "ENTER": self.enter,
            "FINISH": self.finish,
            "IS_EMPTY": is_empty,
            "JOIN": self.join,
            "LEN": len,
            "LIFT": self._lift,
            "METER": self.meter,
            "PAIRS": self.pairs,
            "RANGE": self.numbers,
            "SHOW": self.show,
            "SIZE": self._limits.output_bytes,
            "TEXT": self.text,
            "COMPUTED": computed,
        }

    def meter(self) -> Meter:
        """The accountant of one render."""
        return Meter(self._limits)

    def alien(self, value: Value) -> Never:
        """Give up on what should be a mapping, or ask for a copy of the data if it is one of another class."""
        self._lift(value)
        raise Deopt

    def text(self, value: Value, meter: Meter | None) -> str:
        """How an action prints a value straight from the data."""
        return self.show(self._lift(value), meter)

    def show(self, value: Value, meter: Meter | None) -> str:
        """How an action prints a value that is one of ours."""
        if meter is None and isinstance(value, (dict, list)):
            raise Deopt
        return text_of(value, self._lift, meter)  # type: ignore[arg-type] # only dict and list need it

    def finish(self, text: str) -> str:
        """The whole output: within the limit, and valid Unicode (else the interpreter sees to it)."""
        if len(text) > self._limits.output_bytes or len(text.encode()) > self._limits.output_bytes:
            raise Deopt
        return text

    def join(self, parts: list[str], meter: Meter) -> str:
        """The whole output from its parts."""
        meter.write(sum(map(len, parts)))
        text = "".join(parts)
        return text if text.isascii() else self.finish(text)

    def enter(self, meter: Meter, weight: int, pos: int) -> None:
        """Begin a template call."""
        meter.pos = pos
        meter.charge(weight)
        meter.depth += 1
        if meter.depth > meter.limits.template_depth:
            raise Deopt

    def each(self, value: Value, meter: Meter, weight: int, pos: int) -> Iterable[Value]:
        """The elements of a loop."""
        meter.pos = pos
        if value.__class__ is list:
            meter.charge(len(value) * weight)
            return value if len(value) < _PACED else _paced(value, meter, weight)
        if value.__class__ is dict:
            return [item for _, item in self.pairs(value, meter, weight, pos)]
        if value is None:
            return ()
        value = self._lift(value)
        if value.__class__ is not int:
            raise Deopt
        return self.numbers(value, meter, weight, pos)

    def numbers(self, size: int, meter: Meter, weight: int, pos: int) -> Iterable[int]:
        """The turns of a loop over a number."""
        meter.pos = pos
        if size <= 0:
            return ()
        meter.charge(size * weight)
        return range(size) if size < _PACED else _paced(range(size), meter, weight)

    def pairs(self, value: Value, meter: Meter, weight: int, pos: int) -> Iterable[tuple[Value, Value]]:
        """The turns of a loop with two variables."""
        meter.pos = pos
        if value is None:
            return ()
        if value.__class__ is not dict and value.__class__ is not list:
            value = self._lift(value)
        if isinstance(value, list):
            meter.charge(len(value) * weight)
            return enumerate(value if len(value) < _PACED else _paced(value, meter, weight))
        if value.__class__ is not dict:
            raise Deopt
        meter.charge(len(value) * (weight + (len(value).bit_length() >> 2)))
        items = sorted_items(value)
        return items if len(items) < _PACED else _paced(items, meter, weight)


def is_empty(value: Value) -> bool:
    """Whether a loop over `value` makes no turn."""
    return value <= 0 if value.__class__ is int else not value


def computed(text: str, meter: Meter) -> str:
    """A string the template computed, accounted for."""
    meter.text(len(text))
    return text


def bad() -> Never:
    """Give up, as an expression."""
    raise Deopt


def _paced(items: Sequence[Value], meter: Meter, weight: int) -> Iterator[Value]:
    for item in items:
        meter.turn(weight)
        yield item
