"""What the use cases ask of the store about codes that come by mail."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from promptwire.domain.codes import Code, Invitation, Purpose


class CodeRepository(Protocol):
    """Codes that confirm an address or a new password."""

    def of_email(self, email: str, purposes: Collection[Purpose]) -> Sequence[Code]:
        """List what is asked for an address, newest first; whoever wants to use them waits for each other."""
        ...

    def by_hash(self, code_hash: str, purpose: Purpose) -> Code | None:
        """Give what a code is for, expired or not; whoever wants to use it waits for each other."""
        ...

    def put(self, code: Code) -> None:
        """Store a code in the place of the one that was asked for before, for the same and this address."""
        ...

    def count_try(self, code_id: str) -> None:
        """Count a wrong code."""
        ...

    def use(self, code_id: str, at: datetime) -> None:
        """Note that a code was used, and forget what it no longer takes to know."""
        ...

    def delete_of_user(self, user_id: str) -> None:
        """Forget every code of a person."""
        ...

    def purge(self, now: datetime, limit: int) -> int:
        """Forget codes that were kept long enough, so many at most; gives how many."""
        ...


class InvitationRepository(Protocol):
    """Who may register by themselves."""

    def of_org(self, org_id: str, now: datetime) -> Sequence[Invitation]:
        """List the invitations of an organization that still count, newest first."""
        ...

    def by_hash(self, code_hash: str) -> Invitation | None:
        """Give the invitation of a code, expired or not."""
        ...

    def put(self, invitation: Invitation, code_hash: str) -> None:
        """Store an invitation in the place of an earlier one of this organization to this address."""
        ...

    def delete(self, invitation_id: str) -> None:
        """Forget an invitation."""
        ...

    def purge(self, now: datetime, limit: int) -> int:
        """Forget invitations that have expired, so many at most; gives how many."""
        ...
