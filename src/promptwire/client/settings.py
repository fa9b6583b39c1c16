"""What a client is told once: where the server is, who asks, how often, how long, and what it may fall back on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias, TypedDict, get_args
from urllib.parse import unquote, urlsplit

from promptwire.client.errors import ConfigurationError

DEFAULT_URL = "http://127.0.0.1:8000"
_DAY = 86400.0
_SERVERLESS = ("AWS_LAMBDA_FUNCTION_NAME", "FUNCTION_TARGET")  # nothing runs there between two calls

Mode: TypeAlias = Literal["stream", "poll", "none"]
"""How a client hears of changes: it is told; it asks every `refresh` seconds; it asks when something is read."""


class Given(TypedDict, total=False):
    """The arguments of a client; each that is missing or None is read from the environment, or has its default."""

    url: str | None
    api_key: str | None
    mode: Mode | None
    refresh: float | None
    timeout: float | None
    max_stale: float | None
    grace: float | None
    strict: bool | None
    cache_dir: str | Path | Literal[False] | None
    bundle: str | Path | None
    bundle_key: str | None
    report: bool | None
    service: str | None
    instance: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Checked settings of one client."""

    url: str
    """The server's address, without a slash at its end."""
    api_key: str | None = field(repr=False)
    mode: Mode
    refresh: float
    """Seconds between two looks for changes, where nobody tells of them."""
    timeout: float
    """Seconds that one request, and one call that has to wait for it, may take in all."""
    max_stale: float
    """Seconds after which a copy that the server has not confirmed since is called stale."""
    grace: float
    """Seconds for which something that the server withdrew is still served."""
    strict: bool
    """Whether a variable that the prompt does not have is an error."""
    cache_dir: Path | None
    """Where the last known good is kept; None: nowhere."""
    bundle: Path | None
    """A file of prompts that came with the application."""
    bundle_key: str | None = field(repr=False)
    report: bool
    """Whether the server is told what is used, as counts."""
    service: str
    """Which application this is; empty where nobody has said."""
    instance: str | None
    """Which of its processes this is; None: its machine and process id say it."""
    proxy: str | None = field(repr=False)
    """The address of the proxy on the way to the server."""

    @classmethod
    def read(cls, given: Given, environ: Mapping[str, str]) -> Settings:
        """Complete what was given from the environment, and check it.

        Raises:
            ConfigurationError: When a setting cannot work, with its name and the reason.
        """
        url = _url(given.get("url") or environ.get("PROMPTWIRE_URL") or DEFAULT_URL)
        seconds = _Seconds(given, environ)
        return cls(
            url=url,
            api_key=_secret("api_key", given.get("api_key") or environ.get("PROMPTWIRE_API_KEY")),
            mode=_mode(given.get("mode") or environ.get("PROMPTWIRE_MODE") or _usual_mode(environ)),
            refresh=seconds.read("refresh", 1.0),
            timeout=seconds.read("timeout", 1.0),
            max_stale=seconds.read("max_stale", 60.0),
            grace=seconds.read("grace", _DAY, least=0.0, most=math.inf),
            strict=_switch("strict", given.get("strict"), environ),
            cache_dir=_cache_dir(given.get("cache_dir"), environ),
            bundle=_path(given.get("bundle") or environ.get("PROMPTWIRE_BUNDLE")),
            bundle_key=_secret("bundle_key", given.get("bundle_key") or environ.get("PROMPTWIRE_BUNDLE_KEY")),
            report=_switch("report", given.get("report"), environ, default=True),
            service=given.get("service") or environ.get("PROMPTWIRE_SERVICE") or _service(environ),
            instance=given.get("instance") or environ.get("PROMPTWIRE_INSTANCE") or _resource(environ, "instance.id"),
            proxy=_proxy(url, environ),
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


def _secret(name: str, text: str | None) -> str | None:
    key = (text or "").strip()  # a secret that was mounted as a file often ends with a line break
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise ConfigurationError(f"{name}: it holds a space or a character that is not visible ASCII")
    return key or None


def _usual_mode(environ: Mapping[str, str]) -> str:
    return "none" if any(environ.get(name) for name in _SERVERLESS) else "stream"


def _mode(text: str) -> Mode:
    for mode in get_args(Mode):
        if text == mode:
            found: Mode = mode
            return found
    raise ConfigurationError(f"mode: it must be 'stream', 'poll' or 'none', not {text!r}")


class _Seconds:
    def __init__(self, given: Given, environ: Mapping[str, str]) -> None:
        self._given: Mapping[str, object] = {**given}
        self._environ = environ

    def read(self, name: str, default: float, *, least: float = math.ulp(0.0), most: float = _DAY) -> float:
        value = self._given.get(name)
        if value is None:
            value = _number(self._environ.get(f"PROMPTWIRE_{name.upper()}"), default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            bounds = "0 or more" if least == 0 else "above 0 and up to a day"
            raise ConfigurationError(f"{name}: it must be a number of seconds {bounds}, not {value!r}")
        return float(value)


def _number(text: str | None, default: float) -> float | str:
    try:
        return float(text) if text else default
    except ValueError:
        return text or ""


def _switch(name: str, given: object, environ: Mapping[str, str], *, default: bool = False) -> bool:
    text = environ.get(f"PROMPTWIRE_{name.upper()}") if given is None else str(given)
    value = (text or "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ConfigurationError(f"{name}: it must be on or off, not {text!r}")


def _service(environ: Mapping[str, str]) -> str:
    """Give what OpenTelemetry calls the service, where it is told that in the environment."""
    return environ.get("OTEL_SERVICE_NAME") or _resource(environ, "name") or ""


def _resource(environ: Mapping[str, str], name: str) -> str | None:
    for pair in environ.get("OTEL_RESOURCE_ATTRIBUTES", "").split(","):
        key, _, value = pair.partition("=")
        if key.strip() == f"service.{name}" and value.strip():
            return unquote(value.strip())
    return None


def _cache_dir(given: object, environ: Mapping[str, str]) -> Path | None:
    text = environ.get("PROMPTWIRE_CACHE_DIR") if given is None else given
    if text is False or (isinstance(text, str) and text.lower() in {"off", "0", "false", "no"}):
        return None
    if isinstance(text, str | Path) and str(text):
        return Path(text).expanduser()
    if text is not None and text != "":
        raise ConfigurationError(f"cache_dir: it must be a path, or False for none, not {text!r}")
    base = environ.get("XDG_CACHE_HOME") or (Path(environ["HOME"]) / ".cache" if environ.get("HOME") else None)
    return Path(base) / "promptwire" if base else None


def _path(given: str | Path | None) -> Path | None:
    return Path(given).expanduser() if given else None


def _proxy(url: str, environ: Mapping[str, str]) -> str | None:
    parts = urlsplit(url)
    name = f"{parts.scheme}_proxy"
    address = environ.get(name) or environ.get("all_proxy") or environ.get("ALL_PROXY")
    if not address and parts.scheme == "https":  # a CGI's request header would be HTTP_PROXY
        address = environ.get("HTTPS_PROXY")
    skipped = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    if not address or _is_direct(parts.hostname or "", skipped):
        return None
    return address if "://" in address else f"http://{address}"


def _is_direct(host: str, skipped: str) -> bool:
    for entry in filter(None, (entry.strip().lower() for entry in skipped.split(","))):
        name = entry.partition(":")[0] if entry.count(":") == 1 else entry
        bare = name.lstrip("*").lstrip(".")
        if name == "*" or host == bare or host.endswith(f".{bare}"):
            return True
    return False
