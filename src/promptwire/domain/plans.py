"""Plans: all that one call would do to the labels and the statuses of a prompt, before anybody decides on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from promptwire.domain.errors import DomainError, NotFound, VersionPurged, WrongStatus
from promptwire.domain.labels import NO_LABELS, LabelRequest
from promptwire.domain.move_errors import CannotRollBack
from promptwire.domain.moves import Effect, Move
from promptwire.domain.prompts import Prompt
from promptwire.domain.versions import LIVE, Status, Version, promotion_target


@dataclass(frozen=True, slots=True, kw_only=True)
class Leads:
    """Where everything in a prompt leads now."""

    labels: Mapping[str, str]
    """The id of the version that each label is on."""
    live: Version | None


class Kind(Enum):
    """What a call asks for, as far as others can approve it."""

    LABELS = "labels"
    PROMOTE = "promote"
    DEMOTE = "demote"
    ROLLBACK = "rollback"
    ARCHIVE = "archive"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a call asks for, so that it can be planned again when others have approved it."""

    kind: Kind
    version: Version
    request: LabelRequest = NO_LABELS
    to: Status | None = None

    def plan(self, prompt: Prompt, leads: Leads) -> Plan:
        """Plan it as things are now."""
        match self.kind:
            case Kind.LABELS:
                return relabelling(prompt, self.version, self.request, leads)
            case Kind.PROMOTE:
                target = promotion_target(self.version.status, self.to)
                return promotion(prompt, self.version, target, leads)
            case Kind.DEMOTE:
                return demotion(prompt, self.version, leads)
            case Kind.ROLLBACK:
                return rollback(prompt, self.version, leads)
            case Kind.ARCHIVE:
                return archival(prompt, self.version)
            case Kind.DELETE:
                return deletion(prompt, self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """A version that gets another status, and the action by which the change log knows it."""

    version: Version
    status: Status
    action: str

    def at(self, now: datetime) -> Version:
        """Give the version as it is afterwards."""
        published_at = now if self.status is Status.LIVE else self.version.published_at
        return replace(self.version, status=self.status, published_at=published_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that one call would do to one prompt; what is not a change is named too, for that is asked for as well."""

    prompt: Prompt
    version: Version | None = None
    """The version that the call is about."""
    moves: tuple[Move, ...] = ()
    statuses: tuple[StatusChange, ...] = ()
    """In the order in which they are written."""
    deletes: bool = False
    """Whether the version leaves the store."""
    fault: DomainError | None = None
    """What is wrong with the call itself; who may not make it does not hear of it."""
    wish: Wish | None = None
    """What it was made of; None where nobody else could approve it."""
    other_teams: tuple[str, ...] = ()
    """Teams whose registries are asked beside that of the prompt's own."""

    def __post_init__(self) -> None:
        """Refuse a plan that changes the live status without saying so."""
        changes_live = any(Status.LIVE in {one.status, one.version.status} for one in self.statuses)
        if changes_live and not any(move.label == LIVE for move in self.moves):
            raise ValueError("a plan that changes the live status names it among its moves")


def relabelling(prompt: Prompt, version: Version, request: LabelRequest, leads: Leads) -> Plan:
    """Plan what a request does to the labels of a version.

    What is there already, and what is on another version and only to be removed here, does not change
    (contracts/evalguard-labels.md A1, A6, A7).
    """
    removed = [_removal(label, version.id, leads) for label in request.remove]
    added = [
        Move(label=label, from_version_id=leads.labels.get(label), to_version_id=version.id) for label in request.add
    ]
    fault = VersionPurged(version.number) if version.purge and added else None
    wish = Wish(kind=Kind.LABELS, version=version, request=request)
    return Plan(prompt=prompt, version=version, moves=(*removed, *added), wish=wish, fault=fault)


def _removal(label: str, version_id: str, leads: Leads) -> Move:
    holder = leads.labels.get(label)
    return Move(label=label, from_version_id=holder, to_version_id=None if holder == version_id else holder)


def unlabelling(prompt: Prompt, label: str, version: Version | None) -> Plan:
    """Plan to take a label away from the version it is on."""
    if version is None:
        move = Move(label=label, from_version_id=None, to_version_id=None)
        return Plan(prompt=prompt, moves=(move,), fault=NotFound("label"))
    move = Move(label=label, from_version_id=version.id, to_version_id=None)
    wish = Wish(kind=Kind.LABELS, version=version, request=LabelRequest(remove=(label,)))
    return Plan(prompt=prompt, version=version, moves=(move,), wish=wish)


def promotion(prompt: Prompt, version: Version, target: Status, leads: Leads) -> Plan:
    """Plan the way of a version to stable or live; what was live before becomes stable."""
    action = "version.promoted"
    if target is not Status.LIVE:
        return Plan(prompt=prompt, version=version, statuses=_becomes(version, target, action))
    live = Move(label=LIVE, from_version_id=leads.live.id if leads.live else None, to_version_id=version.id)
    displaced = _becomes(leads.live, Status.STABLE, "version.displaced") if leads.live and live.changes else ()
    return Plan(
        prompt=prompt,
        version=version,
        moves=(live,),
        statuses=(*displaced, *_becomes(version, target, action)),
        wish=Wish(kind=Kind.PROMOTE, version=version, to=target),
    )


def rollback(prompt: Prompt, version: Version, leads: Leads) -> Plan:
    """Plan to let a stable version be live again; what is live becomes stable."""
    live = Move(label=LIVE, from_version_id=leads.live.id if leads.live else None, to_version_id=version.id)
    displaced = _becomes(leads.live, Status.STABLE, "version.displaced") if leads.live and live.changes else ()
    return Plan(
        prompt=prompt,
        version=version,
        moves=(live,),
        statuses=(*displaced, *_becomes(version, Status.LIVE, "version.rolled_back")),
        fault=None if version.status is Status.STABLE else CannotRollBack(version.status.value),
        wish=Wish(kind=Kind.ROLLBACK, version=version),
    )


def demotion(prompt: Prompt, version: Version, leads: Leads) -> Plan:
    """Plan the way of the live version back to stable; no version is live then."""
    before = leads.live.id if leads.live else None
    is_live = version.status is Status.LIVE
    return Plan(
        prompt=prompt,
        version=version,
        moves=(Move(label=LIVE, from_version_id=before, to_version_id=None if is_live else before),),
        statuses=_becomes(version, Status.STABLE, "version.demoted") if is_live else (),
        fault=None if is_live else WrongStatus("demote", version.status.value),
        wish=Wish(kind=Kind.DEMOTE, version=version),
    )


def archival(prompt: Prompt, version: Version) -> Plan:
    """Plan to take a version out of use; its labels stay and still lead to it."""
    is_archived = version.status is Status.ARCHIVED
    return Plan(
        prompt=prompt,
        version=version,
        moves=_on(version, Effect.RETIRES, live_goes=True),
        statuses=_becomes(version, Status.ARCHIVED, "version.archived"),
        fault=WrongStatus("archive", version.status.value) if is_archived else None,
        wish=Wish(kind=Kind.ARCHIVE, version=version),
    )


def deletion(prompt: Prompt, version: Version) -> Plan:
    """Plan to remove a draft for good, with its labels; any other version is archived (contracts/px0.md 1.5)."""
    if version.status is Status.ARCHIVED:
        return Plan(prompt=prompt, version=version)
    if version.status is not Status.DRAFT:
        return archival(prompt, version)
    removed = tuple(Move(label=label, from_version_id=version.id, to_version_id=None) for label in version.labels)
    wish = Wish(kind=Kind.DELETE, version=version)
    return Plan(prompt=prompt, version=version, moves=removed, deletes=True, wish=wish)


def erasure(prompt: Prompt, version: Version) -> Plan:
    """Plan to let nothing lead to a version any more, for its text is to be erased."""
    named = [*version.labels, *([LIVE] if version.status is Status.LIVE else [])]
    return Plan(
        prompt=prompt,
        version=version,
        moves=tuple(Move(label=label, from_version_id=version.id, to_version_id=None) for label in named),
        statuses=_becomes(version, Status.ARCHIVED, "version.archived"),
    )


def edit(prompt: Prompt, version: Version) -> Plan:
    """Plan a change of what a version says, under its labels."""
    return Plan(prompt=prompt, version=version, moves=_on(version, Effect.TEXT))


def retirement(prompt: Prompt, leads: Leads) -> Plan:
    """Plan to take a whole prompt out of use; everything in it leads where it did."""
    return Plan(prompt=prompt, moves=_whole(leads, Effect.RETIRES))


def departure(prompt: Prompt, leads: Leads, *other_teams: str) -> Plan:
    """Plan to let a prompt go to another team, with all that leads to its versions.

    The registry of that team is asked too, or protection could be shed by moving out and back
    (contracts/evalguard-labels.md A29).
    """
    return Plan(prompt=prompt, moves=_whole(leads, Effect.LEAVES), other_teams=other_teams)


def removal(prompt: Prompt, leads: Leads) -> Plan:
    """Plan to let a prompt leave the store; its labels are taken away, its versions go with it."""
    gone = (replace(one, to_version_id=None) for one in _whole(leads, Effect.LEAVES))
    return Plan(prompt=prompt, moves=tuple(gone))


def _becomes(version: Version, status: Status, action: str) -> tuple[StatusChange, ...]:
    if version.status is status:
        return ()
    return (StatusChange(version=version, status=status, action=action),)


def _on(version: Version, effect: Effect, *, live_goes: bool = False) -> tuple[Move, ...]:
    """Name every label on a version, and `live` where it is."""
    held = [_stays(label, version.id, effect) for label in version.labels]
    if version.status is Status.LIVE:
        live = _stays(LIVE, version.id, effect)
        held.append(replace(live, to_version_id=None, effect=Effect.LEADS) if live_goes else live)
    return tuple(held)


def _whole(leads: Leads, effect: Effect) -> tuple[Move, ...]:
    every = dict(leads.labels) | ({LIVE: leads.live.id} if leads.live else {})
    return tuple(_stays(label, version_id, effect) for label, version_id in sorted(every.items()))


def _stays(label: str, version_id: str, effect: Effect) -> Move:
    return Move(label=label, from_version_id=version_id, to_version_id=version_id, effect=effect)
