"""Which SDK this is, as it calls itself to the server."""

from __future__ import annotations

VERSION = "0.1.0"
"""That of the distribution; a test holds them together, for to look it up would take longer than to load the SDK."""
SDK = f"promptwire-python/{VERSION}"
