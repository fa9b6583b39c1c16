"""Prompts: named things that evolve, each owned by one team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from promptwire.domain.errors import InvalidInput
from promptwire.wire.canonical import JsonValue


class PromptStatus(Enum):
    """Whether a prompt is in use; an archived one still renders, is versioned and labelled (contracts/px0.md 1.4)."""

    ACTIVE = "active"
    ARCHIVED = "archived"


def parse_prompt_status(text: str) -> PromptStatus:
    """Read a status.

    Raises:
        InvalidInput: For a word that is none.
    """
    try:
        return PromptStatus(text)
    except ValueError:
        raise InvalidInput("invalid status, must be active or archived", "status") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A named thing that evolves through its versions."""

    id: str
    team_id: str
    name: str
    slug: str
    """Unique in its team."""
    description: str
    status: PromptStatus
    last_number: int
    """The highest version number ever given out; a number is never used twice."""
    input_schema: JsonValue = None
    """Copied into each new version."""
    created_by: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPrompt:
    """What is asked for when a prompt is created."""

    name: str
    description: str = ""
    slug: str | None = None
    """Made of the name when not given."""
    input_schema: JsonValue = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptUpdate:
    """What is to become of a prompt."""

    description: str | None = None
    """None leaves it."""
    changes_schema: bool = False
    """Whether `input_schema` was given at all."""
    input_schema: JsonValue = None
    """None takes it away; versions that are there keep theirs."""
