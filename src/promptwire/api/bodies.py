"""Reading the body of a request: JSON as Go's clients expect it to be read (contracts/px0.md 1.0)."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from typing import NoReturn

import msgspec
from starlette.requests import Request

from promptwire.domain.errors import BodyTooLarge, InvalidBody
from promptwire.wire.canonical import JsonValue

MAX_BODY = 4 * 1024 * 1024
"""Bytes."""
LARGE_BODY = 64 * 1024
"""Bytes beyond which a body is decoded in a thread: that takes up to seconds, in which everybody else would wait."""
BODY = "promptwire.body"
"""Where the scope of a request keeps its body once it was read: a stream is read once."""
MAX_DEPTH = 200
"""Objects and lists inside one another."""


async def read_body(request: Request) -> bytes:
    """Read the whole body.

    Raises:
        BodyTooLarge: As soon as it is known to be over 4 MiB.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > MAX_BODY:
        raise BodyTooLarge(MAX_BODY)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise BodyTooLarge(MAX_BODY)
    request.scope[BODY] = bytes(body)
    return bytes(body)


def says_json(content_type: str | None) -> bool:
    """Tell whether a Content-Type is one of JSON, such as `application/json; charset=utf-8` (contracts/px0.md 1.0)."""
    return (content_type or "").split(";", 1)[0].strip().lower().endswith("json")


def decode_json(body: bytes, content_type: str | None, *, strict: bool = False) -> JsonValue:
    """Decode a JSON body; bytes that are not UTF-8 and lone surrogates become U+FFFD, or are refused if `strict`.

    Raises:
        InvalidBody: When it is no JSON, or says it is something else.
    """
    check_is_json(body, content_type)
    try:
        value: JsonValue = json.loads(
            body.decode("utf-8-sig", errors="strict" if strict else "replace"),
            parse_constant=_refuse_constant,
            parse_float=_finite,
        )
    except json.JSONDecodeError as error:
        raise InvalidBody(f"malformed JSON at line {error.lineno} column {error.colno}: {error.msg}") from None
    except UnicodeDecodeError as error:
        raise InvalidBody(f"malformed JSON: byte {error.start} is no UTF-8") from None
    except ValueError:  # Python bounds the digits of an integer, for reading them takes quadratic time
        raise InvalidBody(f"a number has more than {sys.get_int_max_str_digits()} digits") from None
    except RecursionError:
        raise InvalidBody(f"nested more than {MAX_DEPTH} deep") from None
    return _cleaned(value, _refuse_surrogates if strict else clean_text)


def decode_members(body: bytes, content_type: str | None) -> dict[str, str]:
    """Give the members of a JSON object, each in the very text that was sent; null is an object without any.

    Raises:
        InvalidBody: When it is no JSON object, or says it is something else.
    """
    check_is_json(body, content_type)
    text = body.decode("utf-8-sig", errors="replace")
    try:
        members = msgspec.json.decode(text.encode(), type=dict[str, msgspec.Raw] | None)
    except msgspec.DecodeError as error:
        raise InvalidBody(str(error)) from None
    except RecursionError:
        raise InvalidBody("nested too deep") from None
    return {name: bytes(raw).decode() for name, raw in (members or {}).items()}


def check_is_json(body: bytes, content_type: str | None) -> None:
    """Check that a body says and looks like JSON.

    Raises:
        InvalidBody: When it does not.
    """
    if not says_json(content_type):
        raise InvalidBody("the Content-Type must be application/json")
    if not body.strip():
        raise InvalidBody("the body is empty")


def _refuse_constant(name: str) -> NoReturn:
    raise InvalidBody(f"malformed JSON: {name} is no JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise InvalidBody(f"the number {digits[:40]} is out of range")
    return number


def _cleaned(value: JsonValue, text: Callable[[str], str], depth: int = 0) -> JsonValue:
    """Clean every text in a value, and refuse what is nested too deep for anybody's stack."""
    if depth > MAX_DEPTH:
        raise InvalidBody(f"nested more than {MAX_DEPTH} deep")
    if isinstance(value, str):
        return text(value)
    if isinstance(value, list):
        return [_cleaned(item, text, depth + 1) for item in value]
    if isinstance(value, dict):
        return {text(key): _cleaned(item, text, depth + 1) for key, item in value.items()}
    return value


def clean_text(text: str) -> str:
    """Replace lone surrogates, which no UTF-8 text can hold, by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    return text


def _refuse_surrogates(text: str) -> str:
    if clean_text(text) != text:
        raise InvalidBody("malformed JSON: a lone surrogate is no text")
    return text
