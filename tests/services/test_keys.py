"""Keys that the operator makes on the server's machine."""

from __future__ import annotations

import pytest

from promptwire.domain.errors import Forbidden, InvalidInput, NotFound
from promptwire.domain.roles import OrgRole
from promptwire.ports.storage import Transaction
from promptwire.server.local import operator
from promptwire.services import accounts, keys, organizations
from promptwire.storage.store import SqlStore
from support.started import key_of, started


def test_a_key_is_made_in_the_name_of_the_owner(store: SqlStore) -> None:
    made = started(store)
    org_id = made.organization.id

    def create(tx: Transaction) -> list[str]:
        references = (None, org_id, org_id.upper(), "default ORG")
        return [keys.create_local(tx, operator(), "lost", organization=one).secret for one in references]

    for secret in store.write_now(create):
        key = key_of(store, secret)
        assert (key.org_id, key.created_by, key.pinned_role) == (org_id, made.user.id, OrgRole.OWNER)
        assert (key.name, key.operation.value, key.team_ids) == ("lost", "all", None)


def test_the_organization_is_named_where_there_are_several(store: SqlStore) -> None:
    made = started(store)
    store.write_now(lambda tx: organizations.create(tx, operator(), "Second", made.user.id))
    with pytest.raises(InvalidInput, match=r"several organizations, name one: Default Org, Second"):
        store.write_now(lambda tx: keys.create_local(tx, operator(), "lost"))
    with pytest.raises(NotFound, match="organization not found"):
        store.write_now(lambda tx: keys.create_local(tx, operator(), "lost", organization="Third"))


def test_only_an_administrator_answers_for_a_key(store: SqlStore) -> None:
    org_id = started(store).organization.id

    def add(tx: Transaction) -> str:
        ids = {}
        for role in (OrgRole.ADMIN, OrgRole.MEMBER):
            ids[role] = accounts.add(tx, operator(), f"{role.value}@example.com", "hash").id
            organizations.join(tx, operator(), org_id, ids[role], role=role)
        return ids[OrgRole.ADMIN]

    administrator = store.write_now(add)
    issued = store.write_now(lambda tx: keys.create_local(tx, operator(), "x", email="ADMIN@example.com"))
    assert (issued.key.created_by, issued.key.pinned_role) == (administrator, OrgRole.ADMIN)
    with pytest.raises(Forbidden):
        store.write_now(lambda tx: keys.create_local(tx, operator(), "x", email="member@example.com"))
    with pytest.raises(NotFound, match="member not found"):
        store.write_now(lambda tx: keys.create_local(tx, operator(), "x", email="nobody@example.com"))


def test_without_an_organization_or_an_owner_there_is_no_key(store: SqlStore) -> None:
    with pytest.raises(NotFound, match="organization not found"):
        store.write_now(lambda tx: keys.create_local(tx, operator(), "x"))
    made = started(store)
    now = operator().now
    store.write_now(lambda tx: tx.organizations.set_role(made.organization.id, made.user.id, OrgRole.ADMIN, now))
    with pytest.raises(NotFound, match="owner not found"):
        store.write_now(lambda tx: keys.create_local(tx, operator(), "x"))
