"""The settings of a server, read once at its start."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

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
    numbers: Numbers = "exact"
    """How templates read numbers: `exact`, or `float64` as px0 does."""
    session_hours: float = Field(default=24, gt=0, le=24 * 365)
    """How long a session lasts."""
    admin_email: str | None = None
    """The e-mail address of the first administrator; used only while the store has no user."""
    admin_password: SecretStr | None = None
    """The password of the first administrator; used only while the store has no user."""
    bootstrap_api_key: SecretStr | None = None
    """The first API key, 16 to 200 visible ASCII characters; used only while the store has no user."""

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
