"""What html, js and urlquery do to a string."""

from __future__ import annotations

import re
from typing import Final

from gotemplate._strconv import is_print

_HTML: Final = str.maketrans({"\0": "\ufffd", '"': "&#34;", "'": "&#39;", "&": "&amp;", "<": "&lt;", ">": "&gt;"})
_JS: Final = {
    **{code: f"\\u{code:04X}" for code in (*range(0x20), *map(ord, "<>&="))},
    **{ord(char): "\\" + char for char in "\\'\""},
}
_UNRESERVED: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"
_QUERY: Final = tuple(
    "+" if byte == ord(" ") else chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in range(256)
)
_NOT_ASCII: Final = re.compile("[^\x00-\x7f]")


def html(text: str) -> str:
    """`text` for HTML."""
    return text.translate(_HTML)


def js(text: str) -> str:
    """`text` for a JavaScript string."""
    text = text.translate(_JS)
    return text if text.isascii() else _NOT_ASCII.sub(_js, text)


def _js(match: re.Match[str]) -> str:
    char = match.group()
    if is_print(char) or "\ud800" <= char <= "\udfff":  # bytes that are not UTF-8 pass
        return char
    return f"\\u{ord(char):04X}"


def urlquery(text: str) -> str:
    """`text` for the query of a URL."""
    return "".join([_QUERY[byte] for byte in text.encode("utf-8", "surrogateescape")])
