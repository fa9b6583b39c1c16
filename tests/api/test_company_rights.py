"""Who may do what to organizations, teams and members on `/v1`: DESIGN section 2b, contracts/px0.md 1.1 and 1.2."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from promptwire.storage.store import SqlStore
from support.company import CAST, Company
from support.scene import said
from support.server import ServerProcess

UNAUTHORIZED = "401 unauthorized: unauthorized"
FORBIDDEN = "403 forbidden: forbidden"
ONLY_PEOPLE = "403 forbidden: access token required"
NO_TEAM = "404 not_found: team not found"
NO_REQUEST = "404 not_found: join request not found"

NOBODY = {
    "nobody": UNAUTHORIZED,
    "unknown session": UNAUTHORIZED,
    "unknown key": UNAUTHORIZED,
    "unverified editor": "403 user_not_verified: user is not verified",
}
"""Whoever is nobody does nothing."""

INSTANCE_ADMINS = {"instance admin", "instance admin, viewer"}
ORG_ADMINS = INSTANCE_ADMINS | {"organization owner", "organization admin", "editor, organization admin"}
ORG_ADMIN_KEYS = {"admin key", "admin key of an owner"}
TEAM_PEOPLE = {"viewer", "editor", "team admin"}
IN_THE_TEAM = TEAM_PEOPLE | {"editor, organization admin", "instance admin, viewer"}
ORG_PEOPLE = ORG_ADMINS | TEAM_PEOPLE | {"organization member", "organization viewer"}
TEAM_ADMINS = ORG_ADMINS | ORG_ADMIN_KEYS | {"team admin", "admin key of this team"}
KEYS_OF_ORG = ORG_ADMIN_KEYS | {"all key", "admin key whose maker left", "admin key of a member now"}
KEYS_OF_ORG |= {"key, its maker a viewer now", "key, its maker gone", "admin key, its maker gone"}
LIMITED_KEYS = {"key of this team", "key of another team", "admin key of this team"}
TEAM_KEYS = KEYS_OF_ORG | {"key of this team", "admin key of this team"}
KEYS = {name for name in CAST if "key" in name} - {"unknown key"}
SEE_TEAM = ORG_PEOPLE | TEAM_KEYS

TABLE: list[tuple[str, Any, str, set[str], dict[str, str]]] = [
    ("POST /v1/orgs", {"name": "{unknown}"}, "201", INSTANCE_ADMINS, {}),
    ("PUT /v1/orgs/{org}", {"name": "{unknown}"}, "200", ORG_ADMINS | ORG_ADMIN_KEYS, {}),
    ("DELETE /v1/orgs/{org}", None, "204", ORG_ADMINS | ORG_ADMIN_KEYS, {}),
    ("GET /v1/orgs/{org}/people", None, "200", ORG_PEOPLE | KEYS_OF_ORG, {}),
    ("DELETE /v1/orgs/{org}/members/{member}", None, "204", ORG_ADMINS | ORG_ADMIN_KEYS, {}),
    ("DELETE /v1/orgs/{org}/members/{owner}", None, "204", {"organization owner", "admin key of an owner"}, {}),
    ("PUT /v1/orgs/{org}/members/{member}/role", {"role": "viewer"}, "200", ORG_ADMINS | ORG_ADMIN_KEYS, {}),
    (
        "PUT /v1/orgs/{org}/members/{member}/role",
        {"role": "owner"},
        "200",
        {"organization owner", "admin key of an owner"},
        {},
    ),
    ("POST /v1/orgs/{org}/teams", {"name": "New"}, "201", ORG_ADMINS | ORG_ADMIN_KEYS, {}),
    ("GET /v1/orgs/{org}/teams", None, "200", ORG_PEOPLE | KEYS_OF_ORG | LIMITED_KEYS, {}),
    ("PUT /v1/teams/{team}", {"name": "New"}, "200", TEAM_ADMINS, {"else": NO_TEAM}),
    (
        "PUT /v1/teams/{team}",
        {"name": "New", "org_id": None},
        "200",
        {"organization owner", "admin key of an owner"},
        {"else": NO_TEAM},
    ),
    ("DELETE /v1/teams/{team}", None, "204", TEAM_ADMINS, {"else": NO_TEAM}),
    ("GET /v1/teams/{team}/members", None, "200", ORG_ADMINS | TEAM_PEOPLE | TEAM_KEYS, {}),
    ("POST /v1/teams/{team}/members", {"user_id": "{member}"}, "204", TEAM_ADMINS, {"else": NO_TEAM}),
    ("DELETE /v1/teams/{team}/members/{colleague}", None, "204", TEAM_ADMINS, {"else": NO_TEAM}),
    ("PUT /v1/teams/{team}/members/{colleague}/role", {"role": "viewer"}, "200", TEAM_ADMINS, {"else": NO_TEAM}),
    ("PUT /v1/join-requests/{request}", {"status": "approved"}, "200", TEAM_ADMINS, {"else": NO_REQUEST}),
    (
        "POST /v1/teams/{team}/join-requests",
        None,
        "201",
        ORG_ADMINS - IN_THE_TEAM | {"organization member", "organization viewer", "stranger"},
        dict.fromkeys(IN_THE_TEAM, "400 invalid_input: already a member of this team")
        | dict.fromkeys(KEYS, ONLY_PEOPLE),
    ),
    ("GET /v1/me/inbox", None, "200", ORG_PEOPLE | {"stranger"}, dict.fromkeys(KEYS, ONLY_PEOPLE)),
    (
        "DELETE /v1/me/teams/{team}",
        None,
        "204",
        IN_THE_TEAM,
        dict.fromkeys(KEYS, ONLY_PEOPLE) | {"else": "404 not_found: user is not a member of this team"},
    ),
]
"""Request and body; what is answered to whom it is allowed; what is answered to others, where it is not `forbidden`.

`else` is for those who do not see the team; whoever sees it is told that it is forbidden.
"""


def expected(subject: str, success: str, allowed: set[str], others: dict[str, str]) -> str:
    if subject in allowed:
        return success
    if "read_render" in subject and subject not in others:
        return FORBIDDEN
    hidden = others.get("else", FORBIDDEN)
    seen = hidden if "not a member" in hidden else FORBIDDEN
    return (NOBODY | others).get(subject, seen if subject in SEE_TEAM else hidden)


@pytest.fixture(scope="module")
def untouched(server: ServerProcess, server_store: SqlStore) -> Iterator[Company]:
    """A company for those who change nothing, because they only read, or are refused."""
    company = Company(server, server_store)
    yield company
    company.close()


@pytest.mark.parametrize(
    ("request_", "body", "success", "allowed", "others"), TABLE, ids=[f"{row[0]} {row[1] or ''}" for row in TABLE]
)
def test_a_subject_may_do_what_the_table_says(
    untouched: Company,
    request_: str,
    body: dict[str, Any] | None,
    success: str,
    allowed: set[str],
    others: dict[str, str],
) -> None:
    got = {}
    for subject in CAST:
        changes = subject in allowed and not request_.startswith("GET")
        company = Company(untouched.world.server, untouched.world.store) if changes else untouched
        company.client(subject)
        before = company.changes()
        named = {key: value and value.format_map(company.names) for key, value in body.items()} if body else None
        got[subject] = said(company.ask(subject, request_, named))
        assert (company.changes() > before) is changes, subject
        if changes:
            company.close()
    assert got == {subject: expected(subject, success, allowed, others) for subject in CAST}
