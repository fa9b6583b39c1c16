"""What the use cases ask of the store about what is used, and by which processes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from promptwire.domain.processes import Aim, Process, Serving
from promptwire.domain.use import Counts, Lifetime, Period, PromptUse, Slice, UseKey


class UseRepository(Protocol):
    """How often what was used."""

    def add(self, counts: Mapping[UseKey, Counts], at: datetime) -> None:
        """Count along, for the hour and the day of a time, and for ever."""
        ...

    def of_prompt(self, prompt_id: str, period: Period) -> Sequence[Slice]:
        """List what was counted of a prompt in a period, oldest first."""
        ...

    def lifetimes(self, prompt_id: str) -> Sequence[Lifetime]:
        """List what was ever used of a prompt."""
        ...

    def most_used(self, team_ids: Collection[str], since: datetime, limit: int) -> Sequence[PromptUse]:
        """List the prompts of teams that were used since the day of a time, the most used first."""
        ...

    def unused(self, team_ids: Collection[str], since: datetime, limit: int) -> Sequence[PromptUse]:
        """List the active prompts of teams that are older than a time and were not used since, the longest first."""
        ...

    def counting_since(self) -> datetime | None:
        """Give when the store began to count; None where it has not."""
        ...

    def purge(self, before: datetime, limit: int) -> int:
        """Forget what was counted by hour and day before a time, so much at most; gives how much."""
        ...


class ProcessRepository(Protocol):
    """Running processes, and what they serve."""

    def lock(self, processes: Sequence[Process]) -> Mapping[str, Process]:
        """Add those that are not known, and give all of them as they are known, by id, for this transaction alone."""
        ...

    def put(self, processes: Sequence[Process]) -> None:
        """Write what is known of processes that are there."""
        ...

    def serves(self, process_ids: Collection[str]) -> Sequence[Serving]:
        """List what processes serve, and have served."""
        ...

    def put_serving(self, servings: Sequence[Serving]) -> None:
        """Write what processes serve, or have served."""
        ...

    def of_prompt(self, prompt_id: str, since: datetime) -> Sequence[tuple[Process, Serving]]:
        """List the processes that serve a prompt now, and have reported since a time."""
        ...

    def of_teams(self, team_ids: Collection[str], since: datetime) -> Sequence[tuple[Process, Serving]]:
        """List those that serve any prompt of teams."""
        ...

    def served(self, prompt_id: str, period: Period) -> Sequence[Serving]:
        """List what processes, gone ones too, have served of a prompt in a period."""
        ...

    def aims(self, prompt_ids: Collection[str]) -> Mapping[tuple[str, str], Aim]:
        """Give where every label of prompts, and `live`, leads now, by prompt and label."""
        ...

    def purge(self, before: datetime, limit: int) -> int:
        """Forget processes that have not reported since a time, so many at most; gives how many."""
        ...
