# ruff: noqa: PLR2004 - code points read best as the numbers they are
"""Go's fmt: Sprint, Sprintln and Sprintf, with every flag and every complaint they leave in the text.

Source: contracts/go-templates.md, section 8, items 2, 3, 6 and 7; the rest from what Go answers
(tests/gotemplate/oracle).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, Self

from gotemplate._floats import hexadecimal, mantissa_and_power, shortest, widened
from gotemplate._limits import Meter
from gotemplate._strconv import can_backquote, quote, to_utf8, unicode_name
from gotemplate._values import NO_VALUE, Byte, Lift, Value, sorted_items, type_name

_MOST_WIDTH: Final = 1_000_000  # wider ones, and arguments that far away, are not numbers to Go
_BASES: Final = {"d": "d", "v": "d", "b": "b", "o": "o", "O": "o", "x": "x", "X": "X"}
_PREFIXES: Final = {"b": "0b", "x": "0x", "X": "0X"}
_MOST_RUNE: Final = 0x10FFFF


def text_of(value: Value, lift: Lift, meter: Meter) -> str:
    """How an action prints `value` (`fmt.Fprint`): nil and what is missing print `<no value>`."""
    kind = value.__class__
    if kind is str:
        return value  # type: ignore[no-any-return]
    if kind is int:
        return str(value)
    if kind is float:
        return shortest(value)
    if kind is bool:
        return "true" if value else "false"
    if value is None or value is NO_VALUE:
        return "<no value>"
    return Printer(lift, meter).sprint((value,))


class Item(str):
    """A token of a template, as the argument of an error: a string to most verbs, a structure to the others."""

    __slots__ = ("fields",)
    fields: tuple[int | str, ...]

    def __new__(cls, text: str, fields: tuple[int | str, ...]) -> Self:
        """Make one that reads `text`."""
        item = super().__new__(cls, text)
        item.fields = fields
        return item


class Printer:
    """One call of print, println or printf: the text so far, and the flags of the verb at hand."""

    __slots__ = (
        "_lift",
        "_meter",
        "_out",
        "_size",
        "minus",
        "plus",
        "plus_v",
        "precision",
        "sharp",
        "sharp_v",
        "space",
        "width",
        "zero",
    )

    def __init__(self, lift: Lift, meter: Meter) -> None:
        self._lift = lift
        self._meter = meter
        self._out: list[str] = []
        self._size = 0
        self.clear()

    def clear(self) -> None:
        """Forget the flags."""
        self.minus = self.plus = self.sharp = self.space = self.zero = self.plus_v = self.sharp_v = False
        self.width: int | None = None
        self.precision: int | None = None

    def sprint(self, args: Sequence[Value]) -> str:
        """`fmt.Sprint`: a space between two operands where neither is a string."""
        after_string = True
        for arg in args:
            is_string = isinstance(arg, str)
            if not (after_string or is_string):
                self.write(" ")
            self.arg(arg, "v")
            after_string = is_string
        return self.text()

    def sprintln(self, args: Sequence[Value]) -> str:
        """`fmt.Sprintln`: a space between all operands, and a newline."""
        for index, arg in enumerate(args):
            if index:
                self.write(" ")
            self.arg(arg, "v")
        self.write("\n")
        return self.text()

    def text(self) -> str:
        """What was written."""
        return to_utf8("".join(self._out))

    def write(self, text: str) -> None:
        """Append `text`, within the limit for computed strings."""
        self._size += len(text)
        self._meter.fits(self._size)
        self._meter.charge(1 + (len(text) >> 5))
        self._out.append(text)

    def pad(self, text: str) -> None:
        """Append `text`, filled up to the width."""
        missing = 0 if self.width is None else self.width - len(text)
        if missing <= 0:
            self.write(text)
            return
        self._meter.fits(self._size + missing)
        if self.minus:
            self.write(text + " " * missing)
        else:
            self.write(("0" if self.zero else " ") * missing + text)

    def pad_spaces(self, text: str) -> None:
        """The same, never with zeros."""
        zero, self.zero = self.zero, False
        self.pad(text)
        self.zero = zero

    # Values.

    def arg(self, value: Value, verb: str) -> None:
        """One operand, by its verb."""
        if value is None or value is NO_VALUE:
            if verb in "Tv":
                self.pad("<nil>")
            else:
                self.bad_verb(value, verb)
        elif verb == "T":
            self.pad(self._truncated(type_name(value)))
        elif verb == "p":
            self._pointer(value)
        elif verb == "w":  # for errors only, and data holds none
            self.bad_verb(value, verb)
        else:
            self._value(value, verb)

    def _value(self, value: Value, verb: str) -> None:
        kind = value.__class__
        if kind is str:
            self._string(value, verb)
        elif kind is bool:
            self._bool(value, verb)
        elif kind is float:
            self._float(value, verb)
        elif kind is int or kind is Byte:
            self._integer(value, verb)
        elif kind is dict:
            self._map(value, verb)
        elif kind is complex:
            self._complex(value, verb)
        elif kind is Item:
            self._item(value, verb)
        else:
            self._list(value, verb)

    def bad_verb(self, value: Value, verb: str) -> None:
        """Go's complaint about a verb that does not fit: `%!d(string=hi)`."""
        self.write(f"%!{verb}(")
        if value is None or value is NO_VALUE:
            self.write("<nil>")
        else:
            self.write(type_name(value) + "=")
            self._value(value, "v")
        self.write(")")

    def _pointer(self, value: Value) -> None:
        if isinstance(value, (dict, list)):
            self.pad("0xc00000000000")  # an address would tell about the process: docs/reference/templates.md
        else:
            self.bad_verb(value, "p")

    def _element(self, value: Value, verb: str) -> None:
        value = self._lift(value)
        if value is None:
            self.write("interface {}(nil)" if self.sharp_v else "<nil>")
        else:
            self._value(value, verb)

    def _map(self, value: dict[str, Value], verb: str) -> None:
        items = sorted_items(value)
        self._meter.charge(len(items))
        self.write("map[string]interface {}{" if self.sharp_v else "map[")
        for index, (key, item) in enumerate(items):
            if index:
                self.write(", " if self.sharp_v else " ")
            self._string(key, verb)
            self.write(":")
            self._element(item, verb)
        self.write("}" if self.sharp_v else "]")

    def _list(self, value: list[Value], verb: str) -> None:
        self.write("[]interface {}{" if self.sharp_v else "[")
        for index, item in enumerate(value):
            if index:
                self.write(", " if self.sharp_v else " ")
            self._element(item, verb)
        self.write("}" if self.sharp_v else "]")

    def _item(self, value: Item, verb: str) -> None:
        if verb in "vsxXq":
            self._string(value, verb)
            return
        self.write("{")
        for index, field in enumerate(value.fields):
            if index:
                self.write(" ")
            self._value(field, verb)
        self.write("}")

    def _bool(self, value: bool, verb: str) -> None:  # noqa: FBT001 - a value to print, not a switch
        if verb in "tv":
            self.pad("true" if value else "false")
        else:
            self.bad_verb(value, verb)

    # Strings.

    def _string(self, value: str, verb: str) -> None:
        if verb == "q" or (verb == "v" and self.sharp_v):
            self._quoted(self._truncated(value))
        elif verb in "vs":
            self.pad(self._truncated(value))
        elif verb in "xX":
            self._hex_string(value, verb)
        else:
            self.bad_verb(value, verb)

    def _truncated(self, text: str) -> str:
        if self.precision is None or len(text) <= self.precision:
            return text
        return text[: self.precision]

    def _quoted(self, text: str) -> None:
        self._meter.fits(self._size + 2 * len(text))
        if self.sharp and can_backquote(text):
            self.pad(f"`{text}`")
        else:
            self.pad(quote(text, ascii_only=self.plus))

    def _hex_string(self, text: str, verb: str) -> None:
        data = text.encode("utf-8", "surrogateescape")[: self.precision]
        self._meter.fits(self._size + 2 * len(data))
        prefix = "0" + verb if self.sharp else ""
        digits = f"{prefix}".join(("", data.hex())) if data else ""
        if self.space and data:
            digits = " ".join(f"{prefix}{byte:02x}" for byte in data)
        self.pad(digits.upper().replace("0X", prefix) if verb == "X" else digits)

    # Numbers.

    def _integer(self, value: int, verb: str) -> None:
        if verb == "v" and self.sharp_v and value.__class__ is Byte:
            sharp, self.sharp = self.sharp, True
            self._based(value, "x")
            self.sharp = sharp
        elif verb in _BASES:
            self._based(value, verb)
        elif verb == "c":
            self.pad(_rune(value))
        elif verb == "q":
            self.pad(quote(_rune(value), "'", ascii_only=self.plus))
        elif verb == "U":
            self._unicode(value)
        else:
            self.bad_verb(value, verb)

    def _based(self, value: int, verb: str) -> None:
        digits = format(abs(value), _BASES[verb])
        sign = "-" if value < 0 else "+" if self.plus else " " if self.space else ""
        least = self.precision
        if least == 0 and value == 0:
            self.pad_spaces("")
            return
        if least is None and self.zero and not self.minus and self.width is not None:
            least = self.width - len(sign)
        if least is not None and least > len(digits):
            self._meter.fits(self._size + least)
            digits = digits.rjust(least, "0")
        self.pad_spaces(sign + self._prefix(verb, digits) + digits)

    def _prefix(self, verb: str, digits: str) -> str:
        if verb == "O":
            return "0o0" if self.sharp and digits[0] != "0" else "0o"
        if not self.sharp:
            return ""
        if verb == "o":
            return "" if digits[0] == "0" else "0"
        return _PREFIXES.get(verb, "")

    def _unicode(self, value: int) -> None:
        digits = f"{value & 0xFFFFFFFFFFFFFFFF:X}"
        if self.precision is not None:
            self._meter.fits(self._size + self.precision)
        name = "U+" + digits.rjust(max(4, self.precision or 0), "0")
        if self.sharp:
            name += unicode_name(value, sharp=True)[len(unicode_name(value)) :]
        self.pad_spaces(name)

    def _complex(self, value: complex, verb: str) -> None:
        if verb not in "vbgGxXfFeE":
            self.bad_verb(value, verb)
            return
        plus = self.plus
        self.write("(")
        self._float(value.real, verb)
        self.plus = True  # the imaginary part always has a sign
        self._float(value.imag, verb)
        self.plus = plus
        self.write("i)")

    def _float(self, value: float, verb: str) -> None:
        if verb not in "vbgGxXfFeE":
            self.bad_verb(value, verb)
            return
        digits = self._digits(value, verb)
        if digits[0] not in "+-":
            digits = "+" + digits
        if self.space and digits[0] == "+" and not self.plus:
            digits = " " + digits[1:]
        if not math.isfinite(value):
            self.pad_spaces(digits[1:] if math.isnan(value) and not self.space and not self.plus else digits)
            return
        if self.sharp and verb != "b":
            digits = widened(digits, verb, self.precision)
        if not self.plus and digits[0] == "+":
            self.pad(digits[1:])
        elif self.zero and not self.minus and self.width is not None and self.width > len(digits):
            self._meter.fits(self._size + self.width)
            self.write(digits[0] + digits[1:].rjust(self.width - 1, "0"))
        else:
            self.pad(digits)

    def _digits(self, value: float, verb: str) -> str:
        """The number by its verb, before flags; a sign only where it is negative."""
        if not math.isfinite(value):
            return shortest(value)
        if verb == "b":
            return mantissa_and_power(value)
        if self.precision is not None:
            self._meter.fits(self._size + self.precision)
        if verb in "xX":
            return hexadecimal(value, verb, self.precision)
        if verb in "fFeE":
            return f"{value:.{6 if self.precision is None else self.precision}{verb}}"
        if self.precision is None:
            return shortest(value).upper() if verb == "G" else shortest(value)
        return f"{value:.{self.precision}{'G' if verb == 'G' else 'g'}}"


def _rune(code: int) -> str:
    if 0 <= code <= _MOST_RUNE and not 0xD800 <= code <= 0xDFFF:
        return chr(code)
    return "\ufffd"


def too_large(number: int) -> bool:
    """Whether Go refuses `number` as a width, a precision or the index of an operand."""
    return not -_MOST_WIDTH <= number <= _MOST_WIDTH
