"""One transaction: every noun of the store, and the changes it will append when it commits."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from promptwire.domain.changes import Change, Entry
from promptwire.storage.accounts import Keys, Sessions, Users
from promptwire.storage.change_requests import ChangeRequests
from promptwire.storage.changes import Changes
from promptwire.storage.codes import Codes, Invitations
from promptwire.storage.delivery import Delivery
from promptwire.storage.history import History
from promptwire.storage.identities import Identities
from promptwire.storage.join_requests import JoinRequests
from promptwire.storage.labels import Labels
from promptwire.storage.leases import Leases
from promptwire.storage.organizations import Organizations
from promptwire.storage.payloads import Payloads
from promptwire.storage.processes import Processes
from promptwire.storage.prompts import Prompts, Versions
from promptwire.storage.protected_labels import ProtectedLabels
from promptwire.storage.receipts import Receipts
from promptwire.storage.scores import Scores
from promptwire.storage.search import Search
from promptwire.storage.teams import Teams
from promptwire.storage.use import Use
from promptwire.storage.webhook_deliveries import WebhookDeliveries
from promptwire.storage.webhooks import Webhooks


class SqlTransaction:
    """All of the store, as one transaction sees it."""

    def __init__(self, connection: Connection) -> None:
        self.users = Users(connection)
        self.sessions = Sessions(connection)
        self.codes = Codes(connection)
        self.invitations = Invitations(connection)
        self.identities = Identities(connection)
        self.organizations = Organizations(connection)
        self.teams = Teams(connection)
        self.join_requests = JoinRequests(connection)
        self.keys = Keys(connection)
        self.prompts = Prompts(connection)
        self.versions = Versions(connection)
        self.search = Search(connection)
        self.payloads = Payloads(connection)
        self.labels = Labels(connection)
        self.protected_labels = ProtectedLabels(connection)
        self.change_requests = ChangeRequests(connection)
        self.delivery = Delivery(connection)
        self.receipts = Receipts(connection)
        self.webhooks = Webhooks(connection)
        self.webhook_deliveries = WebhookDeliveries(connection)
        self.use = Use(connection)
        self.processes = Processes(connection)
        self.scores = Scores(connection)
        self.leases = Leases(connection)
        self.changes = Changes(connection)
        self.history = History(connection)
        self._recorded: list[Change] = []

    def record(self, change: Change) -> None:
        """Append a change when the transaction commits, as the last thing it does."""
        self._recorded.append(change)

    def append_recorded(self) -> Sequence[Entry]:
        """Append what was recorded; the commit must follow."""
        return self.changes.append(self._recorded)
