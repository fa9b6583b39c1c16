"""The audit trail: the change log of an organization, for those who answer for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from promptwire.domain.changes import Entry, Query, Scope
from promptwire.ports.storage import Transaction
from promptwire.services.administration import require_auditor
from promptwire.services.calls import Act, Input


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some entries, newest first, and where the next page begins."""

    entries: Sequence[Entry]
    names: Mapping[tuple[str, str], str | None]
    """What the subjects, by kind and id, are called now: the log itself knows ids only."""
    next_before: int | None
    """The revision below which the next page begins; None on the last page."""


def of_org(tx: Transaction, act: Act, org_id: str, read: Input[Query]) -> Page:
    """List the changes in an organization, newest first; needs an administrator.

    Raises:
        Forbidden, InvalidInput: As their names say.
    """
    require_auditor(tx, act, org_id)
    query = read()
    found = tx.changes.of_scope(str(Scope("org", org_id)), replace(query, limit=query.limit + 1))
    entries = found[: query.limit]
    return Page(
        entries=entries,
        names={subject: _name(tx, *subject) for subject in {entry.change.subject for entry in entries}},
        next_before=entries[-1].revision if len(found) > query.limit else None,
    )


def onward(tx: Transaction, act: Act, org_id: str, read: Input[Query]) -> Sequence[Entry]:
    """List the changes in an organization, oldest first; needs what `of_org` needs.

    Raises:
        Forbidden, InvalidInput: As their names say.
    """
    require_auditor(tx, act, org_id)
    return tx.changes.of_scope_onward(str(Scope("org", org_id)), read())


def _name(tx: Transaction, kind: str, subject_id: str) -> str | None:
    if kind == "api_key":
        return tx.keys.name(subject_id)
    user = tx.users.get(subject_id) if kind == "user" else None
    return user.email if user else None
