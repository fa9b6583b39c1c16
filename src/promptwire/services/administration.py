"""Rights beyond prompts: over an organization, over the instance, and those only a person has (DESIGN section 2b)."""

from __future__ import annotations

from promptwire.domain.credentials import ApiKey
from promptwire.domain.errors import Forbidden
from promptwire.domain.roles import Operation, OrgRole
from promptwire.domain.subjects import KeySubject, UserSubject
from promptwire.domain.users import User
from promptwire.ports.storage import Transaction
from promptwire.services.access import A_SESSION, org_role
from promptwire.services.calls import Act


def require_person(act: Act) -> User:
    """Give the person who asks.

    Raises:
        Forbidden: When it is no person.
    """
    if not isinstance(act.subject, UserSubject):
        raise Forbidden(needs=A_SESSION)
    return act.subject.user


def require_org_admin(tx: Transaction, act: Act, org_id: str) -> OrgRole:
    """Give the role with which the subject administers an organization; an unknown one is refused like a foreign one.

    An instance administrator administers every organization on `/v1`, as a member or not.

    Raises:
        Forbidden: Where there is no such role.
    """
    role = org_role(tx, act, org_id)
    if role is None and _is_instance_admin(act) and tx.organizations.get(org_id):
        return OrgRole.ADMIN
    if role is None or not role.at_least(OrgRole.ADMIN):
        raise Forbidden(needs="organization role admin", has=role.value if role else None)
    return role


def governing_role(tx: Transaction, act: Act, org_id: str) -> OrgRole | None:
    """Give the role with which the subject governs the labels of an organization: by belonging to it only.

    Raises:
        Forbidden: For a key that was not made for administration.
    """
    if isinstance(act.subject, KeySubject):
        _check_administers(act.subject.key)
    return org_role(tx, act, org_id)


def require_auditor(tx: Transaction, act: Act, org_id: str) -> None:
    """Let pass who may read the change log of an organization: its administrators, and the instance's.

    A key passes that was made by an administrator, for administration, in every team; what has become of its maker
    since does not matter to what it reads.

    Raises:
        Forbidden: For everybody else; an unknown organization is refused like a foreign one.
    """
    if not isinstance(act.subject, KeySubject):
        require_org_admin(tx, act, org_id)
        return
    key = act.subject.key
    _check_administers(key)
    if key.team_ids is not None:
        raise Forbidden(needs="an API key for every team", has="one that is limited to teams")
    if key.org_id != org_id or not key.pinned_role.at_least(OrgRole.ADMIN):
        raise Forbidden(needs="organization role admin")


def _check_administers(key: ApiKey) -> None:
    if key.operation is not Operation.ADMIN:
        raise Forbidden(needs="an API key with operation admin", has=key.operation.value)


def sees_org(tx: Transaction, act: Act, org_id: str) -> bool:
    """Tell whether the subject has a part in an organization, and so may know what it has."""
    return org_role(tx, act, org_id) is not None or _is_instance_admin(act)


def require_instance_admin(act: Act) -> None:
    """Let only an administrator of this instance pass.

    Raises:
        Forbidden: For everybody else.
    """
    if not _is_instance_admin(act):
        raise Forbidden(needs="instance administrator")


def _is_instance_admin(act: Act) -> bool:
    return isinstance(act.subject, UserSubject) and act.subject.user.is_admin
