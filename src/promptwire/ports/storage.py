"""The store: units of work as plain functions of a transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from promptwire.domain.changes import Change
from promptwire.ports.change_requests import ChangeRequestRepository
from promptwire.ports.changes import ChangeLog
from promptwire.ports.codes import CodeRepository, InvitationRepository
from promptwire.ports.delivery import DeliveryRepository
from promptwire.ports.history import HistoryRepository
from promptwire.ports.identities import IdentityRepository
from promptwire.ports.organizations import JoinRequestRepository, OrganizationRepository, TeamRepository
from promptwire.ports.payloads import PayloadRepository
from promptwire.ports.receipts import ReceiptRepository
from promptwire.ports.repositories import (
    KeyRepository,
    LabelRepository,
    PromptRepository,
    ProtectedLabelRepository,
    SessionRepository,
    UserRepository,
    VersionRepository,
)
from promptwire.ports.scores import ScoreRepository
from promptwire.ports.search import SearchRepository
from promptwire.ports.use import ProcessRepository, UseRepository
from promptwire.ports.webhooks import LeaseRepository, WebhookDeliveryRepository, WebhookRepository

Result = TypeVar("Result")


class Transaction(Protocol):
    """All of the store, as one transaction sees it; what it writes appears at once, or not at all."""

    @property
    def users(self) -> UserRepository:
        """People's accounts."""
        ...

    @property
    def sessions(self) -> SessionRepository:
        """Who is signed in."""
        ...

    @property
    def codes(self) -> CodeRepository:
        """Codes that confirm an address or a new password."""
        ...

    @property
    def invitations(self) -> InvitationRepository:
        """Who may register by themselves."""
        ...

    @property
    def identities(self) -> IdentityRepository:
        """Who an identity provider has sent."""
        ...

    @property
    def organizations(self) -> OrganizationRepository:
        """Organizations and their members."""
        ...

    @property
    def teams(self) -> TeamRepository:
        """Teams and their members."""
        ...

    @property
    def join_requests(self) -> JoinRequestRepository:
        """Who would like to belong to a team."""
        ...

    @property
    def keys(self) -> KeyRepository:
        """API keys."""
        ...

    @property
    def prompts(self) -> PromptRepository:
        """Prompts."""
        ...

    @property
    def versions(self) -> VersionRepository:
        """Versions, with their labels on them."""
        ...

    @property
    def search(self) -> SearchRepository:
        """Lists of prompts by what is in them."""
        ...

    @property
    def payloads(self) -> PayloadRepository:
        """Payloads."""
        ...

    @property
    def labels(self) -> LabelRepository:
        """Which version each label is on."""
        ...

    @property
    def protected_labels(self) -> ProtectedLabelRepository:
        """The registry of protected labels."""
        ...

    @property
    def change_requests(self) -> ChangeRequestRepository:
        """Moves that wait for the approval of others."""
        ...

    @property
    def delivery(self) -> DeliveryRepository:
        """Prompts, versions and labels, many at a time."""
        ...

    @property
    def receipts(self) -> ReceiptRepository:
        """Which requests were carried out."""
        ...

    @property
    def webhooks(self) -> WebhookRepository:
        """Webhooks."""
        ...

    @property
    def webhook_deliveries(self) -> WebhookDeliveryRepository:
        """What webhooks were told."""
        ...

    @property
    def use(self) -> UseRepository:
        """How often what was used."""
        ...

    @property
    def processes(self) -> ProcessRepository:
        """Running processes, and what they serve."""
        ...

    @property
    def scores(self) -> ScoreRepository:
        """Scores of versions."""
        ...

    @property
    def leases(self) -> LeaseRepository:
        """What only one server process does at a time."""
        ...

    @property
    def changes(self) -> ChangeLog:
        """The change log, for reading."""
        ...

    @property
    def history(self) -> HistoryRepository:
        """The change log by what it is about."""
        ...

    def record(self, change: Change) -> None:
        """Append a change when the transaction commits, as the last thing it does (DESIGN section 4)."""
        ...


class Store(Protocol):
    """Where everything is kept."""

    async def read(self, work: Callable[[Transaction], Result]) -> Result:
        """Run a unit of work that changes nothing, on one consistent state."""
        ...

    async def write(self, work: Callable[[Transaction], Result]) -> Result:
        """Run a unit of work and commit it; an error undoes all of it."""
        ...

    async def scrub(self) -> None:
        """Let nothing that was overwritten remain in the store's own files, as far as it can see to that.

        Raises:
            Unavailable: When others read what was there for too long; it may be tried again.
        """
        ...
