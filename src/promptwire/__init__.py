"""Promptwire: versioned prompts, delivered into running processes from memory."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from promptwire.client.blocking import Promptwire
    from promptwire.client.errors import (
        AmbiguousSlugError,
        ClosedError,
        ConfigurationError,
        InvalidReferenceError,
        NotFoundError,
        PromptwireError,
        RefusedError,
        UnauthorizedError,
        UnavailableError,
        UnsupportedPromptError,
    )
    from promptwire.client.prompt import Prompt

_HOMES = {
    "Promptwire": "promptwire.client.blocking",
    "Prompt": "promptwire.client.prompt",
}

__all__ = [
    "AmbiguousSlugError",
    "ClosedError",
    "ConfigurationError",
    "InvalidReferenceError",
    "NotFoundError",
    "Prompt",
    "Promptwire",
    "PromptwireError",
    "RefusedError",
    "UnauthorizedError",
    "UnavailableError",
    "UnsupportedPromptError",
]


def __getattr__(name: str) -> object:
    """Load a public name when it is first used: the server and the command line need none of the SDK."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_HOMES.get(name, "promptwire.client.errors")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
