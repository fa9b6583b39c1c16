"""API keys: make, list and revoke them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from promptwire.domain.changes import Facts, Scope, timestamp
from promptwire.domain.credentials import KEY_PREFIX, ApiKey, IssuedKey, NewKey, check_expiry, token_hash
from promptwire.domain.errors import Forbidden, InvalidInput, NotFound
from promptwire.domain.label_limits import check_limit, check_readable
from promptwire.domain.organizations import Member, Organization, Team
from promptwire.domain.pages import Cut, Moment, Page, moment_of
from promptwire.domain.roles import Operation, OrgRole
from promptwire.domain.texts import check_name, parse_uuid
from promptwire.domain.users import email_key
from promptwire.ports.storage import Transaction
from promptwire.services.administration import require_org_admin, require_person, sees_org
from promptwire.services.calls import Act, Input, Object, new_id, record
from promptwire.services.secrets import new_secret


@dataclass(frozen=True, slots=True)
class Maker:
    """Who answers for a key, and the organization role that its writes never exceed."""

    user_id: str
    role: OrgRole


def create(tx: Transaction, act: Act, read: Input[NewKey]) -> IssuedKey:
    """Make a key of an organization; needs its administrator, who answers for it.

    Raises:
        Forbidden, InvalidInput, InvalidBody, NotFound: As their names say.
    """
    new = read()
    role = require_org_admin(tx, act, new.org_id)
    return issue(tx, act, new, maker=Maker(require_person(act).id, role))


def of_org(tx: Transaction, act: Act, org_id: str, read: Input[Cut[Moment] | None]) -> Page[ApiKey, Moment]:
    """List the keys of an organization, newest first; needs its administrator.

    Raises:
        Forbidden, InvalidInput: As their names say.
    """
    require_org_admin(tx, act, org_id)
    cut = read()
    return Page.of(tx.keys.of_org(org_id, cut), cut, moment_of)


def revoke(tx: Transaction, act: Act, key_id: str) -> None:
    """End a key at once; needs an administrator of its organization.

    Raises:
        NotFound: When there is no such key, or it is one of an organization that the subject has no part in.
        Forbidden: As its name says.
    """
    key, _ = require_key(tx, act, key_id)
    tx.keys.revoke(key.id, act.now)
    record(tx, act, Scope("org", key.org_id), "key.deleted", of=Object("key", key.id), before=facts(key))


def require_key(tx: Transaction, act: Act, key_id: str) -> tuple[ApiKey, OrgRole]:
    """Give a key, locked, and the role with which the subject administers its organization.

    Raises:
        NotFound: When there is no such key, or it is one of an organization that the subject has no part in.
        Forbidden: As its name says.
    """
    key = tx.keys.lock(key_id)
    if key is None or not sees_org(tx, act, key.org_id):
        raise NotFound("key")
    return key, require_org_admin(tx, act, key.org_id)


def forget_team(tx: Transaction, act: Act, team: Team) -> None:
    """Take a team that leaves its organization from the limits of every key; one with none left covers nothing."""
    limited = tx.keys.limited_to(team.id)
    tx.keys.drop_team(team.id)
    for key in limited:
        narrowed = replace(key, team_ids=tuple(one for one in key.team_ids or () if one != team.id))
        of, scope = Object("key", key.id), Scope("org", key.org_id)
        record(tx, act, scope, "key.updated", of=of, before=facts(key), after=facts(narrowed))


def forget_organization(tx: Transaction, act: Act, org_id: str) -> None:
    """Note the end of every key of an organization that leaves the store."""
    for key in tx.keys.of_org(org_id, None):
        record(tx, act, Scope("org", org_id), "key.deleted", of=Object("key", key.id), before=facts(key))


def create_local(
    tx: Transaction, act: Act, name: str, *, organization: str | None = None, email: str | None = None
) -> IssuedKey:
    """Make an organization-wide key for `all`; for the operator on the server's machine.

    The organization is given by id or name, or is the only one; the key is made in the name of its administrator or
    owner with this address, or of its first owner.

    Raises:
        InvalidInput: When the name may not be stored, or the organization is not given and not the only one.
        NotFound: When there is no such organization, person, or owner.
        Forbidden: When the person does not administer the organization.
    """
    owner = _organization(tx, organization)
    member = _administrator(tx.organizations.members(owner.id), email)
    new = NewKey(name=name, org_id=owner.id, operation=Operation.ALL.value)
    return issue(tx, act, new, maker=Maker(member.user.id, member.role))


def issue(tx: Transaction, act: Act, new: NewKey, *, maker: Maker, secret: str | None = None) -> IssuedKey:
    """Add a key in the name of a person whose right to make it is known; the secret is a new one unless given.

    Raises:
        InvalidInput: When the name may not be stored, there is no such operation, a team is of elsewhere, a label
            could not be one, or the key would have ended already.
        NotFound: When there is no such team.
        AlreadyExists: When the secret is another key's.
    """
    key = ApiKey(
        id=new_id(),
        name=check_name(new.name),
        org_id=new.org_id,
        operation=Operation.parse(new.operation),
        team_ids=own_teams(tx, new.org_id, new.team_ids) or None,
        pinned_role=maker.role,
        created_by=maker.user_id,
        created_at=act.now,
        expires_at=check_expiry(new.expires_at, act.now),
        readable_labels=check_readable(new.readable_labels),
        movable_labels=check_limit(new.movable_labels, "movable_labels"),
    )
    secret = secret or new_secret(KEY_PREFIX)
    tx.keys.insert(key, token_hash(secret))
    record(tx, act, Scope("org", key.org_id), "key.created", of=Object("key", key.id), after=facts(key))
    return IssuedKey(key=key, secret=secret)


def own_teams(tx: Transaction, org_id: str, team_ids: Sequence[str]) -> tuple[str, ...]:
    """Give teams of an organization, each once.

    Raises:
        NotFound: When one is not there.
        InvalidInput: When one is of elsewhere.
    """
    return tuple(dict.fromkeys(_own_team(tx, org_id, team_id) for team_id in team_ids))


def _own_team(tx: Transaction, org_id: str, team_id: str) -> str:
    team = tx.teams.get(team_id)
    if team is None:
        raise NotFound("team")
    if team.org_id != org_id:
        raise InvalidInput("team does not belong to the specified organization", "team_ids")
    return team.id


def _organization(tx: Transaction, reference: str | None) -> Organization:
    if reference is None:
        every = tx.organizations.all()
        if len(every) > 1:
            names = ", ".join(one.name for one in every)
            raise InvalidInput(f"there are several organizations, name one: {names}", "org")
        found = every[0] if every else None
    else:
        org_id = parse_uuid(reference)
        found = (tx.organizations.get(org_id) if org_id else None) or tx.organizations.by_name(reference)
    if found is None:
        raise NotFound("organization")
    return found


def _administrator(members: Sequence[Member], email: str | None) -> Member:
    if email is None:
        found = next((one for one in members if one.role is OrgRole.OWNER), None)
        if found is None:
            raise NotFound("owner")
        return found
    found = next((one for one in members if email_key(one.user.email) == email_key(email)), None)
    if found is None:
        raise NotFound("member")
    if not found.role.at_least(OrgRole.ADMIN):
        raise Forbidden(needs="organization role admin", has=found.role.value)
    return found


def facts(key: ApiKey) -> Facts:
    """Give what the change log says of a key."""
    return {
        "name": key.name,
        "operation": key.operation.value,
        "team_ids": key.team_ids,
        "role": key.pinned_role.value,
        "user_id": key.created_by,
        "expires_at": timestamp(key.expires_at) if key.expires_at else None,
        **({} if key.readable_labels is None else {"readable_labels": key.readable_labels}),
        **({} if key.movable_labels is None else {"movable_labels": key.movable_labels}),
    }
