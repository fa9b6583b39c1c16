"""Members of teams and organizations over HTTP: contracts/px0.md 1.10 and section 3, DESIGN section 2b."""

from __future__ import annotations

from typing import Any

import pytest

from support.company import Company
from support.scene import said
from support.writers import at_once

LIST = "GET /v1/teams/{team}/members"
ADD = "POST /v1/teams/{team}/members"
REMOVE = "DELETE /v1/teams/{team}/members/{colleague}"
ROLE = "PUT /v1/teams/{team}/members/{colleague}/role"
ORG_ROLE = "PUT /v1/orgs/{org}/members/{member}/role"
REMOVE_FROM_ORG = "DELETE /v1/orgs/{org}/members/{member}"
FORBIDDEN = "403 forbidden: forbidden"
NOBODY = "404 not_found: user to add not found"
NOT_IN_ORG = "404 not_found: user is not a member of this organization"


def last(role: str, of: str, name: str) -> str:
    words = f"the last {role} of the {of} {name!r} stays: give somebody else that role first"
    return f"409 last_administrator: {words}"


def test_members_have_px0s_fields_in_the_order_they_came(company: Company) -> None:
    company.does(ADD, {"user_id": company.names["member"]}, subject="organization owner")
    body = company.ask("organization owner", LIST).json()
    assert body.keys() == {"members", "page", "limit", "total", "next_cursor"}
    assert (body["page"], body["limit"], body["total"], body["next_cursor"]) == (1, 10, 3, None)
    assert {member["user_id"]: member["role"] for member in body["members"]} == {
        company.names["admin"]: "admin",
        company.names["colleague"]: "editor",
        company.names["member"]: "editor",
    }
    assert body["members"][-1]["user_id"] == company.names["member"]
    assert body["members"][0].keys() == {"user_id", "email", "role", "created_at"}


def test_a_page_of_members_has_ten(company: Company) -> None:
    for _ in range(10):
        company.world.person("viewer")
    pages = [company.ask("organization owner", f"{LIST}?limit=3&page={page}").json() for page in (1, 2, 3)]
    assert [(page["limit"], page["total"], len(page["members"])) for page in pages] == [
        (10, 12, 10),
        (10, 12, 2),
        (10, 12, 0),
    ]
    after = company.ask("organization owner", f"{LIST}?cursor={pages[0]['next_cursor']}").json()
    assert (after["members"], after["next_cursor"]) == (pages[1]["members"], None)
    ids = [member["user_id"] for page in pages for member in page["members"]]
    assert len(set(ids)) == 12


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, "400 invalid_input: user_id is required"),
        ({"user_id": None}, "400 invalid_input: user_id is required"),
        ({"user_id": ""}, "400 invalid_input: invalid request body"),
        ({"user_id": "x"}, "400 invalid_input: invalid request body"),
        ({"user_id": 7}, "400 invalid_input: invalid request body"),
        (b"{", "400 invalid_input: invalid request body"),
        ({"user_id": "{member}", "role": "owner"}, "400 invalid_input: invalid role, must be admin, editor, or viewer"),
        ({"user_id": "{unknown}"}, NOBODY),
    ],
)
def test_who_cannot_be_added(company: Company, body: Any, expected: str) -> None:
    if isinstance(body, dict) and isinstance(body.get("user_id"), str):
        body |= {"user_id": body["user_id"].format_map(company.names)}
    company.refuses("team admin", ADD, body, expected)


@pytest.mark.parametrize(
    ("body", "roles"),
    [
        ({}, {"org": "member", "team": "editor"}),
        ({"role": "viewer"}, {"org": "viewer", "team": "viewer"}),
        ({"role": "admin"}, {"org": "member", "team": "admin"}),
    ],
)
def test_who_is_added_to_a_team_belongs_to_its_organization(
    company: Company, body: dict[str, str], roles: dict[str, str]
) -> None:
    company.names["newcomer"] = company.world.person().user.id
    company.does(ADD, {"user_id": company.names["newcomer"].upper(), **body}, subject="instance admin")
    assert company.roles("newcomer") == roles
    assert company.actions()[-2:] == ["team_member.added", "organization_member.added"]


