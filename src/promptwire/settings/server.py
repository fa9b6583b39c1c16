"""The settings of a server, read once at its start."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from promptwire.domain.errors import InvalidInput
from promptwire.domain.identities import GroupRule
from promptwire.domain.keeping import Keeping
from promptwire.domain.reach import Reach, read_networks
from promptwire.domain.roles import OrgRole, TeamRole
from promptwire.domain.users import SignUp
from promptwire.domain.webhooks import Patience, read_waits
from promptwire.settings.origins import from_files
from promptwire.wire.delivery import Numbers

_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*", re.ASCII)


def read_public_url(text: str) -> str:
    """Give the address that browsers know a server by, without a `/` at its end.

    Raises:
        ValueError: When it is none, or its path is one that a proxy cannot hand on as it is.
    """
    parts = urlsplit(text.rstrip("/"))
    whole = parts.scheme in {"http", "https"} and parts.hostname and not (parts.query or parts.fragment)
    if not whole or parts.username is not None or not _PATH.fullmatch(parts.path):
        raise ValueError("must be a URL without a query, such as https://example.com or https://example.com/promptwire")
    return parts.geturl()


class OidcGroup(BaseModel):
    """A role that the members of a group have."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    group: str = Field(min_length=1)
    organization: str = Field(min_length=1)
    """Its name."""
    team: str | None = None
    """The slug of one of its teams; then the role is one in the team."""
    role: str

    @model_validator(mode="after")
    def _check_role(self) -> OidcGroup:
        self.rule  # noqa: B018 - it raises for a role that is none
        return self

    @property
    def rule(self) -> GroupRule:
        """Give the rule.

        Raises:
            ValueError: For a role that is none.
        """
        try:
            role = TeamRole.parse(self.role) if self.team else OrgRole.parse(self.role)
        except InvalidInput as error:
            raise ValueError(error.message) from None
        return GroupRule(group=self.group, organization=self.organization, team=self.team, role=role)


