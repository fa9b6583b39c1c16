"""How long what is no change is kept, where an operator may say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from promptwire.domain.webhooks import KEPT_FOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How long what is no change is kept."""

    use: timedelta = timedelta(days=90)
    """What was counted by hour and day; what it adds up to stays."""
    scores: timedelta = timedelta(days=365)
    """Single scores; what they add up to stays."""
    deliveries: timedelta = KEPT_FOR
    """What webhooks were told."""
