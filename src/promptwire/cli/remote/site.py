"""Which server is asked, and as whom: what is given, else the environment, else the last `promptwire login`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from promptwire.cli.exits import Exit, Failure
from promptwire.cli.remote import logins
from promptwire.client.errors import ConfigurationError
from promptwire.client.settings import DEFAULT_URL, Settings

SECONDS = 60.0
"""That one request may take: checks before a promotion take some."""


@dataclass(frozen=True, slots=True)
class Site:
    """A server and a credential."""

    settings: Settings
    told_by: str | None = None
    """Where the credential is from, as an error names it; None without one."""
    login: logins.Login | None = field(default=None, repr=False)
    """The session that is kept for the server, whether it is used or not."""

    @property
    def url(self) -> str:
        """Give the server's address."""
        return self.settings.url

    @classmethod
    def chosen(cls, server: str | None, key: str | None, environ: Mapping[str, str]) -> Site:
        """Choose them.

        Raises:
            Failure: When the URL or the key cannot be one.
        """
        kept = logins.read(logins.place(environ))
        url = (server or environ.get("PROMPTWIRE_URL") or kept.current or DEFAULT_URL).rstrip("/")
        login = kept.servers.get(url)
        ways = {
            "--key": key,
            "PROMPTWIRE_API_KEY": environ.get("PROMPTWIRE_API_KEY"),
            "promptwire login": login.token if login else None,
        }
        told_by, token = next(((way, one.strip()) for way, one in ways.items() if one and one.strip()), (None, None))
        return cls(settings(url, token, environ), told_by, login)


def settings(url: str, token: str | None, environ: Mapping[str, str]) -> Settings:
    """Check an address and a credential; of the environment only what says which proxy is on the way.

    Raises:
        Failure: When one of them cannot be.
    """
    others = {name: value for name, value in environ.items() if not name.startswith("PROMPTWIRE_")}
    try:
        return Settings.read({"url": url, "api_key": token, "timeout": SECONDS, "cache_dir": False}, others)
    except ConfigurationError as error:
        words = str(error).replace("api_key:", "the key:")
        raise Failure(
            words, Exit.USAGE, "The server: --server or PROMPTWIRE_URL; the key: PROMPTWIRE_API_KEY"
        ) from None
