"""The sessions that `promptwire login` began, in a file of whoever ran it."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from promptwire.cli.exits import Exit, Failure

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A session on one server."""

    token: str = field(repr=False)
    email: str
    expires_at: str
    """RFC 3339."""


@dataclass(frozen=True, slots=True)
class Logins:
    """Whatever the file says."""

    servers: Mapping[str, Login] = field(default_factory=dict)
    """By URL."""
    current: str | None = None
    """The URL that is asked where none is named: the one signed in to last."""

    def having(self, url: str, login: Login) -> Logins:
        """Give the same with a session more."""
        return Logins({**self.servers, url: login}, url)

    def without(self, url: str) -> Logins:
        """Give the same without the session on a server."""
        kept = {one: login for one, login in self.servers.items() if one != url}
        return replace(self, servers=kept, current=None if self.current == url else self.current)


def place(environ: Mapping[str, str]) -> Path:
    """Give the file, which need not be there."""
    base = environ.get("XDG_CONFIG_HOME") or Path(environ.get("HOME") or Path.home()) / ".config"
    return Path(base) / "promptwire" / "logins.json"


def read(path: Path) -> Logins:
    """Read the file.

    Raises:
        Failure: When others may read it too, or it is not ours.
    """
    try:
        if os.name == "posix" and path.stat().st_mode & _OTHERS:
            raise Failure(f"others may read {path}", hint=f"It holds sessions. Run: chmod 600 {path}")
        told = json.loads(path.read_text(encoding="utf-8"))
        return Logins({url: Login(**login) for url, login in told["servers"].items()}, told["current"])
    except FileNotFoundError:
        return Logins()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        hint = "Remove it, and sign in again with: promptwire login"
        raise Failure(f"{path} cannot be read: {error}", Exit.FAILED, hint) from None


def write(path: Path, logins: Logins) -> None:
    """Write the file whole, for its owner only.

    Raises:
        Failure: When that cannot be.
    """
    told = {"current": logins.current, "servers": {url: asdict(login) for url, login in logins.servers.items()}}
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(told, file, indent=2)
        beside.replace(path)
    except OSError as error:
        raise Failure(f"{path} cannot be written: {error.strerror}", hint="Or give a key: PROMPTWIRE_API_KEY") from None