def test_who_is_in_already_stays_what_they_are(company: Company) -> None:
    changes = company.changes()
    for name, role in (("admin", "viewer"), ("colleague", "admin")):
        company.does(ADD, {"user_id": company.names[name], "role": role}, subject="team admin")
    assert company.changes() == changes
    assert (company.roles("admin")["team"], company.roles("colleague")["team"]) == ("admin", "editor")


def test_who_comes_first_is_admin(company: Company) -> None:
    company.names["team"] = company.names["other"]
    company.does(ADD, {"user_id": company.names["member"], "role": "viewer"}, subject="organization admin")
    assert company.roles("member") == {"org": "member", "other": "admin"}


@pytest.mark.parametrize("subject", ["team admin", "organization owner", "admin key", "admin key of this team"])
def test_nobody_is_drawn_in_who_has_not_asked(company: Company, subject: str) -> None:
    foreigner = company.elsewhere.world.person("editor").user.id
    company.refuses(subject, ADD, {"user_id": foreigner}, NOBODY)
    company.does(ADD, {"user_id": company.names["newcomer"]}, subject=subject)  # who has asked to join
    assert company.roles("newcomer") == {"org": "member", "team": "editor"}
    assert company.actions()[-1] == "join_request.approved"
    resolve = {"status": "approved"}
    words = "400 invalid_input: join request has already been resolved"
    company.refuses(subject, "PUT /v1/join-requests/{request}", resolve, words)


def test_an_administrator_of_the_instance_adds_also_themselves(company: Company) -> None:
    company.prompt("live")
    root = company.world.person(is_admin=True)
    prompt = f"/v1/prompts/{company.names['prompt']}"
    assert root.http.get(prompt).status_code == 404
    members = f"/v1/teams/{company.names['team']}/members"
    assert root.http.post(members, json={"user_id": root.user.id}).status_code == 204
    assert root.http.get(prompt).status_code == 200
    assert company.log()[0].change.subject_id == root.user.id


@pytest.mark.parametrize("role", ["", "ADMIN", "owner", "member", None])
def test_a_role_in_a_team_that_is_none(company: Company, role: object) -> None:
    words = "invalid role, must be admin, editor, or viewer"
    company.refuses("team admin", ROLE, {"role": role}, f"400 invalid_input: {words}")


def test_a_role_in_a_team_is_changed(company: Company) -> None:
    for role in ("viewer", "admin", "editor"):
        answer = company.ask("team admin", ROLE, {"role": role})
        assert (answer.status_code, answer.json()) == (200, {"message": "role updated successfully"})
        assert company.roles("colleague") == {"org": "member", "team": role}
    changes = company.changes()
    company.does(ROLE, {"role": "editor"}, subject="team admin")
    assert company.changes() == changes
    entry = company.log()[0].change
    assert (entry.action, entry.before["role"], entry.after["role"]) == ("team_member.role_changed", "admin", "editor")
    relationship = "404 not_found: team member relationship not found"
    company.refuses("team admin", ROLE.replace("colleague", "member"), {"role": "viewer"}, relationship)
    company.refuses("team admin", ROLE.replace("{colleague}", "7"), {"role": "viewer"}, "400 invalid_input: invalid id")


def test_a_viewer_who_becomes_editor_becomes_a_member_of_the_organization(company: Company) -> None:
    company.world.join_org(company.names["colleague"], "viewer")
    company.does(ROLE, {"role": "viewer"}, subject="team admin")
    assert company.roles("colleague") == {"org": "viewer", "team": "viewer"}
    company.does(ROLE, {"role": "editor"}, subject="team admin")
    assert company.roles("colleague") == {"org": "member", "team": "editor"}


