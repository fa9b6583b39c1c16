"""What belonging to an organization opens: labels on `/api/v1`, and the policy of its teams (DESIGN section 2b)."""

from __future__ import annotations

from promptwire.domain.errors import Forbidden, MissingOrganization, NotAMember, NotFound
from promptwire.domain.label_limits import check_reads, leading_to, readable
from promptwire.domain.organizations import Team
from promptwire.domain.prompts import Prompt
from promptwire.domain.roles import Operation, OrgRole, TeamRole
from promptwire.domain.subjects import KeySubject
from promptwire.domain.texts import parse_uuid
from promptwire.domain.versions import ByNumber, Version
from promptwire.ports.storage import Transaction
from promptwire.services.access import org_role, team_role
from promptwire.services.administration import sees_org
from promptwire.services.calls import Act


def require_version(tx: Transaction, act: Act, version_id: str) -> tuple[Prompt, Version]:
    """Give a version whose labels the subject may write as a member of its organization; lock its prompt.

    Source: contracts/evalguard-labels.md A18 to A23; DESIGN section 2b: administrators and owners of the organization
    count as administrators of its teams here.

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
    check_writes(tx, act, team)
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


def require_team_of_member(tx: Transaction, act: Act, team_id: str) -> Team:
    """Give a team whose prompts the subject sees as a member of its organization, or as a key that covers it.

    What a key reads does not depend on who made it.

    Raises:
        NotFound: Where there is no such team for the subject.
        MissingOrganization: When the team is the subject's own, and belongs to no organization.
    """
    team = tx.teams.get(team_id)
    if team is None or not (_belongs(tx, act, team) or (team.org_id is None and team_role(tx, act, team))):
        raise NotFound("team")
    if team.org_id is None:
        raise MissingOrganization
    return team


def find_version_of_member(tx: Transaction, act: Act, version_id: str) -> Version:
    """Give a version that the subject sees as a member of its organization, or as a key that covers its team.

    Raises:
        NotFound, MissingOrganization, NotAMember: As `require_version`, in this order.
        Forbidden: For a key that is limited to other labels.
    """
    known = parse_uuid(version_id)
    version = tx.versions.get(known) if known else None
    prompt = tx.prompts.get(version.prompt_id) if version else None
    team = tx.teams.get(prompt.team_id) if prompt else None
    if version is None or team is None:
        raise NotFound("version")
    if team.org_id is None:
        raise MissingOrganization
    if not _belongs(tx, act, team):
        raise NotAMember
    check_reads(readable(act.subject), ByNumber(version.number), leading_to(version))
    return version


def check_writes(tx: Transaction, act: Act, team: Team) -> None:
    """Let pass who may write prompts of a team as a member of its organization.

    Raises:
        MissingOrganization, NotAMember, Forbidden: As `require_version`.
    """
    _check_writes(tx, act, team, require_member(tx, act, team))


def _belongs(tx: Transaction, act: Act, team: Team) -> bool:
    """Tell whether the subject sees a team's prompts by belonging to its organization (DESIGN section 2b)."""
    if team.org_id is None or isinstance(act.subject, KeySubject):
        return team.org_id is not None and _in_scope(act, team)
    return org_role(tx, act, team.org_id) is not None


def _in_scope(act: Act, team: Team) -> bool:
    return not isinstance(act.subject, KeySubject) or act.subject.key.covers(team_id=team.id, org_id=team.org_id)


def _check_writes(tx: Transaction, act: Act, team: Team, role: OrgRole) -> None:
    """Ask for a member who is a team editor, or an administrator of the organization, who counts as more."""
    if isinstance(act.subject, KeySubject) and act.subject.key.operation is Operation.READ_RENDER:
        raise Forbidden(needs="an API key with operation all or admin", has=act.subject.key.operation.value)
    if not role.at_least(OrgRole.MEMBER):
        raise Forbidden(needs=f"organization role {OrgRole.MEMBER.value}", has=role.value)
    counts_as_admin = role.at_least(OrgRole.ADMIN) and not isinstance(act.subject, KeySubject)
    part = TeamRole.ADMIN if counts_as_admin else team_role(tx, act, team)
    if part is None or not part.at_least(TeamRole.EDITOR):
        raise Forbidden(needs=f"team role {TeamRole.EDITOR.value}", has=part.value if part else None)


def require_policy(tx: Transaction, act: Act, team_id: str) -> Team:
    """Give a team whose policy the subject sees: with any role in the team, or any part in its organization.

    Raises:
        Forbidden: For everybody else; an unknown team is refused like a foreign one (px0's words).
    """
    team = tx.teams.get(team_id)
    if team is None or not (team_role(tx, act, team) or has_part(tx, act, team)):
        raise Forbidden
    return team


def has_part(tx: Transaction, act: Act, team: Team) -> bool:
    """Tell whether the subject has a part in a team's organization, and so may know that the team is there."""
    return team.org_id is not None and _in_scope(act, team) and sees_org(tx, act, team.org_id)
