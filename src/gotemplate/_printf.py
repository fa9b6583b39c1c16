"""Go's Sprintf: the format, read verb by verb."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from gotemplate._fmt import Printer, too_large
from gotemplate._limits import Limits, Meter
from gotemplate._values import NO_VALUE, Lift, Value, lift, type_name

_MOST_SHOWN: Final = 2048  # characters of an argument of an error
_FLAGS: Final = re.compile(r"[#0+\- ]*")
_DIGITS: Final = re.compile(r"[0-9]+")


def sprintf(template: str, args: Sequence[Value], lifted: Lift, meter: Meter) -> str:
    """`fmt.Sprintf`."""
    meter.charge(1 + (len(template) >> 5))
    return _Format(template, args, Printer(lifted, meter)).run()


def errorf(template: str, args: Sequence[Value]) -> str:
    """`fmt.Errorf`: %w is for errors, here their texts; what is far too long is cut."""
    shown = [arg[:_MOST_SHOWN] if isinstance(arg, str) and len(arg) > _MOST_SHOWN else arg for arg in args]
    return _Format(template, shown, Printer(lift, Meter(Limits())), wraps=True).run()


class _Format:
    """One format and its operands: where it is, and which operand is next."""

    __slots__ = ("_after_index", "_args", "_good", "_next", "_pos", "_printer", "_reordered", "_template", "_wraps")

    def __init__(self, template: str, args: Sequence[Value], printer: Printer, *, wraps: bool = False) -> None:
        self._wraps = wraps
        self._template = template
        self._args = args
        self._printer = printer
        self._pos = 0
        self._next = 0
        self._reordered = self._after_index = False
        self._good = True

    def run(self) -> str:
        template, printer, end = self._template, self._printer, len(self._template)
        while self._pos < end:
            percent = template.find("%", self._pos)
            if percent < 0:
                percent = end
            if percent > self._pos:
                printer.write(template[self._pos : percent])
            self._pos = percent + 1
            if percent < end:
                self._verb()
        self._extra()
        return printer.text()

    def _verb(self) -> None:
        printer, template = self._printer, self._template
        printer.clear()
        self._good = True
        self._after_index = False
        self._flags()
        verb = template[self._pos : self._pos + 1]
        if not ("a" <= verb <= "z" and self._next < len(self._args)):
            self._index()
            self._width()
            self._precision()
            if not self._after_index:
                self._index()
            verb = template[self._pos : self._pos + 1]
        self._pos += 1
        if not verb:
            printer.write("%!(NOVERB)")
        elif verb == "%":
            printer.write("%")
        elif not self._good:
            printer.write(f"%!{verb}(BADINDEX)")
        elif self._next >= len(self._args):
            printer.write(f"%!{verb}(MISSING)")
        else:
            self._operand(verb)

    def _operand(self, verb: str) -> None:
        printer = self._printer
        if verb in "vw":
            printer.sharp_v, printer.sharp = printer.sharp, False
            printer.plus_v, printer.plus = printer.plus, False
        if verb == "w" and self._wraps:
            verb = "v"
        arg = self._args[self._next]
        self._next += 1
        printer.arg(arg, verb)

    def _flags(self) -> None:
        match = _FLAGS.match(self._template, self._pos)
        flags = match.group() if match is not None else ""
        self._pos += len(flags)
        if flags:
            printer = self._printer
            printer.sharp = "#" in flags
            printer.zero = "0" in flags
            printer.plus = "+" in flags
            printer.minus = "-" in flags
            printer.space = " " in flags

    def _number(self) -> int | None:
        """Digits at the position; too large a number swallows the rest of the format."""
        match = _DIGITS.match(self._template, self._pos)
        if match is None:
            return None
        number = 0
        for digit in match.group():
            if too_large(number):
                self._pos = len(self._template)
                return None
            number = number * 10 + int(digit)
        self._pos = match.end()
        return number

    def _index(self) -> None:
        """`[3]`: which operand is next."""
        self._after_index = False
        if self._template[self._pos : self._pos + 1] != "[":
            return
        self._reordered = True
        start = self._pos
        close = self._template.find("]", start + 1) if len(self._template) - start >= 3 else -1  # noqa: PLR2004 - "[n]"
        if close < 0:
            self._good = False
            self._pos = start + 1
            return
        self._pos = start + 1
        number = self._number()
        valid = number is not None and self._pos == close
        self._pos = close + 1
        self._after_index = valid
        if valid and number is not None and 0 < number <= len(self._args):
            self._next = number - 1
        else:
            self._good = False

    def _star(self) -> int | None:
        """`*`: an operand that is a width or a precision."""
        self._pos += 1
        if self._next >= len(self._args):
            return None
        number = self._args[self._next]
        self._next += 1
        is_int = isinstance(number, int) and not isinstance(number, bool)
        return number if is_int and not too_large(number) else None

    def _width(self) -> None:
        printer = self._printer
        if self._template[self._pos : self._pos + 1] == "*":
            printer.width = self._star()
            if printer.width is None:
                printer.write("%!(BADWIDTH)")
            elif printer.width < 0:
                printer.width = -printer.width
                printer.minus = True
            self._after_index = False
        else:
            printer.width = self._number()
            if self._after_index and printer.width is not None:
                self._good = False

    def _precision(self) -> None:
        printer = self._printer
        if self._template[self._pos : self._pos + 1] != ".":
            return
        self._pos += 1
        if self._after_index:
            self._good = False
        self._index()
        if self._template[self._pos : self._pos + 1] == "*":
            precision = self._star()
            if precision is None or precision < 0:
                printer.write("%!(BADPREC)")
            else:
                printer.precision = precision
            self._after_index = False
        else:
            printer.precision = self._number() or 0

    def _extra(self) -> None:
        """Go's complaint about operands that no verb took."""
        if self._reordered or self._next >= len(self._args):
            return
        printer = self._printer
        printer.clear()
        printer.write("%!(EXTRA ")
        for index, arg in enumerate(self._args[self._next :]):
            if index:
                printer.write(", ")
            if arg is None or arg is NO_VALUE:
                printer.write("<nil>")
            else:
                printer.write(type_name(arg) + "=")
                printer.arg(arg, "v")
        printer.write(")")
