"""Who is asking, and what they may do: read inside the transaction that then does it (DESIGN sections 2b and 5)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from promptwire.domain.addresses import check_only, teams_named
from promptwire.domain.credentials import SESSION_PREFIX, ApiKey, key_org_role, key_team_role, token_hash
from promptwire.domain.errors import Forbidden, NotFound, Unauthenticated, UserNotVerified
from promptwire.domain.organizations import Team
from promptwire.domain.prompts import Prompt
from promptwire.domain.roles import Operation, OrgRole, TeamRole, counted_role
from promptwire.domain.subjects import KeySubject, OperatorSubject, Subject, UserSubject
from promptwire.domain.texts import parse_uuid
from promptwire.ports.storage import Transaction
from promptwire.services.calls import Act, Call

A_SESSION = "access token"
"""What px0 calls a session: what an operation needs that only a person may use."""


class Access(Enum):
    """Which credentials an operation takes; every route names one."""

    PUBLIC = "public"
    """Anybody, also without a credential."""
    SUBJECT = "subject"
    """A verified person's session, or any API key."""
    PERSON_OR_ADMIN_KEY = "person_or_admin_key"
    """A verified person's session, or an API key that is not for reading only."""
    PERSON = "person"
    """A verified person's session; a key never acts on profile, inbox or keys."""
    SESSION = "session"
    """A verified person's session; an API key is no credential here at all (contracts/px0.md 1.1)."""


def authenticate(tx: Transaction, call: Call, access: Access) -> Act:
    """Find out who is asking.

    Raises:
        Unauthenticated: Without a credential that means something.
        UserNotVerified: For a person who has not verified the e-mail address.
        Forbidden: For an API key where the operation takes none of its kind.
    """
    subject = _subject(tx, call)
    if isinstance(subject, UserSubject):
        if not subject.user.is_verified:
            raise UserNotVerified
        return Act(subject, call)
    if access is Access.SESSION:
        raise Unauthenticated(sent=True)
    if access is Access.PERSON:
        raise Forbidden(needs=A_SESSION, has="API key")
    if access is Access.PERSON_OR_ADMIN_KEY and subject.key.operation is Operation.READ_RENDER:
        raise Forbidden(needs="an API key with operation all or admin", has=subject.key.operation.value)
    return Act(subject, call)


def _subject(tx: Transaction, call: Call) -> Subject:
    if not call.token:
        raise Unauthenticated(sent=call.token is not None)
    digest = token_hash(call.token)
    if call.token.startswith(SESSION_PREFIX):
        session = tx.sessions.by_hash(digest)
        user = tx.users.get(session.user_id) if session and session.expires_at > call.now else None
        if user:
            return UserSubject(user)
    else:
        key = tx.keys.by_hash(digest)
        if key and (key.expires_at is None or key.expires_at > call.now):
            return KeySubject(key)
    raise Unauthenticated(sent=True)


def visible_teams(tx: Transaction, act: Act) -> Sequence[Team]:
    """List the teams whose prompts the subject sees: a person by membership only, a key by its scope."""
    if isinstance(act.subject, UserSubject):
        return tx.teams.of_user(act.subject.user.id)
    if isinstance(act.subject, OperatorSubject):
        return ()
    key = act.subject.key
    return [team for team in tx.teams.of_org(key.org_id) if key.covers(team_id=team.id, org_id=team.org_id)]


def team_role(tx: Transaction, act: Act, team: Team) -> TeamRole | None:
    """Give what the subject may do in a team; None where it sees nothing of it."""
    if isinstance(act.subject, UserSubject):
        return tx.teams.role(team.id, act.subject.user.id)
    if isinstance(act.subject, OperatorSubject):
        return TeamRole.ADMIN
    key = act.subject.key
    return _key_role(tx, key, team) if key.covers(team_id=team.id, org_id=team.org_id) else None


def _key_role(tx: Transaction, key: ApiKey, team: Team) -> TeamRole:
    maker = tx.teams.role(team.id, key.created_by) if key.created_by else None
    return key_team_role(key, org_role_of_key(tx, key), maker)


def org_role(tx: Transaction, act: Act, org_id: str) -> OrgRole | None:
    """Give the subject's role in an organization; None for who does not belong to it."""
    if isinstance(act.subject, OperatorSubject):
        return OrgRole.OWNER
    if isinstance(act.subject, KeySubject):
        return org_role_of_key(tx, act.subject.key) if act.subject.key.org_id == org_id else None
    return _user_org_role(tx, act.subject.user.id, org_id)


def org_role_of_key(tx: Transaction, key: ApiKey) -> OrgRole | None:
    """Give what a key counts as in its organization; None once its maker has left."""
    return key_org_role(key, _user_org_role(tx, key.created_by, key.org_id) if key.created_by else None)


def _user_org_role(tx: Transaction, user_id: str, org_id: str) -> OrgRole | None:
    """Give a member's role; an instance administrator who is a member counts as an administrator at least."""
    role = tx.organizations.role(org_id, user_id)
    user = tx.users.get(user_id) if role and not role.at_least(OrgRole.ADMIN) else None
    return counted_role(role, is_admin=user.is_admin) if user and role else role


def require_team(tx: Transaction, act: Act, team_id: str, needed: TeamRole) -> Team:
    """Give a team in which the subject has a role; an unknown one is refused like a foreign one (px0's words).

    Raises:
        Forbidden: Where there is no such role.
    """
    team = tx.teams.get(team_id)
    role = team_role(tx, act, team) if team else None
    if team is None or role is None:
        raise Forbidden
    _check_role(role, needed)
    return team


def require_prompt(tx: Transaction, act: Act, prompt_id: str, needed: TeamRole) -> Prompt:
    """Give a prompt on which the subject has a role; where that is more than to read, lock it.

    Raises:
        NotFound: Where the subject sees no such prompt.
        Forbidden: Where it sees it, and may not do this.
    """
    prompt = tx.prompts.get(prompt_id) if needed is TeamRole.VIEWER else tx.prompts.lock(prompt_id)
    team = tx.teams.get(prompt.team_id) if prompt else None
    role = team_role(tx, act, team) if team else None
    if prompt is None or role is None:
        raise NotFound("prompt")
    _check_role(role, needed)
    return prompt


def find_prompt(tx: Transaction, act: Act, reference: str, team: str | None = None) -> Prompt:
    """Give the prompt that an id or a slug means.

    Raises:
        NotFound: Where the subject sees no such prompt.
        AmbiguousSlug: Where a slug means prompts in several teams, and no team was named.
    """
    prompt_id = parse_uuid(reference)
    if prompt_id is not None:
        return require_prompt(tx, act, prompt_id, TeamRole.VIEWER)
    return find_by_slug(tx, act, reference, team)


def find_by_slug(tx: Transaction, act: Act, slug: str, team: str | None = None) -> Prompt:
    """Give the prompt that a slug means, in the team that a slug or an id names where one is named.

    Raises:
        NotFound: Where the subject sees no such prompt.
        AmbiguousSlug: Where it means prompts in several teams, and no team was named.
    """
    teams = teams_named(visible_teams(tx, act), team)
    found = tx.prompts.by_slug(slug, teams.keys()) if teams else ()
    check_only(slug, [teams[prompt.team_id] for prompt in found])
    return found[0]


def _check_role(role: TeamRole, needed: TeamRole) -> None:
    if not role.at_least(needed):
        raise Forbidden(needs=f"team role {needed.value}", has=role.value)
