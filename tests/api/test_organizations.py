"""Organizations and their people over HTTP: contracts/px0.md 1.10, DESIGN sections 2b and 4."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from support.company import BAD_NAMES, Company
from support.scene import said
from support.writers import at_once

CREATE = "POST /v1/orgs"
UPDATE = "PUT /v1/orgs/{org}"
DELETE = "DELETE /v1/orgs/{org}"
PEOPLE = "GET /v1/orgs/{org}/people"
TAKEN = "409 already_exists: organization name already exists"


@pytest.mark.parametrize(("subject", "request_"), [("instance admin", CREATE), ("organization owner", UPDATE)])
@pytest.mark.parametrize(("body", "words"), BAD_NAMES)
def test_a_name_that_cannot_be_is_refused(company: Company, subject: str, request_: str, body: Any, words: str) -> None:
    company.refuses(subject, request_, body, f"400 invalid_input: {words}")


def test_who_creates_an_organization_owns_it(company: Company) -> None:
    name = f"Acme {uuid4()}"
    answer = company.ask("instance admin", CREATE, {"name": name})
    made = answer.json()["org"]
    assert answer.status_code == 201
    assert (answer.json().keys(), made.keys()) == ({"org"}, {"id", "name", "created_at"})
    assert (made["id"], made["name"]) == (str(UUID(made["id"])), name)
    [mine] = company.does("GET /v1/me/orgs", subject="instance admin")
    assert mine == made | {"role": "ADMIN", "org_role": "owner"}
    assert company.actions(f"org:{made['id']}") == ["organization.created", "organization_member.added"]


def test_a_name_is_taken_in_any_case(company: Company) -> None:
    name = company.world.org.name
    company.refuses("instance admin", CREATE, {"name": name.upper()}, TAKEN)
    other = company.does(CREATE, {"name": f"Straße {uuid4()}"}, subject="instance admin")
    company.refuses("organization owner", UPDATE, {"name": other["name"].replace("ß", "SS")}, TAKEN)


def test_an_organization_may_change_the_case_of_its_own_name(company: Company) -> None:
    name = company.world.org.name.upper()
    assert company.does(UPDATE, {"name": name}, subject="organization owner")["name"] == name
    changes = company.changes()
    assert company.does(UPDATE, {"name": name}, subject="organization owner")["name"] == name
    assert company.changes() == changes
    assert company.actions()[-1] == "organization.renamed"
    assert company.log("instance")[0].change.after == {"name": name}


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        ("PUT /v1/orgs/{unknown}", {"name": "x"}),
        ("DELETE /v1/orgs/{unknown}", None),
        ("GET /v1/orgs/{unknown}/people", None),
        ("GET /v1/orgs/{unknown}/teams", None),
        ("POST /v1/orgs/{unknown}/teams", {"name": "x"}),
        ("DELETE /v1/orgs/{unknown}/members/{member}", None),
        ("PUT /v1/orgs/{unknown}/members/{member}/role", {"role": "member"}),
    ],
)
def test_only_an_administrator_of_the_instance_learns_that_there_is_no_such_organization(
    company: Company, request_: str, body: Any
) -> None:
    company.refuses("instance admin", request_, body, "404 not_found: organization not found")
    company.refuses("organization owner", request_, body, "403 forbidden: forbidden")
    bad = request_.replace("{unknown}", "7")
    company.refuses("instance admin", bad, body, "400 invalid_input: invalid id")


@pytest.mark.parametrize("request_", [CREATE, UPDATE, "POST /v1/orgs/{org}/teams"])
def test_who_may_not_is_told_that_first(company: Company, request_: str) -> None:
    company.refuses("organization member", request_, b"no JSON", "403 forbidden: forbidden")


def test_a_key_for_administration_names_what_it_lacks(company: Company) -> None:
    refused = {
        "all key": {"needs": "an API key with operation admin", "has": "all"},
        "admin key of this team": {"needs": "an API key for every team", "has": "one that is limited to teams"},
        "admin key, its maker a member now": {"needs": "organization role admin", "has": "member"},
    }
    for subject, details in refused.items():
        assert company.refuses(subject, UPDATE, {"name": "x"}, "403 forbidden: forbidden") == details


def test_an_organization_takes_everything_with_it_and_the_log_keeps_each(company: Company) -> None:
    company.prompt("live", "draft", tags={"prod": 1, "beta": 2})
    key = company.client("all key")
    assert company.ask("organization owner", DELETE).status_code == 204
    assert said(key.get("/v1/prompts")) == "401 unauthorized: unauthorized"
    assert company.ask("instance admin", PEOPLE).status_code == 404
    assert company.does("GET /v1/me/orgs", subject="organization owner") == []
    request = "PUT /v1/join-requests/{request}"
    company.refuses("instance admin", request, {"status": "approved"}, "404 not_found: join request not found")
    gone = [change for entry in company.log() if (change := entry.change).action.endswith(("deleted", "removed"))]
    named = {(change.action, change.object_id) for change in gone}
    assert {
        ("label.removed", "prod"),
        ("label.removed", "beta"),
        ("prompt.deleted", company.names["prompt"]),
        ("team.deleted", company.names["team"]),
        ("team.deleted", company.names["other"]),
        ("organization.deleted", company.names["org"]),
    } <= named
    assert [change.action for change in gone if change.object_kind == "key"] == ["key.deleted"]
    assert company.log("instance")[0].change.action == "organization.deleted"


@pytest.mark.parametrize("request_", [DELETE, "DELETE /v1/teams/{team}"])
@pytest.mark.parametrize(("label", "held"), [("prod", True), ("live", True), ("Prod", True), ("unused", False)])
def test_what_holds_a_protected_label_is_not_removed_by_who_may_not_move_it(
    company: Company, request_: str, label: str, *, held: bool
) -> None:
    company.prompt("live", "draft", tags={"prod": 2})
    company.protect(label, "owner")
    if held:
        for subject in ("organization admin", "instance admin"):
            details = company.refuses(subject, request_, None, "403 protected_label: forbidden")
            assert details["labels"] == [{"label": label, "min_required_role": "owner"}]
    subject = "organization owner" if held else "organization admin"
    assert company.ask(subject, request_).status_code == 204


def test_people_have_px0s_fields_and_their_role(company: Company) -> None:
    body = company.ask("organization owner", PEOPLE).json()
    assert {key: body[key] for key in ("page", "limit", "total", "next_cursor")} == {
        "page": 1,
        "limit": 10,
        "total": 5,
        "next_cursor": None,
    }
    roles = {person["id"]: person["org_role"] for person in body["people"]}
    assert roles.items() >= {company.names["owner"]: "owner", company.names["member"]: "member"}.items()
    assert body["people"][0].keys() == {"id", "email", "is_admin", "is_verified", "created_at", "org_role"}
    listed = [(person["created_at"], person["id"]) for person in body["people"]]
    assert listed == sorted(listed)


@pytest.mark.parametrize(
    ("query", "page", "limit", "count"),
    [
        ("", 1, 10, 5),
        ("?page=2", 2, 10, 0),
        ("?page=1&limit=2", 1, 2, 2),
        ("?page=3&limit=2", 3, 2, 1),
        ("?page=4&limit=2", 4, 2, 0),
        ("?page=0&limit=0", 1, 10, 5),
        ("?page=-1&limit=-1", 1, 10, 5),
        ("?page=x&limit=x", 1, 10, 5),
        ("?page=%2B01&limit=003", 1, 3, 3),
        ("?limit=99999", 1, 1000, 5),
        ("?page=9999999999999999999999", 1, 10, 5),
        ("?page=999999999999999999&limit=1000", 10**9, 1000, 0),
    ],
)
def test_px0s_pages(company: Company, query: str, page: int, limit: int, count: int) -> None:
    company.client("organization owner")
    body = company.ask("organization owner", PEOPLE + query).json()
    assert (body["page"], body["limit"], len(body["people"]), body["total"]) == (page, limit, count, 5)


@pytest.mark.parametrize("limit", [1, 2, 5, 100])
def test_a_cursor_gives_everybody_once(company: Company, limit: int) -> None:
    whole = company.ask("organization owner", PEOPLE).json()["people"]
    assert company.pages("organization owner", PEOPLE, limit) == whole


@pytest.mark.parametrize("cursor", ["x", "%D9%A3", "YmVmb3JlOjA", "YWZ0ZXI6MjAyNi0wMi0wMlQwMjowMjowMi4wMDAwMDBaOng"])
@pytest.mark.parametrize("path", [PEOPLE, "GET /v1/orgs/{org}/teams", "GET /v1/teams/{team}/members"])
def test_a_cursor_that_is_none_is_refused(company: Company, path: str, cursor: str) -> None:
    words = "invalid cursor: pass the next_cursor of the page before, as it is"
    company.refuses("organization owner", f"{path}?cursor={cursor}", None, f"400 invalid_input: {words}")


def test_of_many_who_take_a_name_at_once_one_has_it(company: Company) -> None:
    http, name = company.client("instance admin"), f"Race {uuid4()}"
    calls = [lambda: http.post("/v1/orgs", json={"name": name}).status_code for _ in range(6)]
    assert sorted(map(str, at_once(*calls))) == ["201", *["409"] * 5]
