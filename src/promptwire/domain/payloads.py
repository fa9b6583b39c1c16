"""Payloads: saved sample variables of a prompt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """Variables to try a prompt with; not tied to a version (contracts/px0.md 1.8)."""

    id: str
    prompt_id: str
    name: str | None
    variables: str
    """JSON, in the very text that was sent: of any type, with its numbers as they were written."""
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PayloadUpdate:
    """What shall change of a payload; None leaves it as it is, so a name cannot be taken away."""

    name: str | None = None
    variables: str | None = None