def test_who_is_taken_out_of_a_team_stays_in_its_organization(company: Company) -> None:
    assert company.ask("team admin", REMOVE).status_code == 204
    assert company.roles("colleague") == {"org": "member"}
    changes = company.changes()
    assert company.ask("team admin", REMOVE).status_code == 204
    assert company.changes() == changes
    words = "400 invalid_input: user is not a member of this organization"
    company.refuses("team admin", REMOVE.replace("colleague", "newcomer"), None, words)
    company.refuses("team admin", REMOVE.replace("{colleague}", "7"), None, "400 invalid_input: invalid id")


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        ("DELETE /v1/teams/{team}/members/{admin}", None),
        ("PUT /v1/teams/{team}/members/{admin}/role", {"role": "editor"}),
        ("DELETE /v1/orgs/{org}/members/{admin}", None),
    ],
)
def test_the_last_admin_of_a_team_stays(company: Company, request_: str, body: Any) -> None:
    expected = last("admin", "team", company.world.team.name)
    for subject in ("organization owner", "instance admin"):
        company.refuses(subject, request_, body, expected)
    company.does(ROLE, {"role": "admin"}, subject="organization owner")
    assert company.ask("organization owner", request_, body).is_success
    assert company.roles("admin").get("team") in {None, "editor"}


def test_who_leaves_an_organization_leaves_its_teams(company: Company) -> None:
    company.names["member"] = company.names["colleague"]
    company.world.join_team(company.names["colleague"], "viewer", company.names["other"])
    company.world.join_team(company.names["colleague"], "viewer", company.names["lone"])
    assert company.ask("organization admin", REMOVE_FROM_ORG).status_code == 204
    assert company.roles("colleague") == {"lone": "viewer"}
    assert company.actions()[-3:] == ["team_member.removed", "team_member.removed", "organization_member.removed"]
    company.refuses("organization admin", REMOVE_FROM_ORG, None, NOT_IN_ORG)
    company.refuses("organization admin", ORG_ROLE, {"role": "member"}, NOT_IN_ORG)
    company.refuses(
        "organization admin", REMOVE_FROM_ORG.replace("{member}", "7"), None, "400 invalid_input: invalid id"
    )


def test_people_take_themselves_out(company: Company) -> None:
    company.signs_in("member")
    company.refuses("member", "DELETE /v1/orgs/{org}/members/{colleague}", None, FORBIDDEN)
    assert company.ask("member", REMOVE_FROM_ORG).status_code == 204
    assert company.roles("member") == {}
    company.refuses("member", REMOVE_FROM_ORG, None, FORBIDDEN)


def test_what_a_key_wrote_with_its_maker_it_reads_only_without(company: Company) -> None:
    maker = company.world.person("admin", "admin")
    http = company.world.http(company.world.key("admin", maker=maker.user.id))
    path = f"/v1/teams/{company.names['team']}"
    assert http.put(path, json={"name": "x"}).status_code == 200
    company.names["member"] = maker.user.id
    assert company.ask("organization owner", REMOVE_FROM_ORG).status_code == 204
    assert (said(http.put(path, json={"name": "y"})), said(http.get(f"{path}/members"))) == (FORBIDDEN, "200")


@pytest.mark.parametrize(
    ("role", "kept"),
    [("viewer", "viewer"), ("member", "member"), ("editor", "member"), ("Editor", "member"), ("admin", "admin")],
)
def test_a_role_in_an_organization_is_changed(company: Company, role: str, kept: str) -> None:
    answer = company.ask("organization admin", ORG_ROLE, {"role": role})
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert company.roles("member") == {"org": kept}
    changed = [action for action in company.actions() if action == "organization_member.role_changed"]
    assert len(changed) == (kept != "member")


@pytest.mark.parametrize("role", ["", "ADMINS", None])
def test_a_role_in_an_organization_that_is_none(company: Company, role: object) -> None:
    words = "invalid role, must be viewer, member, admin, or owner"
    company.refuses("organization admin", ORG_ROLE, {"role": role}, f"400 invalid_input: {words}")


