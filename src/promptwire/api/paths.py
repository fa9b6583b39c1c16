"""Paths in their one form."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes


def one_form(raw_path: bytes) -> str:
    """Decode a path segment by segment; what is a `/` or `%` inside a segment stays encoded.

    So a label with a slash in it is one segment, and a trailing slash does not matter.
    """
    segments = raw_path.split(b"?", 1)[0].split(b"/")
    decoded = (unquote_to_bytes(segment).decode("utf-8", errors="replace") for segment in segments)
    path = "/".join(segment.replace("%", "%25").replace("/", "%2F") for segment in decoded)
    return path.rstrip("/") or "/"
