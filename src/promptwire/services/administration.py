"""Rights beyond prompts: over an organization, over the instance, and those only a person has (DESIGN section 2b)."""

from __future__ import annotations

from promptwire.domain.errors import Forbidden
from promptwire.domain.roles import OrgRole
from promptwire.domain.subjects import UserSubject
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