@pytest.mark.parametrize("subject", ["organization admin", "instance admin", "admin key"])
def test_only_owners_decide_about_owners(company: Company, subject: str) -> None:
    details = company.refuses(subject, ORG_ROLE, {"role": "owner"}, FORBIDDEN)
    assert details == {"needs": "organization role owner", "has": "admin"}
    company.client("organization owner")  # a second one
    company.refuses(subject, ORG_ROLE.replace("member}", "owner}"), {"role": "member"}, FORBIDDEN)
    company.refuses(subject, REMOVE_FROM_ORG.replace("member}", "owner}"), None, FORBIDDEN)
    company.does(ORG_ROLE, {"role": "owner"}, subject="admin key of an owner")
    assert company.roles("member") == {"org": "owner"}


@pytest.mark.parametrize(
    ("request_", "body"),
    [(ORG_ROLE, {"role": "admin"}), (REMOVE_FROM_ORG, None)],
)
def test_the_last_owner_stays(company: Company, request_: str, body: Any) -> None:
    company.signs_in("owner")
    request_ = request_.replace("{member}", "{owner}")
    company.refuses("owner", request_, body, last("owner", "organization", company.world.org.name))
    assert company.ask("owner", ORG_ROLE, {"role": "owner"}).is_success
    assert company.ask("owner", request_, body).is_success


def test_an_administrator_of_the_instance_gives_an_orphaned_organization_an_owner(company: Company) -> None:
    company.world.store.write_now(
        lambda tx: tx.organizations.remove_member(company.names["org"], company.names["owner"])
    )
    company.refuses("organization admin", ORG_ROLE, {"role": "owner"}, FORBIDDEN)
    assert company.ask("instance admin", ORG_ROLE, {"role": "owner"}).is_success
    assert company.roles("member") == {"org": "owner"}


def test_of_two_owners_who_leave_at_once_one_stays(company: Company) -> None:
    world = company.world
    world.join_org(company.names["member"], "owner")
    people = [(world.http(world.session(company.names[name])), company.names[name]) for name in ("owner", "member")]
    path = f"/v1/orgs/{company.names['org']}/members"
    leaving = [lambda http=http, person=person: http.delete(f"{path}/{person}").status_code for http, person in people]
    assert sorted(map(str, at_once(*leaving))) == ["204", "409"]
    assert sorted([company.roles("owner").get("org", ""), company.roles("member").get("org", "")]) == ["", "owner"]


def test_one_person_joins_many_teams_at_once(company: Company) -> None:
    company.client("organization owner")
    world, person = company.world, company.world.person().user.id
    company.names["newcomer"] = person
    root, teams = company.client("instance admin"), [world.new_team(company.names["org"]) for _ in range(4)]
    roles = ["viewer", "viewer", "editor", "viewer"]
    for team in teams:
        world.join_team(company.names["admin"], "admin", team.id)
    body = {"user_id": person}
    adding = [
        lambda team=team, role=role: root.post(f"/v1/teams/{team.id}/members", json=body | {"role": role}).status_code
        for team, role in zip(teams, roles, strict=True)
    ]
    assert list(map(str, at_once(*adding))) == ["204"] * 4
    assert company.roles("newcomer")["org"] == "member"


def test_removals_and_joins_at_once_leave_nobody_in_a_team_without_its_organization(company: Company) -> None:
    owner, root = company.client("organization owner"), company.client("instance admin")
    person = company.names["colleague"]
    out = f"/v1/orgs/{company.names['org']}/members/{person}"
    into = f"/v1/teams/{company.names['team']}/members"
    calls = [lambda: owner.delete(out).status_code, lambda: root.post(into, json={"user_id": person}).status_code]
    answers = at_once(*calls * 3)
    assert set(map(str, answers)) <= {"204", "404"}
    assert set(company.roles("colleague")) in ({"org", "team"}, set())
