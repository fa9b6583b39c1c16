"""Floats in Go's notations."""

from __future__ import annotations

import math
from typing import Final

_LEAST_EXPONENT: Final = -1074  # of the smallest float64
_MANTISSA: Final = 52


def shortest(value: float) -> str:
    """%v and %g: the fewest digits that give `value` back, with an exponent where that is below -4 or from 6 on."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"
    text = repr(value)
    if "e" not in text:
        if text.endswith(".0"):
            text = text[:-2]
            if len(text) <= 6:  # noqa: PLR2004 - as many digits as Go shows without an exponent
                return text
        elif text[:7].find(".") > 0 and not text.lstrip("-").startswith("0.0"):
            return text
    return _rewritten(value)


def _rewritten(value: float) -> str:
    sign, digits, exponent = _digits(value)
    if not -4 <= exponent < 6:  # noqa: PLR2004 - Go's bounds
        point = "." if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{point}{digits[1:]}e{exponent:+03d}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    if exponent >= len(digits) - 1:
        return sign + digits + "0" * (exponent - len(digits) + 1)
    return f"{sign}{digits[: exponent + 1]}.{digits[exponent + 1 :]}"


def _digits(value: float) -> tuple[str, str, int]:
    """Sign, shortest digits without zeros at either end, and the decimal exponent of the first."""
    mantissa, _, power = repr(value).partition("e")
    sign = "-" if mantissa[0] == "-" else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = whole + fraction
    stripped = digits.lstrip("0")
    exponent = int(power or 0) + len(whole) - 1 - (len(digits) - len(stripped))
    stripped = stripped.rstrip("0")
    return (sign, stripped, exponent) if stripped else (sign, "0", 0)


def mantissa_and_power(value: float) -> str:
    """%b: an integer times a power of two, `6755399441055744p-51`."""
    if value == 0.0:
        return f"{'-' if math.copysign(1.0, value) < 0 else ''}0p{_LEAST_EXPONENT:+d}"
    exponent = max(math.frexp(value)[1] - _MANTISSA - 1, _LEAST_EXPONENT)
    return f"{int(math.ldexp(value, -exponent))}p{exponent:+d}"


def hexadecimal(value: float, verb: str, precision: int | None) -> str:
    """%x: `0x1.8p+01`, with `precision` digits after the point."""
    sign = "-" if math.copysign(1.0, value) < 0 else ""
    if value == 0.0:
        mantissa, exponent = 0, 0
    else:
        fraction, exponent = math.frexp(abs(value))
        mantissa, exponent = int(fraction * (1 << (_MANTISSA + 1))), exponent - 1
    digits, exponent = _hex_digits(mantissa, exponent, precision)
    point = "." if digits[1:] else ""
    text = f"{sign}0x{digits[0]}{point}{digits[1:]}p{exponent:+03d}"
    return text.upper() if verb == "X" else text


def _hex_digits(mantissa: int, exponent: int, precision: int | None) -> tuple[str, int]:
    """The digits of a mantissa of 1 + 52 bits, rounded to even."""
    if precision is None:
        digits = f"{mantissa:014x}"
        return digits[0] + digits[1:].rstrip("0"), exponent
    if precision < 13:  # noqa: PLR2004 - hexadecimal digits of 52 bits
        drop = _MANTISSA - 4 * precision
        kept, rest = divmod(mantissa, 1 << drop)
        half = 1 << (drop - 1)
        kept += rest > half or (rest == half and kept & 1)
        if kept >> (4 * precision + 1):
            kept, exponent = kept >> 1, exponent + 1
        return f"{kept:0{precision + 1}x}", exponent
    return f"{mantissa:014x}" + "0" * (precision - 13), exponent


def widened(number: str, verb: str, precision: int | None) -> str:
    """The # flag: a decimal point always, and the zeros that %g would leave out; `number` begins with its sign."""
    digits = 0
    if verb in "vgGx":
        digits = 6 if precision is None else precision
    body, tail = _split_exponent(number, verb)
    seen_nonzero = False
    for char in body[1:]:
        if char != ".":
            seen_nonzero = seen_nonzero or char != "0"
            digits -= seen_nonzero
    if "." not in body:
        if body[1:] == "0":
            digits -= 1
        body += "."
    return body + "0" * max(digits, 0) + tail


def _split_exponent(number: str, verb: str) -> tuple[str, str]:
    marks = "pP" if verb in "xX" else "eE"
    for index, char in enumerate(number):
        if char in marks:
            return number[:index], number[index:]
    return number, ""
