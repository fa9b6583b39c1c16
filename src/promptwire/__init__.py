"""Promptwire: versioned prompts, delivered into running processes from memory."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from promptwire.client.announcer import PromptChange
    from promptwire.client.asynchronous import AsyncPromptwire
    from promptwire.client.blocking import Promptwire
    from promptwire.client.errors import (
        AmbiguousSlugError,
        ClosedError,
        ConfigurationError,
        InvalidReferenceError,
        InvalidScoreError,
        NotFoundError,
        PromptwireError,
        RefusedError,
        UnauthorizedError,
        UnavailableError,
        UnsupportedPromptError,
        VariablesError,
    )
    from promptwire.client.prompt import Prompt
    from promptwire.client.report import Explanation, Status

_HOMES = {
    "AsyncPromptwire": "promptwire.client.asynchronous",
    "Explanation": "promptwire.client.report",
    "Prompt": "promptwire.client.prompt",
    "PromptChange": "promptwire.client.announcer",
    "Promptwire": "promptwire.client.blocking",
    "Status": "promptwire.client.report",
}

__all__ = [
    "AmbiguousSlugError",
    "AsyncPromptwire",
    "ClosedError",
    "ConfigurationError",
    "Explanation",
    "InvalidReferenceError",
    "InvalidScoreError",
    "NotFoundError",
    "Prompt",
    "PromptChange",
    "Promptwire",
    "PromptwireError",
    "RefusedError",
    "Status",
    "UnauthorizedError",
    "UnavailableError",
    "UnsupportedPromptError",
    "VariablesError",
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
