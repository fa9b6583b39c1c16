"""The history of a prompt and its labels, for everybody who may read the prompt; from the change log only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from promptwire.domain.changes import Change, Entry
from promptwire.domain.errors import Forbidden, InvalidInput
from promptwire.domain.history import Event, Served, events
from promptwire.domain.label_limits import NO_LIMIT, check_reads, readable
from promptwire.domain.organizations import Team
from promptwire.domain.pages import Cut
from promptwire.domain.roles import Operation, TeamRole
from promptwire.domain.subjects import KeySubject
from promptwire.domain.versions import by_label
from promptwire.ports.storage import Transaction
from promptwire.services.access import require_prompt
from promptwire.services.administration import is_instance_admin
from promptwire.services.calls import Act, Input

Names = Mapping[tuple[str, str], str | None]
"""What subjects, by kind and id, are called now; None for who is gone, and who the reader may not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which part of a prompt's history is asked for."""

    cut: Cut[int]
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A part of a prompt's history, newest first."""

    events: Sequence[Event]
    names: Names
    next_before: int | None
    """The `seq` below which the next part begins; None at the end."""


def of_prompt(tx: Transaction, act: Act, prompt_id: str, read: Input[Asked]) -> Past:
    """List what happened to a prompt, or to one label of it, wherever it belonged then; needs a viewer.

    Raises:
        NotFound, InvalidInput: As their names say.
        Forbidden: For a key that is limited to reading other labels.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.VIEWER)
    asked = read()
    _check_reads(act, asked.label)
    limit = asked.cut.limit
    found = tx.history.of_prompt(prompt.id, asked.label, before=asked.cut.after, limit=limit + 2)
    told = events(found[:limit])
    if len(events(found[: limit + 1])) == len(told):  # the next entry is part of the last event
        limit, told = limit + 1, events(found[: limit + 1])
    return Past(
        events=told,
        names=names_for(tx, act, tx.teams.get(prompt.team_id), [one.entry for one in told]),
        next_before=found[limit - 1].seq if len(found) > limit else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """What was served at some time."""

    at: datetime
    served: Sequence[Served]
    """By label; what led nowhere is left out where all are asked for."""
    names: Names


def served(tx: Transaction, act: Act, prompt_id: str, read: Input[tuple[str | None, datetime | None]]) -> Then:
    """Give what one label, or every label and the live status, led to at a time; needs a viewer.

    Raises:
        NotFound, InvalidInput: As their names say.
        Forbidden: For a key that is limited to reading other labels.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.VIEWER)
    label, at = read()
    at = check_past(at, act.now)
    if label is not None:
        _check_reads(act, label)
        found = [led(tx, prompt.id, label, at)]
    else:
        readable_labels = [one for one in tx.history.labels(prompt.id) if readable(act.subject).allows(one)]
        found = [one for one in (led(tx, prompt.id, one, at) for one in readable_labels) if one.holder]
    entries = [one.event.entry for one in found if one.event]
    return Then(at=at, served=found, names=names_for(tx, act, tx.teams.get(prompt.team_id), entries))


def _check_reads(act: Act, label: str | None) -> None:
    """Let a key that is limited to some labels read the past of these only."""
    limit = readable(act.subject)
    if label is not None:
        check_reads(limit, by_label(label), ())
    elif limit != NO_LIMIT:
        raise Forbidden(needs="an API key that may read every label", has=f"one limited to reading {limit}")


def led(tx: Transaction, prompt_id: str, label: str, at: datetime) -> Served:
    """Give what a label of a prompt led to at a time."""
    event = last_move(tx, prompt_id, label, at)
    holder = event.after if event else None
    version = tx.history.last_of("version", holder.version_id, at) if holder else None
    content_hash = version.after.get("content_hash") if version else None
    return Served(label=label, at=at, event=event, content_hash=str(content_hash) if content_hash else None)


def last_move(tx: Transaction, prompt_id: str, label: str, at: datetime | None) -> Event | None:
    """Give the last move of a label of a prompt, up to a time if one is given."""
    found = events(tx.history.moves(prompt_id, label, at, 2))  # two: to become live may displace another version
    return found[0] if found else None


def check_past(at: datetime | None, now: datetime) -> datetime:
    """Give back a time that has been, or now where none is given.

    Raises:
        InvalidInput: When it is yet to come.
    """
    if at is None:
        return now
    if at > now:
        raise InvalidInput("at must not be in the future", "at")
    return at


def names_for(tx: Transaction, act: Act, team: Team | None, entries: Sequence[Entry]) -> Names:
    """Name who did something, as far as the reader may know them.

    Those are who belongs to the team or its organization now, and what acted as a key of it.
    """
    changes = {entry.change.subject: entry.change for entry in entries}
    return {subject: _name(tx, act, team, change) for subject, change in changes.items()}


def _name(tx: Transaction, act: Act, team: Team | None, change: Change) -> str | None:
    kind, subject_id = change.subject
    if isinstance(act.subject, KeySubject) and act.subject.key.operation is Operation.READ_RENDER:
        return None  # such keys lie in applications
    if kind == "api_key":
        its_own = team is not None and change.scope == team.scope
        return tx.keys.name(subject_id) if its_own or is_instance_admin(act) else None
    user = tx.users.get(subject_id) if kind == "user" and _may_know(tx, act, team, subject_id) else None
    return user.email if user else None


def _may_know(tx: Transaction, act: Act, team: Team | None, user_id: str) -> bool:
    if act.user_id == user_id or is_instance_admin(act):
        return True
    if team is None:
        return False
    return bool(tx.teams.role(team.id, user_id) or (team.org_id and tx.organizations.role(team.org_id, user_id)))
