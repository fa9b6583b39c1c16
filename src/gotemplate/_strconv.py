# ruff: noqa: PLR2004 - code points and bytes read best as the numbers they are
"""Go's strconv: quoting and its undoing, and the syntax of numbers.

A Go string is bytes; here it is a str whose bytes that are not UTF-8 stand as lone surrogates (PEP 383).
"""

from __future__ import annotations

import math
import re
from typing import Final

_NAMED: Final = {
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
    "\\": "\\\\",
}
_SIMPLE: Final = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}
_ESCAPE: Final = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([abfnrtv\\'\"])|)", re.DOTALL
)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_D: Final = "[0-9](?:_?[0-9])*"
_H: Final = "[0-9a-fA-F](?:_?[0-9a-fA-F])*"
_INTEGER: Final = re.compile(
    r"[+-]?(?:0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)"
)
_MOST_DIGITS: Final = 4_000  # Python refuses to read more
_DECIMAL: Final = re.compile(rf"[+-]?(?:{_D}(?:\.(?:{_D})?)?|\.{_D})(?:[eE][+-]?{_D})?")
# Possessive: a number is as long as it looks, and a long one must not be read in every other way too.
_SCANNED: Final = (
    r"0[xX][0-9a-fA-F_]*+\.?+[0-9a-fA-F_]*+(?:[pP][+-]?+[0-9_]*+)?+"
    r"|[0-9_]*+\.?+[0-9_]*+(?:[eEpP][+-]?+[0-9_]*+)?+"
)
_COMPLEX: Final = re.compile(rf"([+-]?(?:{_SCANNED}))([+-](?:{_SCANNED}))i")
_HEX_FLOAT: Final = re.compile(rf"[+-]?0[xX](?:_?{_H}(?:\.(?:{_H})?)?|\.{_H})[pP][+-]?{_D}")


def is_print(char: str) -> bool:
    """Go's unicode.IsPrint, by Python's Unicode tables."""
    return char.isprintable()


def to_utf8(text: str) -> str:
    """`text` with bytes that together make up characters joined to them."""
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")


def replace_surrogates(text: str) -> str:
    """`text` as valid Unicode: U+FFFD for each lone surrogate, as Go's JSON decoder puts it."""
    return _SURROGATE.sub("\ufffd", text)


def unicode_name(code: int, *, sharp: bool = False) -> str:
    """%U: `U+0041`, or with `sharp` `U+0041 'A'` where the character can be shown."""
    name = f"U+{code:04X}"
    if sharp and 0 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF and is_print(chr(code)):
        return f"{name} '{chr(code)}'"
    return name


def quote(text: str, mark: str = '"', *, ascii_only: bool = False) -> str:
    """`text` as a Go string (or, with `'`, character) literal."""
    if text.isascii() and text.isprintable() and mark not in text and "\\" not in text:
        return f"{mark}{text}{mark}"
    return mark + "".join(_quoted(char, mark, ascii_only=ascii_only) for char in text) + mark


def _quoted(char: str, mark: str, *, ascii_only: bool) -> str:
    if char == mark:
        return "\\" + char
    if char in _NAMED:
        return _NAMED[char]
    code = ord(char)
    if (code < 0x80 or not ascii_only) and is_print(char):
        return char
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x20 or code == 0x7F:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def can_backquote(text: str) -> bool:
    """Whether a raw string literal can hold `text`."""
    return not any(
        char in "`\x7f\ufeff" or (char < " " and char != "\t") or "\ud800" <= char <= "\udfff" for char in text
    )


def unquote(literal: str) -> str | None:
    """What a string literal means, or None where its escapes are wrong."""
    body = literal[1:-1]
    if literal[0] == "`":
        return body.replace("\r", "")
    if "\\" not in body:
        return body
    wrong = False

    def meant(escape: re.Match[str]) -> str:
        nonlocal wrong
        char = _escaped(escape, '"')
        wrong = wrong or char is None
        return char or ""

    text = _ESCAPE.sub(meant, body)
    return None if wrong else to_utf8(text)


def _escaped(escape: re.Match[str], mark: str) -> str | None:
    byte, octal, short, long, simple = escape.groups()
    if simple is not None:
        return _SIMPLE.get(simple, simple if simple == mark else None)
    if byte is not None or octal is not None:
        value = int(byte, 16) if byte is not None else int(octal, 8)
        if value > 0xFF:
            return None
        return chr(value) if value < 0x80 else chr(0xDC00 + value)
    if short is None and long is None:
        return None
    value = int(short or long, 16)
    return None if value > 0x10FFFF or 0xD800 <= value <= 0xDFFF else chr(value)


def unquote_char(literal: str) -> int | str:
    """The code of a character literal; where it is wrong, Go's complaint."""
    body = literal[1:-1]
    if body[:1] != "\\":
        if not body:
            return "invalid syntax"
        return ord(body) if len(body) == 1 else f"malformed character constant: {literal}"
    escape = _ESCAPE.match(body)
    char = _escaped(escape, "'") if escape is not None else None
    if escape is None or char is None:
        return "invalid syntax"
    if escape.end() != len(body):
        return f"malformed character constant: {literal}"
    code = ord(char)
    return code - 0xDC00 if 0xDC80 <= code <= 0xDCFF else code


def parse_int(text: str) -> int | None:
    """An integer literal in any base; None where it is not one, and something too large where it is far too large."""
    if _INTEGER.fullmatch(text) is None:
        return None
    if len(text) > _MOST_DIGITS:
        return 1 << 64 if text[0] != "-" else -1 << 64  # overflows as much as the number itself
    digits = text.replace("_", "").lstrip("+-")
    value = int(digits, 8 if digits[:1] == "0" and digits.isdecimal() else 0)
    return -value if text[0] == "-" else value


def parse_float(text: str) -> float | None:
    """A float literal; None where it is not one, or not finite."""
    digits = text.replace("_", "")
    if _DECIMAL.fullmatch(text) is not None:
        value = float(digits)
        return value if math.isfinite(value) else None
    if _HEX_FLOAT.fullmatch(text) is None:
        return None
    try:
        return float.fromhex(digits)
    except OverflowError:
        return None


def parse_complex(text: str) -> complex | str:
    """A complex literal `1+2i`, scanned as Go's fmt.Sscan does; where it is wrong, Go's complaint."""
    parts = _COMPLEX.fullmatch(text)
    if parts is None or len(parts[2]) == 1:
        return "syntax error scanning complex number"
    values = []
    for part in parts.groups():
        value = parse_float(part)
        if value is None:
            problem = (
                "value out of range" if _DECIMAL.fullmatch(part) or _HEX_FLOAT.fullmatch(part) else "invalid syntax"
            )
            return f"strconv.ParseFloat: parsing {quote(part)}: {problem}"
        values.append(value)
    return complex(*values)
