"""The first start of a store: an administrator, an organization, a team, a key, and an example prompt."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstStart:
    """What was made, with the secrets that are stored nowhere in clear."""

    email: str
    password: str
    key: str
    slug: str
    """The example prompt's."""
