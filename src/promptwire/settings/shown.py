"""The settings of a server as its administrators see them: each in words, and no secret among them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

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
        value=None if value is None or is_secret else as_text(plain(value)),
        is_default=value == field.default,
        is_secret=is_secret,
        means=field.description or "",
    )


def as_text(value: object) -> str:
    """Give plain JSON as it stands in a line: texts without quotes."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def plain(value: object) -> Any:  # noqa: ANN401 - settings are of many types
    """Give a setting that is no secret as JSON has it, without the passwords in addresses."""
    if isinstance(value, BaseModel):
        return value.model_dump(exclude_none=True)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    return value if value is None or isinstance(value, bool | int | float) else without_secrets(str(value))
