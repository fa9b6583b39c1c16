"""The settings of a server, read once at its start."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from promptwire.domain.reach import Reach, read_networks
from promptwire.domain.users import SignUp
from promptwire.domain.webhooks import Patience, read_waits
from promptwire.wire.delivery import Numbers


class ServerSettings(BaseSettings):
    """Each is an environment variable `PROMPTWIRE_…`; an option of `promptwire serve` goes before it."""

    model_config = SettingsConfigDict(env_prefix="PROMPTWIRE_", extra="ignore", frozen=True, hide_input_in_errors=True)

    host: str = "127.0.0.1"
    """The address to listen on."""
    port: int = Field(default=8000, ge=0, le=65535)
    """The port to listen on; 0 lets the system choose."""
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

    webhook_networks: str = ""
    """Networks that webhooks may reach though they are not public, such as `10.0.0.0/8,fd00::/8`."""
    webhook_plain_http: Literal["on", "off"] = "off"
    """Whether webhooks may go to `http://`."""
    webhook_waits: str = "5,30,120,600,1800,7200"
    """Seconds to wait after each attempt that failed; after as many, and one more, a delivery is parked."""
    webhook_give_up_days: float = Field(default=5, ge=0.001, le=365)
    """How long a webhook may do nothing but fail until it is disabled."""

    @field_validator("webhook_networks")
    @classmethod
    def _networks(cls, text: str) -> str:
        read_networks(text)
        return text

    @field_validator("webhook_waits")
    @classmethod
    def _waits(cls, text: str) -> str:
        read_waits(text)
        return text

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
    def reach(self) -> Reach:
        """Give where webhooks may be sent."""
        return Reach(networks=read_networks(self.webhook_networks), plain=self.webhook_plain_http == "on")

    @property
    def patience(self) -> Patience:
        """Give how often and how long webhooks are tried."""
        give_up_after = timedelta(days=self.webhook_give_up_days)
        return Patience(waits=read_waits(self.webhook_waits), give_up_after=give_up_after)

    @property
    def mail_directory(self) -> Path:
        """Give the directory of messages, where mail has no server to go out through."""
        return self.data / "mail"
