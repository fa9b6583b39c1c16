"""The first start."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from promptwire.domain.changes import Query
from promptwire.domain.errors import InvalidInput
from promptwire.domain.roles import OrgRole, TeamRole
from promptwire.domain.users import check_password
from promptwire.services import bootstrap
from promptwire.services.bootstrap import FirstCredentials
from promptwire.storage.store import SqlStore
from support.started import PRESET, actions, key_of, start, started


def test_the_first_start_makes_all_that_the_first_call_needs(store: SqlStore) -> None:
    assert store.read_now(bootstrap.is_needed)
    made = started(store)
    assert (made.user.email, made.user.is_admin, made.user.is_verified) == ("root@example.com", True, True)
    assert (made.organization.name, made.team.name, made.team.slug) == ("Default Org", "Default Team", "default_team")
    org_role = store.read_now(lambda tx: tx.organizations.role(made.organization.id, made.user.id))
    team_role = store.read_now(lambda tx: tx.teams.role(made.team.id, made.user.id))
    assert (org_role, team_role) == (OrgRole.OWNER, TeamRole.ADMIN)
    key = key_of(store, PRESET.key)
    assert (key.operation.value, key.team_ids, key.pinned_role) == ("all", None, OrgRole.OWNER)
    assert key.created_by == made.user.id
    live = store.read_now(lambda tx: tx.versions.live(made.prompt.id))
    assert live
    assert (live.number, live.content.template) == (1, bootstrap.EXAMPLE_TEMPLATE)


def test_all_of_it_is_in_the_log_and_no_secret(store: SqlStore) -> None:
    made = started(store)
    assert actions(store, "instance") == ["user.created", "organization.created"]
    assert actions(store, f"org:{made.organization.id}") == [
        "organization.created",
        "organization_member.added",
        "team.created",
        "team_member.added",
        "key.created",
        "prompt.created",
        "version.created",
        "version.promoted",
    ]
    scopes = ("instance", f"org:{made.organization.id}")
    written = store.read_now(lambda tx: [tx.changes.of_scope(scope, Query(limit=100)) for scope in scopes])
    assert not any(secret in repr(written) for secret in (PRESET.email, PRESET.password, PRESET.key))


def test_it_does_nothing_where_somebody_is(store: SqlStore) -> None:
    started(store)
    assert not store.read_now(bootstrap.is_needed)
    assert start(store, FirstCredentials(email="other@example.com", password="Other-Horse-1", key="k" * 20)) is None
    assert store.read_now(lambda tx: tx.users.by_email("other@example.com")) is None
    assert len(store.read_now(lambda tx: tx.organizations.all())) == 1


def test_of_many_servers_that_start_at_once_one_does_it(store: SqlStore) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = [one for one in pool.map(lambda _: start(store), range(8)) if one]
    assert len(made) == 1
    assert len(actions(store, "instance")) == 2


def test_what_is_not_preset_is_made_up() -> None:
    first, second = (bootstrap.complete(None, None, None) for _ in "12")
    assert first.email == second.email == bootstrap.DEFAULT_EMAIL
    assert check_password(first.password) != second.password
    assert re.fullmatch(r"ak_[0-9a-f]{64}", first.key)
    assert first.key != second.key


@pytest.mark.parametrize(
    ("presets", "field"),
    [
        (("nobody", None, None), "admin_email"),
        (("", None, None), "admin_email"),
        ((None, "short", None), "admin_password"),
        ((None, "no-digits-HERE", None), "admin_password"),
        ((None, None, "too short"), "bootstrap_api_key"),
        ((None, None, "k" * 201), "bootstrap_api_key"),
        ((None, None, "with a blank in it"), "bootstrap_api_key"),
        ((None, None, "sess_" + "0" * 64), "bootstrap_api_key"),
    ],
)
def test_a_preset_that_cannot_be_used_is_named(presets: tuple[str | None, ...], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        bootstrap.complete(*presets)
    assert caught.value.field == field
