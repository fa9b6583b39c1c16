"""API keys after they were made: change one, renew its secret, answer for it."""

from __future__ import annotations

from dataclasses import replace

from promptwire.domain.changes import Scope
from promptwire.domain.credentials import (
    KEY_PREFIX,
    ApiKey,
    IssuedKey,
    KeyUpdate,
    check_expiry,
    token_hash,
    widens,
)
from promptwire.domain.errors import Forbidden, InvalidInput
from promptwire.domain.label_limits import check_limit, check_readable
from promptwire.domain.roles import Operation, OrgRole, lower_org_role
from promptwire.domain.texts import check_name
from promptwire.ports.storage import Transaction
from promptwire.services.access import org_role
from promptwire.services.administration import require_person
from promptwire.services.calls import Act, Input, Object, record
from promptwire.services.keys import facts, own_teams, require_key
from promptwire.services.secrets import new_secret


def update(tx: Transaction, act: Act, key_id: str, read: Input[KeyUpdate]) -> ApiKey:
    """Change what is given of a key, at once; needs an administrator of its organization.

    Whoever lets it do more must be its maker, or have at least the role that it may use: nobody lends a key rights
    that they could not have given it.

    Raises:
        NotFound, Forbidden, InvalidInput, InvalidBody: As their names say.
    """
    key, role = require_key(tx, act, key_id)
    changed = _changed(tx, act, key, read())
    if changed == key:
        return key
    if widens(key, changed):
        _check_may_lend(act, key, role)
    tx.keys.update(changed)
    _record(tx, act, "key.updated", before=key, after=changed)
    return changed


def regenerate(tx: Transaction, act: Act, key_id: str) -> IssuedKey:
    """Give a key another secret; the old one is dead at once. Needs what widening a key needs.

    Raises:
        NotFound, Forbidden: As their names say.
    """
    key, role = require_key(tx, act, key_id)
    _check_may_lend(act, key, role)
    secret = new_secret(KEY_PREFIX)
    tx.keys.set_hash(key.id, token_hash(secret))
    of, after = Object("key", key.id), {"credential_changed": True}
    record(tx, act, Scope("org", key.org_id), "key.regenerated", of=of, after=after)
    return IssuedKey(key=key, secret=secret)


def adopt(tx: Transaction, act: Act, key_id: str) -> ApiKey:
    """Answer for a key from now on, in place of its maker, who may have left; needs an administrator among the members.

    Its writes never exceed the role pinned at its making, nor that of whoever adopts it.

    Raises:
        NotFound, Forbidden: As their names say.
    """
    key, role = require_key(tx, act, key_id)
    if org_role(tx, act, key.org_id) is None:  # an instance administrator from outside: the key would still not write
        raise Forbidden(needs="organization role admin")
    adopted = replace(key, created_by=require_person(act).id, pinned_role=lower_org_role(key.pinned_role, role))
    if adopted != key:
        tx.keys.update(adopted)
        _record(tx, act, "key.adopted", before=key, after=adopted)
    return adopted


def _changed(tx: Transaction, act: Act, key: ApiKey, new: KeyUpdate) -> ApiKey:
    expires_at = check_expiry(new.expires_at, act.now) or key.expires_at
    return replace(
        key,
        name=key.name if new.name is None else check_name(new.name),
        team_ids=_teams(tx, key, new),
        operation=key.operation if new.operation is None else Operation.parse(new.operation),
        expires_at=None if new.never_expires else expires_at,
        readable_labels=_limit(
            key.readable_labels, check_readable(new.readable_labels), "readable_labels", lift=new.reads_all_labels
        ),
        movable_labels=_limit(
            key.movable_labels,
            check_limit(new.movable_labels, "movable_labels"),
            "movable_labels",
            lift=new.moves_all_labels,
        ),
    )


def _limit(
    before: tuple[str, ...] | None, after: tuple[str, ...] | None, field: str, *, lift: bool
) -> tuple[str, ...] | None:
    if lift and after is not None:
        raise InvalidInput(f"give {field} or all_{field}, not both", field)
    return None if lift else (before if after is None else after)


def _teams(tx: Transaction, key: ApiKey, new: KeyUpdate) -> tuple[str, ...] | None:
    if new.team_ids is None:
        return None if new.all_teams else key.team_ids
    if new.all_teams:
        raise InvalidInput("give team_ids or all_teams, not both", "team_ids")
    if not new.team_ids:
        raise InvalidInput(
            "team_ids must name a team; a key becomes good for the whole organization only by all_teams: true",
            "team_ids",
        )
    return own_teams(tx, key.org_id, new.team_ids)


def _check_may_lend(act: Act, key: ApiKey, role: OrgRole) -> None:
    if act.user_id != key.created_by and not role.at_least(key.pinned_role):
        raise Forbidden(needs=f"organization role {key.pinned_role.value}", has=role.value)


def _record(tx: Transaction, act: Act, action: str, *, before: ApiKey, after: ApiKey) -> None:
    of = Object("key", after.id)
    record(tx, act, Scope("org", after.org_id), action, of=of, before=facts(before), after=facts(after))
