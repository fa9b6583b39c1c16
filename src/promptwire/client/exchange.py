"""What passes between the core, which decides, and the transport, which has the socket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Request:
    """A request to send."""

    method: str
    target: str
    """Path and query, below the server's address."""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer."""

    status: int
    headers: Mapping[str, str]
    """By name in lower case."""
    body: bytes


@dataclass(frozen=True, slots=True)
class Silence:
    """No whole answer came."""

    cause: str
    """Why, in words that follow the server's address."""
    slow: bool = False
    """Whether the time ran out."""


Reply: TypeAlias = Response | Silence
