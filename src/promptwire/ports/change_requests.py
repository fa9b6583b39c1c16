"""What the use cases ask of the store about change requests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from promptwire.domain.change_requests import ChangeRequest, Remark, RequestStatus
from promptwire.domain.pages import Cut, Moment


class ChangeRequestRepository(Protocol):
    """Moves that wait for the approval of others; whoever writes one holds the lock of its prompt."""

    def get(self, request_id: str) -> ChangeRequest | None:
        """Give a change request by id, with its remarks."""
        ...

    def open_of_prompt(self, prompt_id: str, now: datetime) -> Sequence[ChangeRequest]:
        """List the change requests of a prompt that are open at a time, oldest first."""
        ...

    def of_team(
        self, team_id: str, status: RequestStatus | None, now: datetime, cut: Cut[Moment] | None
    ) -> Sequence[ChangeRequest]:
        """List a team's change requests, newest first; of a page, one more than its limit."""
        ...

    def insert(self, request: ChangeRequest) -> None:
        """Add a change request."""
        ...

    def close(self, request: ChangeRequest) -> None:
        """Write what has become of it."""
        ...

    def add_remark(self, request: ChangeRequest, remark: Remark) -> None:
        """Add a remark after those it has."""
        ...
