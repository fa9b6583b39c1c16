"""Join requests and the inbox over HTTP: contracts/px0.md 1.10."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from support.company import Company
from support.scene import said
from support.writers import at_once

ASK = "POST /v1/teams/{team}/join-requests"
RESOLVE = "PUT /v1/join-requests/{request}"
INBOX = "GET /v1/me/inbox"
APPROVE, REJECT = {"status": "approved"}, {"status": "rejected"}
RESOLVED = "400 invalid_input: join request has already been resolved"
PENDING = "409 already_exists: a pending join request already exists for this team"


def test_a_request_has_px0s_fields_and_is_not_wrapped(company: Company) -> None:
    person = company.world.person()
    answer = person.http.post(f"/v1/teams/{company.names['team']}/join-requests")
    made = answer.json()
    assert answer.status_code == 201
    assert made == {
        "id": str(UUID(made["id"])),
        "team_id": company.names["team"],
        "user_id": person.user.id,
        "status": "pending",
        "created_at": made["updated_at"],
        "updated_at": made["updated_at"],
    }
    assert company.actions()[-1] == "join_request.created"


@pytest.mark.parametrize("content", [None, b"no JSON", b"{}"])
def test_a_request_needs_no_body(company: Company, content: bytes | None) -> None:
    assert company.ask("stranger", ASK, content, {"Content-Type": "text/plain"}).status_code == 201


def test_who_cannot_ask(company: Company) -> None:
    company.refuses("stranger", ASK.replace("team}", "unknown}"), None, "404 not_found: team not found")
    company.refuses("stranger", ASK.replace("{team}", "7"), None, "400 invalid_input: invalid id")
    company.refuses("viewer", ASK, None, "400 invalid_input: already a member of this team")


def test_one_request_is_pending_at_a_time_and_a_rejected_one_may_be_made_again(company: Company) -> None:
    company.signs_in("newcomer")
    company.refuses("newcomer", ASK, None, PENDING)
    assert company.ask("newcomer", ASK.replace("team}", "other}")).status_code == 201
    assert company.ask("team admin", RESOLVE, REJECT).json()["status"] == "rejected"
    assert company.roles("newcomer") == {}
    again = company.ask("newcomer", ASK).json()
    assert again["id"] != company.names["request"]
    company.refuses("newcomer", ASK, None, PENDING)


@pytest.mark.parametrize("status", ["approved", "Approved", "APPROVED"])
def test_who_is_approved_is_an_editor(company: Company, status: str) -> None:
    answer = company.ask("team admin", RESOLVE, {"status": status}).json()
    assert (answer["id"], answer["status"]) == (company.names["request"], "approved")
    assert answer["updated_at"] > answer["created_at"]
    assert company.roles("newcomer") == {"org": "member", "team": "editor"}
    assert company.actions()[-3:] == ["team_member.added", "organization_member.added", "join_request.approved"]
    for again in (APPROVE, REJECT):
        company.refuses("team admin", RESOLVE, again, RESOLVED)


def test_who_became_a_member_meanwhile_stays_what_they_are(company: Company) -> None:
    company.world.join_org(company.names["newcomer"], "viewer")
    company.world.join_team(company.names["newcomer"], "viewer")
    assert company.ask("team admin", RESOLVE, APPROVE).is_success
    assert company.roles("newcomer")["team"] == "viewer"


@pytest.mark.parametrize("body", [{}, {"status": ""}, {"status": "pending"}, {"status": None}])
def test_a_resolution_that_is_none(company: Company, body: Any) -> None:
    company.refuses("team admin", RESOLVE, body, "400 invalid_input: invalid status, must be approved or rejected")
    company.refuses("team admin", RESOLVE, b"{", "400 invalid_input: invalid request body")


def test_a_request_is_seen_by_whoever_sees_the_team_and_by_who_made_it(company: Company) -> None:
    company.signs_in("newcomer")
    missing = "404 not_found: join request not found"
    company.refuses("newcomer", RESOLVE, APPROVE, "403 forbidden: forbidden")
    company.refuses("editor", RESOLVE, b"no JSON", "403 forbidden: forbidden")
    company.refuses("stranger", RESOLVE, APPROVE, missing)
    company.refuses("team admin", RESOLVE.replace("request}", "unknown}"), APPROVE, missing)
    company.refuses("team admin", RESOLVE.replace("{request}", "7"), APPROVE, "400 invalid_input: invalid id")


def test_an_item_of_the_inbox_has_px0s_fields(company: Company) -> None:
    [item] = company.does(INBOX, subject="team admin")
    team = company.world.team
    assert item == {
        "id": company.names["request"],
        "type": "join_request",
        "status": "pending",
        "created_at": item["updated_at"],
        "updated_at": item["updated_at"],
        "payload": {
            "user_id": company.names["newcomer"],
            "user_email": f"{company.names['newcomer']}@example.com",
            "team_id": team.id,
            "team": {
                "id": team.id,
                "org_id": team.org_id,
                "name": team.name,
                "slug": team.slug,
                "promotion_checks": [],
                "created_at": item["payload"]["team"]["created_at"],
            },
        },
    }


@pytest.mark.parametrize(
    ("subject", "sees"),
    [
        ("team admin", {"team"}),
        ("organization owner", {"team", "other"}),
        ("organization admin", {"team", "other"}),
        ("instance admin", {"team", "other", "lone"}),
        ("admin of a team beside", set()),
        ("organization member", set()),
        ("editor", set()),
        ("viewer", set()),
        ("stranger", set()),
    ],
)
def test_the_inbox_holds_what_its_reader_may_resolve(company: Company, subject: str, sees: set[str]) -> None:
    company.signs_in("newcomer")
    for name in ("other", "lone"):
        company.does(ASK.replace("team}", f"{name}}}"), subject="newcomer")
    if subject == "admin of a team beside":
        beside = company.world.new_team(company.names["org"])
        person = company.world.person(None, "member")
        company.world.join_team(person.user.id, "admin", beside.id)
        company._clients[subject] = person.http
    ids = {company.names[name]: name for name in ("team", "other", "lone")}
    inbox = company.does(INBOX, subject=subject)
    mine = [item for item in inbox if item["payload"]["user_id"] == company.names["newcomer"]]
    assert {ids[item["payload"]["team_id"]] for item in mine} == sees
    assert [item["created_at"] for item in inbox] == sorted((item["created_at"] for item in inbox), reverse=True)
    if subject != "instance admin":
        assert len(inbox) == len(mine)
    for item in mine:
        company.names["request"] = item["id"]
        assert company.ask(subject, RESOLVE, REJECT).is_success
    assert {item["id"] for item in company.does(INBOX, subject=subject)}.isdisjoint(item["id"] for item in mine)


def test_the_inbox_comes_in_pages_to_who_asks(company: Company) -> None:
    for _ in range(4):
        company.world.person().http.post(f"/v1/teams/{company.names['team']}/join-requests")
    whole = company.does(INBOX, subject="team admin")
    found = company.pages("team admin", INBOX, 2)
    assert (len(whole), found) == (5, whole)


def test_a_request_ends_with_its_team(company: Company) -> None:
    assert company.ask("organization owner", "DELETE /v1/teams/{team}").status_code == 204
    company.refuses("organization owner", RESOLVE, APPROVE, "404 not_found: join request not found")


def test_of_two_approvals_at_once_one_counts(company: Company) -> None:
    people = [company.client("organization owner"), company.client("team admin")]
    path = f"/v1/join-requests/{company.names['request']}"
    answers = at_once(*(lambda http=http: said(http.put(path, json=APPROVE)) for http in people * 2))
    assert sorted(map(str, answers)) == ["200", *[RESOLVED] * 3]
    assert company.actions().count("join_request.approved") == company.actions().count("team_member.added") == 1


def test_of_many_requests_at_once_one_is_pending(company: Company) -> None:
    http = company.world.person().http
    path = f"/v1/teams/{company.names['team']}/join-requests"
    answers = at_once(*(lambda: http.post(path).status_code for _ in range(5)))
    assert sorted(map(str, answers)) == ["201", *["409"] * 4]
