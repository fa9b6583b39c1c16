"""What a member of an organization may do: write labels on `/api/v1`, and govern (DESIGN section 2b)."""

from __future__ import annotations

from promptwire.domain.errors import Forbidden, MissingOrganization, NotAMember, NotFound
from promptwire.domain.organizations import Organization, Team
from promptwire.domain.prompts import Prompt
from promptwire.domain.roles import Operation, OrgRole
from promptwire.domain.subjects import KeySubject, UserSubject
from promptwire.domain.texts import parse_uuid
from promptwire.domain.versions import Version
from promptwire.ports.storage import Transaction
from promptwire.services.access import org_role, team_role
from promptwire.services.administration import require_key_administers, require_key_for_all_teams
from promptwire.services.calls import Act


def require_version(tx: Transaction, act: Act, version_id: str) -> tuple[Prompt, Version]:
    """Give a version whose labels the subject may write as a member of its organization; lock its prompt.

    Source: contracts/evalguard-labels.md A18 to A23. Not the team's role counts here, but the organization's.

    Raises:
        NotFound: When there is no such version.
        MissingOrganization: When its team belongs to no organization, whoever asks.
        NotAMember: When the subject does not belong to the organization, or is a key for other teams.
        Forbidden: When the subject only reads.
    """
    known = parse_uuid(version_id)
    unlocked = tx.versions.get(known) if known else None
    prompt = tx.prompts.lock(unlocked.prompt_id) if unlocked else None
    version = tx.versions.get(unlocked.id) if unlocked else None  # again: from here on nobody else writes it
    team = tx.teams.get(prompt.team_id) if prompt else None
    if prompt is None or version is None or team is None:
        raise NotFound("version")
    _check_writes(act, require_member(tx, act, team))
    return prompt, version


def require_member(tx: Transaction, act: Act, team: Team) -> OrgRole:
    """Give the subject's role in the organization of a team.

    Raises:
        MissingOrganization: When the team belongs to none.
        NotAMember: When the subject does not belong to it, or is a key for other teams.
    """
    if team.org_id is None:
        raise MissingOrganization
    role = org_role(tx, act, team.org_id) if _in_scope(act, team) else None
    if role is None:
        raise NotAMember
    return role


def _in_scope(act: Act, team: Team) -> bool:
    return not isinstance(act.subject, KeySubject) or act.subject.key.covers(team_id=team.id, org_id=team.org_id)


def _check_writes(act: Act, role: OrgRole) -> None:
    if isinstance(act.subject, KeySubject) and act.subject.key.operation is Operation.READ_RENDER:
        raise Forbidden(needs="an API key with operation all or admin", has=act.subject.key.operation.value)
    if not role.at_least(OrgRole.MEMBER):
        raise Forbidden(needs=f"organization role {OrgRole.MEMBER.value}", has=role.value)


def require_policy(tx: Transaction, act: Act, team_id: str) -> Team:
    """Give a team whose policy the subject sees: in the team with any role, or in its organization with any.

    Raises:
        Forbidden: For everybody else; an unknown team is refused like a foreign one (px0's words).
    """
    team = tx.teams.get(team_id)
    if team is None or not (team_role(tx, act, team) or _belongs(tx, act, team)):
        raise Forbidden
    return team


def _belongs(tx: Transaction, act: Act, team: Team) -> bool:
    return team.org_id is not None and _in_scope(act, team) and org_role(tx, act, team.org_id) is not None


def governing_role(tx: Transaction, act: Act, org_id: str) -> OrgRole | None:
    """Give the role with which the subject governs in an organization; a key does so only if it was made for it.

    Raises:
        Forbidden: For any other key.
    """
    require_key_administers(act)
    return org_role(tx, act, org_id)


def require_auditor(tx: Transaction, act: Act, org_id: str) -> Organization:
    """Give an organization whose change log the subject may read: its administrators, and the instance's.

    A key reads it when it was made by an administrator, for administration, in every team; who made it and what has
    become of that person since does not matter to what it reads.

    Raises:
        Forbidden: For everybody else; an unknown organization is refused like a foreign one (px0's words).
        NotFound: When an instance administrator asks for an unknown one.
    """
    organization = tx.organizations.get(org_id)
    if isinstance(act.subject, UserSubject) and act.subject.user.is_admin:
        if organization is None:
            raise NotFound("organization")
        return organization
    role = _auditing_role(tx, act, org_id)
    if organization is None or role is None:
        raise Forbidden
    if not role.at_least(OrgRole.ADMIN):
        raise Forbidden(needs=f"organization role {OrgRole.ADMIN.value}", has=role.value)
    return organization


def _auditing_role(tx: Transaction, act: Act, org_id: str) -> OrgRole | None:
    if not isinstance(act.subject, KeySubject):
        return org_role(tx, act, org_id)
    key = act.subject.key
    if key.org_id != org_id:
        return None
    require_key_administers(act)
    require_key_for_all_teams(act)
    return key.pinned_role
