"""What a subject may do in a team and with a prompt, and why not: asked of the rules themselves, and nothing done.

An interface shows by it what is worth trying. What counts is still decided when it is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from promptwire.domain.errors import DomainError, Forbidden, ProtectedLabelRefused
from promptwire.domain.label_limits import check_moves_within, movable, readable
from promptwire.domain.moves import Move
from promptwire.domain.organizations import Team
from promptwire.domain.prompts import Prompt
from promptwire.domain.protected_labels import Obstacle, ProtectedLabel, check_can_govern, obstacles
from promptwire.domain.roles import OrgRole, TeamRole
from promptwire.domain.subjects import KeySubject
from promptwire.domain.texts import fold
from promptwire.domain.versions import LIVE
from promptwire.ports.storage import Transaction
from promptwire.services.access import A_SESSION, org_role, require_prompt, require_team, team_role
from promptwire.services.administration import (
    check_administers_team,
    governing_role,
    is_instance_admin,
    require_auditor,
    require_org_admin,
)
from promptwire.services.calls import Act

AN_ORGANIZATION = "a team that belongs to an organization"
_ELSEWHERE = "another version"
"""Where a label would be moved to: any version that it is not on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Whether a subject may do something, as far as roles go."""

    action: str
    refusal: Forbidden | None
    """Why not; None where it may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelPermission:
    """Whether a subject may move a label, `live` for the status, to another version now."""

    label: str
    version: int | None
    """The number of the version that it is on."""
    refusal: DomainError | None
    obstacles: Sequence[Obstacle] = ()
    is_protected: bool = False
    can_request_approval: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """What a subject may do in a team, or with a prompt of it."""

    team: Team
    team_role: TeamRole | None
    org_role: OrgRole | None
    actions: Sequence[Permission]
    labels: Sequence[LabelPermission] = ()
    """Of a prompt: those it has, `live`, and those that are protected in its team, by code point."""


def of_team(tx: Transaction, act: Act, team_id: str) -> Permissions:
    """Tell what the subject may do in a team; needs a viewer.

    Raises:
        Forbidden: As its name says.
    """
    team = require_team(tx, act, team_id, TeamRole.VIEWER)
    rules = {
        "create_prompts": lambda: _check_role(tx, act, team, TeamRole.EDITOR),
        "update_team": lambda: check_administers_team(tx, act, team),
        "protect_labels": lambda: check_can_govern(governing_role(tx, act, _org(team))),
        "manage_api_keys": lambda: _check_manages_keys(tx, act, team),
        "manage_webhooks": lambda: _ignore(require_org_admin(tx, act, _org(team))),
        "read_audit_log": lambda: require_auditor(tx, act, _org(team)),
    }
    return _permissions(tx, act, team, rules)


def of_prompt(tx: Transaction, act: Act, prompt_id: str) -> Permissions:
    """Tell what the subject may do with a prompt, and which of its labels it may move; needs a viewer.

    Raises:
        NotFound: As its name says.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.VIEWER)
    team = require_team(tx, act, prompt.team_id, TeamRole.VIEWER)
    needed = {
        "update_prompt": TeamRole.EDITOR,
        "archive_prompt": TeamRole.ADMIN,
        "restore_prompt": TeamRole.ADMIN,
        "move_prompt": TeamRole.ADMIN,
        "create_versions": TeamRole.EDITOR,
        "update_versions": TeamRole.EDITOR,
        "write_payloads": TeamRole.EDITOR,
    }
    rules = {action: _needing(tx, act, team, role) for action, role in needed.items()}
    rules["purge_versions"] = lambda: _check_purges(tx, act, team)
    return _permissions(tx, act, team, rules, labels=_labels(tx, act, team, prompt))


def _permissions(
    tx: Transaction,
    act: Act,
    team: Team,
    rules: dict[str, Callable[[], None]],
    *,
    labels: Sequence[LabelPermission] = (),
) -> Permissions:
    return Permissions(
        team=team,
        team_role=team_role(tx, act, team),
        org_role=org_role(tx, act, team.org_id) if team.org_id else None,
        actions=[Permission(action=action, refusal=_refusal(rule)) for action, rule in rules.items()],
        labels=labels,
    )


def _refusal(rule: Callable[[], None]) -> Forbidden | None:
    try:
        rule()
    except Forbidden as refused:
        return refused
    return None


def _needing(tx: Transaction, act: Act, team: Team, role: TeamRole) -> Callable[[], None]:
    return lambda: _check_role(tx, act, team, role)


def _check_role(tx: Transaction, act: Act, team: Team, needed: TeamRole) -> None:
    require_team(tx, act, team.id, needed)


def _check_manages_keys(tx: Transaction, act: Act, team: Team) -> None:
    if isinstance(act.subject, KeySubject):
        raise Forbidden(needs=A_SESSION, has="API key")
    require_org_admin(tx, act, _org(team))


def _check_purges(tx: Transaction, act: Act, team: Team) -> None:
    if not is_instance_admin(act):
        require_org_admin(tx, act, _org(team))


def _org(team: Team) -> str:
    if team.org_id is None:
        raise Forbidden(needs=AN_ORGANIZATION)
    return team.org_id


def _ignore(_: object) -> None:
    """Be content that nothing was raised."""


def _labels(tx: Transaction, act: Act, team: Team, prompt: Prompt) -> list[LabelPermission]:
    holders = dict(tx.labels.numbers(prompt.id))
    live = tx.versions.live(prompt.id)
    registry = tx.protected_labels.of_team(team.id) if team.org_id else ()
    role = org_role(tx, act, team.org_id) if team.org_id else None
    names = {*holders, LIVE, *(one.label for one in registry)}
    numbers: dict[str, int | None] = {**dict.fromkeys(names), **holders, LIVE: live.number if live else None}
    editor = _refusal(_needing(tx, act, team, TeamRole.EDITOR))
    limit = readable(act.subject)
    return [
        _label(act, label, number, registry=registry, role=role, refusal=editor)
        for label, number in sorted(numbers.items())
        if limit.allows(label)
    ]


def _label(
    act: Act,
    label: str,
    number: int | None,
    *,
    registry: Iterable[ProtectedLabel],
    role: OrgRole | None,
    refusal: Forbidden | None,
) -> LabelPermission:
    move = Move(label=label, from_version_id=str(number) if number else None, to_version_id=_ELSEWHERE)
    found = obstacles([move], registry, role=role, now=act.now)
    limited = _refusal(lambda: check_moves_within(movable(act.subject), [label]))
    refused = refusal or limited or (ProtectedLabelRefused(found, role) if found else None)
    approvable = any(one.is_approvable for one in found) and not any(one.immutable or one.checked for one in found)
    return LabelPermission(
        label=label,
        version=number,
        refusal=refused,
        obstacles=found,
        is_protected=fold(label) in {one.key for one in registry},
        can_request_approval=approvable and not (refusal or limited),
    )
