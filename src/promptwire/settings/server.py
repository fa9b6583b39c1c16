"""The settings of a server, read once at its start."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from promptwire.domain.users import SignUp
from promptwire.wire.delivery import Numbers


class ServerSettings(BaseSettings):
    """Each is an environment variable `PROMPTWIRE_…`; an option of `promptwire serve` goes before it."""

    model_config = SettingsConfigDict(env_prefix="PROMPTWIRE_", extra="ignore", frozen=True, hide_input_in_errors=True)

    host: str = "127.0.0.1"
    """The address to listen on."""
    port: int = Field(default=8000, ge=0, le=65535)
    """The port to listen on; 0 lets the system choose."""
    workers: int = Field(default=1, ge=1, le=64)
    """How many processes serve behind the one port."""
    data: Path = Path("data")
    """The directory of the SQLite file, made where it is missing."""
    database: str | None = None
    """A database URL, instead of the SQLite file in `data`."""
    change_poll_ms: int | None = Field(default=None, ge=10, le=1500)
    """How often to look for what other servers wrote: 50 ms with SQLite; 1,000 with PostgreSQL, which also notifies."""
    numbers: Numbers = "exact"
    """How templates read numbers: `exact`, or `float64` as px0 does."""
    read_path: Literal["protocol", "asgi", "routes"] = "protocol"
    """How reads are answered: where they are parsed, by a plain ASGI handler, or by the documented routes only."""
    read_memory: int = Field(default=256, ge=1)
    """Mebibytes that prompts and credentials in memory may take, about."""
    max_stale: int = Field(default=86_400, ge=0)
    """For how many seconds reads are answered from memory while the database is away."""
    session_hours: float = Field(default=24, gt=0, le=24 * 365)
    """How long a session lasts."""
    admin_email: str | None = None
    """The e-mail address of the first administrator; used only while the store has no user."""
    admin_password: SecretStr | None = None
    """The password of the first administrator; used only while the store has no user."""
    bootstrap_api_key: SecretStr | None = None
    """The first API key, 16 to 200 visible ASCII characters; used only while the store has no user."""

    bootstrap: Literal["on", "off"] = "on"
    """Whether the first start makes an administrator; if not, the first to register becomes one."""
    sign_up: SignUp = SignUp.INVITE
    """Who may register without an administrator: `open`, `invite` or `closed`."""
    address_limit: int = Field(default=30, ge=1, le=1_000_000)
    """How many logins and codes may fail, or mails be asked for, from one address at once; one more every 15 s."""
    key_limit: int = Field(default=600, ge=1, le=1_000_000)
    """How many requests one key, or one person, may make on `/api/v1` in a minute."""
    smtp_url: SecretStr | None = None
    """The server that mail goes out through; without one, each message is a file in `data`."""
    mail_from: str = "Promptwire <promptwire@localhost>"
    """The sender of mail."""

    @classmethod
    def given(cls, options: Mapping[str, object]) -> ServerSettings:
        """Read the settings: what is given first, then the environment, then the defaults.

        Raises:
            pydantic.ValidationError: When a value cannot be what its setting means.
        """
        return cls(**dict(options))  # type: ignore[arg-type]  # pydantic checks them

    @property
    def store(self) -> str | Path:
        """Give the database URL, or the SQLite file where no database is named."""
        return self.database or self.data / "promptwire.db"

    @property
    def mail_directory(self) -> Path:
        """Give the directory of messages, where mail has no server to go out through."""
        return self.data / "mail"
