"""What the use cases ask of the store about scores."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from promptwire.domain.pages import Cut, Moment
from promptwire.domain.scores import GivenScore, Tally


class ScoreRepository(Protocol):
    """Scores of versions."""

    def known(self, prompt_id: str, ids: Collection[str]) -> Collection[str]:
        """Give those of these ids that scores of a prompt have."""
        ...

    def insert(self, scores: Sequence[GivenScore]) -> None:
        """Add scores, and count them along; none of their ids may be known."""
        ...

    def of_version(self, version_id: str, name: str | None, cut: Cut[Moment]) -> Sequence[GivenScore]:
        """List scores of a version, newest first, one more than the limit."""
        ...

    def tallies(self, version_ids: Collection[str]) -> Mapping[str, list[Tally]]:
        """Give what all scores of versions say, by version."""
        ...

    def purge(self, before: datetime, limit: int) -> int:
        """Forget single scores older than a time, so many at most; gives how many. What they say together stays."""
        ...
