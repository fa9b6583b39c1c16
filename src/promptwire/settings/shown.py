"""The settings of a server as its administrators see them: each in words, and no secret among them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from pydantic import BaseModel, SecretStr

from promptwire.settings.origins import without_secrets
from promptwire.settings.server import ServerSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSetting:
    """A setting, and what it is set to."""

    name: str
    """The environment variable that sets it."""
    value: str | None
    """None where it is not set, and for every secret."""
    is_default: bool
    is_secret: bool
    """Whether it is set to something that nobody is shown."""
    means: str


def shown(settings: ServerSettings) -> Sequence[ShownSetting]:
    """Give every setting, in the order of the reference."""
    return [_shown(settings, name) for name in ServerSettings.model_fields]


def _shown(settings: ServerSettings, name: str) -> ShownSetting:
    field, value = ServerSettings.model_fields[name], getattr(settings, name)
    is_secret = isinstance(value, SecretStr)
    return ShownSetting(
        name=f"PROMPTWIRE_{name.upper()}",
        value=None if value is None or is_secret else _text(value),
        is_default=value == field.default,
        is_secret=is_secret,
        means=field.description or "",
    )


def _text(value: object) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple):
        return json.dumps([one.model_dump(exclude_none=True) if isinstance(one, BaseModel) else one for one in value])
    return without_secrets(str(value))
