"""What a client is told once: where the server is, who asks, and how often and how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from promptwire.client.errors import ConfigurationError

DEFAULT_URL = "http://127.0.0.1:8000"
_DAY = 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Checked settings of one client."""

    url: str
    """The server's address, without a slash at its end."""
    api_key: str | None = field(repr=False)
    refresh: float
    """Seconds between two looks for changes."""
    timeout: float
    """Seconds that one request, and one call that has to wait for it, may take in all."""

    @classmethod
    def read(
        cls, *, url: str | None, api_key: str | None, refresh: float, timeout: float, environ: Mapping[str, str]
    ) -> Settings:
        """Complete what was given from the environment, and check it.

        Raises:
            ConfigurationError: When a setting cannot work, with its name and the reason.
        """
        return cls(
            url=_url(url or environ.get("PROMPTWIRE_URL") or DEFAULT_URL),
            api_key=_api_key(api_key or environ.get("PROMPTWIRE_API_KEY")),
            refresh=_seconds("refresh", refresh),
            timeout=_seconds("timeout", timeout),
        )


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ConfigurationError(f"url {text!r}: {error}") from None
    if parts.username is not None or parts.password is not None:
        raise ConfigurationError("url: it holds a user or a password; give the key as api_key instead")
    if parts.scheme not in ("http", "https") or not host:
        raise ConfigurationError(f"url {text!r}: it must begin with http:// or https:// and name a host")
    if parts.query or parts.fragment or not text.isascii() or not text.isprintable() or " " in text:
        raise ConfigurationError(f"url {text!r}: only scheme, host, port and path belong there")
    return text.rstrip("/")


def _api_key(text: str | None) -> str | None:
    key = (text or "").strip()  # a secret that was mounted as a file often ends with a line break
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise ConfigurationError("api_key: it holds a space or a character that is not visible ASCII")
    return key or None


def _seconds(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= _DAY:
        raise ConfigurationError(f"{name}: it must be a number of seconds above 0 and up to a day, not {value!r}")
    return float(value)
