"""Canonical JSON: one text, and so one hash, for one value (RFC 8785, with whole integers of any size)."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"

_EXPONENT_FROM = 1e21  # ECMAScript writes numbers from here up, and below 1e-6, with an exponent
_EXPONENT_BELOW = 1e-6


def canonical_json(value: JsonValue) -> bytes:
    """Give the canonical UTF-8 text of a JSON value.

    Follows RFC 8785: no spaces, keys sorted by UTF-16 code units, the shortest strings, numbers as ECMAScript
    writes them. One addition: integers keep all their digits, also beyond 2**53.

    Raises:
        ValueError: For NaN, an infinity, or a lone surrogate.
        TypeError: For a value that JSON does not have.
    """
    return _text(value).encode()


def _text(value: JsonValue) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Mapping):
        return _object(value)
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_text, value)) + "]"
    raise TypeError(f"JSON has no value of type {type(value).__name__}")


def _object(value: Mapping[str, JsonValue]) -> str:
    keys = sorted(value, key=_utf16_units)
    return "{" + ",".join(f"{_text(key)}:{_text(value[key])}" for key in keys) + "}"


def _utf16_units(key: object) -> bytes:
    if not isinstance(key, str):
        raise TypeError(f"JSON has no keys of type {type(key).__name__}")
    return key.encode("utf-16-be")


def _number(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError("JSON has no NaN and no infinity")
    if value == 0:
        return "0"
    if value.is_integer() and abs(value) < _EXPONENT_FROM:
        return str(int(value))
    mantissa, _, exponent = repr(value).partition("e")
    if not exponent:
        return mantissa if abs(value) >= _EXPONENT_BELOW else _scientific(value)
    if abs(value) >= _EXPONENT_FROM or abs(value) < _EXPONENT_BELOW:
        return f"{mantissa}e{int(exponent):+d}"
    return format(value, f".{len(mantissa.replace('-', '').replace('.', '')) - 1 - int(exponent)}f")


def _scientific(value: float) -> str:
    mantissa, _, exponent = format(value, ".16e").partition("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent):+d}"