class ServerSettings(BaseSettings):
    """Each is an environment variable `PROMPTWIRE_…`; an option of `promptwire serve` goes before it."""

    model_config = SettingsConfigDict(
        env_prefix="PROMPTWIRE_",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,  # administrators are shown them
    )

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
    requests_per_key: int = Field(default=6_000_000, ge=1, le=1_000_000_000)
    """How many requests one credential may make in a minute, on every surface."""
    requests_per_address: int = Field(default=12_000_000, ge=1, le=1_000_000_000)
    """How many requests may come from one network address in a minute."""
    trusted_proxies: str = ""
    """Networks of proxies whose `X-Forwarded-For` is believed, such as `10.0.0.0/8,fd00::/8`."""
    max_connections: int = Field(default=16_000, ge=1, le=1_000_000)
    """How many connections a server process holds; one more is told to come back."""
    max_requests: int = Field(default=256, ge=1, le=100_000)
    """How many requests a server process works at, streams and what memory answers not counted."""
    request_seconds: float = Field(default=30.0, ge=0.1, le=3600)
    """How long a request may take to arrive, or an answer to make progress towards its reader."""
    answer_seconds: float = Field(default=60.0, ge=0.1, le=3600)
    """How long an answer may take to begin."""
    grace_seconds: float = Field(default=10.0, ge=0, le=3600)
    """How long running requests have when the server is told to stop."""
    smtp_url: SecretStr | None = None
    """The server that mail goes out through; without one, each message is a file in `data`."""
    mail_from: str = "Promptwire <promptwire@localhost>"
    """The sender of mail."""

    oidc_issuer: str | None = None
    """The OpenID Connect provider to sign in with, as it calls itself."""
    oidc_client_id: str | None = None
    """What the provider knows this server by."""
    oidc_client_secret: SecretStr | None = None
    """The secret of that; none for a public client, which has PKCE alone."""
    oidc_scopes: str = "openid email profile"
    """What is asked of the provider, separated by spaces."""
    oidc_groups_claim: str = "groups"
    """Where in the ID token the groups of a person stand."""
    oidc_groups: tuple[OidcGroup, ...] = ()
    """Which roles the groups give, as a JSON list."""
    oidc_sign_up: Literal["on", "off"] = "on"
    """Whether whom the provider sends gets an account."""
    password_sign_in: Literal["on", "off"] = "on"  # noqa: S105 - a word
    """Whether anybody signs in with a password."""
    public_url: str | None = None
    """The address that browsers know this server by, with the path under which a proxy has it, if any."""

    @model_validator(mode="after")
    def _check_oidc(self) -> ServerSettings:
        if self.oidc_issuer is not None and not self.oidc_client_id:
            raise ValueError("PROMPTWIRE_OIDC_CLIENT_ID is missing: the provider of PROMPTWIRE_OIDC_ISSUER asks for it")
        if self.oidc_issuer is not None and urlsplit(self.oidc_issuer).scheme not in {"http", "https"}:
            raise ValueError("PROMPTWIRE_OIDC_ISSUER must be a URL, such as https://login.example.com")
        if self.oidc_issuer is None and self.password_sign_in == "off":  # noqa: S105 - a word, not a password
            raise ValueError(
                "PROMPTWIRE_PASSWORD_SIGN_IN is off without a PROMPTWIRE_OIDC_ISSUER: nobody could sign in"
            )
        return self

    use: Literal["on", "off"] = "on"
    """Whether it is counted what is used, and by which processes."""
    use_days: int = Field(default=90, ge=1, le=3650)
    """How many days back use is known by hours and days; the totals stay."""
    use_report_seconds: float = Field(default=60.0, ge=1, le=3600)
    """How often running processes are asked to report what they use."""
    score_days: int = Field(default=365, ge=1, le=3650)
    """How many days single scores are kept; what they say together stays."""

    webhook_networks: str = ""
    """Networks that webhooks may reach though they are not public, such as `10.0.0.0/8,fd00::/8`."""
    webhook_plain_http: Literal["on", "off"] = "off"
    """Whether webhooks may go to `http://`."""
    webhook_waits: str = "5,30,120,600,1800,7200"
    """Seconds to wait after each attempt that failed; after as many, and one more, a delivery is parked."""
    webhook_give_up_days: float = Field(default=5, ge=0.001, le=365)
    """How long a webhook may do nothing but fail until it is disabled."""
    webhook_days: int = Field(default=30, ge=1, le=3650)
    """How many days it is known what webhooks were told."""

    @field_validator("public_url")
    @classmethod
    def _public_url(cls, text: str | None) -> str | None:
        return text if text is None else read_public_url(text)

    @field_validator("webhook_networks", "trusted_proxies")
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
    def settings_customise_sources(  # noqa: PLR0917 - pydantic's own
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read what is given, then the environment, then the files that it names."""
        del dotenv_settings, file_secret_settings
        files = EnvSettingsSource(settings_cls)
        files.env_vars = {
            f"promptwire_{name}": text for name, text in from_files(settings_cls.model_fields, os.environ).items()
        }
        return init_settings, env_settings, files

    @classmethod
    def given(cls, options: Mapping[str, object]) -> ServerSettings:
        """Read the settings: what is given first, then the environment and the files it names, then the defaults.

        Raises:
            InvalidInput: When a file that the environment names cannot be read.
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
    def keeping(self) -> Keeping:
        """Give how long what is no change is kept."""
        return Keeping(
            use=timedelta(days=self.use_days),
            scores=timedelta(days=self.score_days),
            deliveries=timedelta(days=self.webhook_days),
        )

    @property
    def patience(self) -> Patience:
        """Give how often and how long webhooks are tried."""
        give_up_after = timedelta(days=self.webhook_give_up_days)
        return Patience(waits=read_waits(self.webhook_waits), give_up_after=give_up_after)

    @property
    def mail_directory(self) -> Path:
        """Give the directory of messages, where mail has no server to go out through."""
        return self.data / "mail"
