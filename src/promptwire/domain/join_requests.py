"""Join requests: who would like to belong to a team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from promptwire.domain.errors import InvalidInput
from promptwire.domain.organizations import Team


class JoinStatus(Enum):
    """What has become of a join request; only a pending one can change, once."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


def parse_resolution(text: str) -> JoinStatus:
    """Read how a join request is resolved, in any case.

    Raises:
        InvalidInput: For any other word.
    """
    word = text.lower()
    if word not in {JoinStatus.APPROVED.value, JoinStatus.REJECTED.value}:
        raise InvalidInput("invalid status, must be approved or rejected", "status")
    return JoinStatus(word)


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinRequest:
    """A person's wish to belong to a team; at most one is pending for each person and team."""

    id: str
    team_id: str
    user_id: str
    status: JoinStatus
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingRequest:
    """A join request as those who may resolve it see it."""

    request: JoinRequest
    user_email: str
    team: Team
