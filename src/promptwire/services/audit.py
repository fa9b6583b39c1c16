"""The audit trail: the change log of an organization, for those who answer for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from promptwire.domain.changes import Entry, Query, Scope
from promptwire.ports.storage import Transaction
from promptwire.services.calls import Act, Input
from promptwire.services.membership import require_auditor


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some entries, newest first, and where the next page begins."""

    entries: Sequence[Entry]
    next_before: int | None
    """The revision below which the next page begins; None on the last page."""


def of_org(tx: Transaction, act: Act, org_id: str, read: Input[Query]) -> Page:
    """List the changes in an organization, newest first; needs an administrator.

    Raises:
        Forbidden, NotFound, InvalidInput: As their names say.
    """
    organization = require_auditor(tx, act, org_id)
    query = read()
    found = tx.changes.of_scope(str(Scope("org", organization.id)), replace(query, limit=query.limit + 1))
    entries = found[: query.limit]
    return Page(entries=entries, next_before=entries[-1].revision if len(found) > query.limit else None)
