"""Teams over HTTP: contracts/px0.md 1.10, DESIGN sections 2, 2b and 4."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from promptwire.domain.roles import OrgRole
from support.company import BAD_NAMES, Company
from support.scene import said
from support.writers import at_once

CREATE = "POST /v1/orgs/{org}/teams"
LIST = "GET /v1/orgs/{org}/teams"
UPDATE = "PUT /v1/teams/{team}"
DELETE = "DELETE /v1/teams/{team}"
TAKEN = "409 already_exists: team name already exists under this organization"
FORBIDDEN = "403 forbidden: forbidden"


@pytest.mark.parametrize(("subject", "request_"), [("organization admin", CREATE), ("team admin", UPDATE)])
@pytest.mark.parametrize(("body", "words"), BAD_NAMES)
def test_a_name_that_cannot_be_is_refused(company: Company, subject: str, request_: str, body: Any, words: str) -> None:
    company.refuses(subject, request_, body, f"400 invalid_input: {words}")


def test_who_creates_a_team_is_its_admin(company: Company) -> None:
    answer = company.ask("instance admin", CREATE, {"name": "Core Team"})
    made = answer.json()["team"]
    assert answer.status_code == 201
    assert made == {
        "id": str(UUID(made["id"])),
        "org_id": company.names["org"],
        "name": "Core Team",
        "slug": "core_team",
        "promotion_checks": [],
        "created_at": made["created_at"],
    }
    assert company.does("GET /v1/me/teams", subject="instance admin") == [made]
    [mine] = company.does("GET /v1/me/orgs", subject="instance admin")
    assert (mine["id"], mine["org_role"]) == (company.names["org"], "admin")
    assert company.actions()[-3:] == ["team.created", "team_member.added", "organization_member.added"]


def test_a_team_that_a_key_creates_waits_for_its_first_member(company: Company) -> None:
    company.names["made"] = company.does(CREATE, {"name": "Core"}, subject="admin key")["id"]
    assert company.ask("admin key", "GET /v1/teams/{made}/members").json()["members"] == []
    company.does("POST /v1/teams/{made}/members", {"user_id": company.names["member"]}, subject="admin key")
    assert company.roles("member") == {"org": "member", "Core": "admin"}


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Other!", "other_2"),
        ("!!!", "team"),
        ("550e8400e29b41d4a716446655440000", "team"),
        ("x" * 255, "x" * 255),
        ("Größe 中", "größe_中"),
    ],
)
def test_every_name_makes_a_slug_of_its_own(company: Company, name: str, slug: str) -> None:
    assert company.does(CREATE, {"name": name}, subject="organization admin")["slug"] == slug


def test_long_names_that_make_one_slug(company: Company) -> None:
    made = [company.does(CREATE, {"name": "x" * 254 + end}, subject="organization admin")["slug"] for end in "!.-"]
    assert made == ["x" * 254, "x" * 253 + "_2", "x" * 253 + "_3"]


def test_a_name_is_taken_in_its_organization_in_any_case(company: Company) -> None:
    company.refuses("organization admin", CREATE, {"name": "OTHER"}, TAKEN)
    company.refuses("team admin", UPDATE, {"name": "OTHER"}, TAKEN)
    owner = company.elsewhere.world.person(None, "owner")
    company.world.join_org(owner.user.id, "owner")
    answer = owner.http.put(
        f"/v1/teams/{company.names['team']}", json={"name": "Mine", "org_id": company.elsewhere.world.org.id}
    )
    assert said(answer) == "200"
    company.names["team"] = company.names["other"]
    assert company.does(UPDATE, {"name": "Mine"}, subject="organization admin")["name"] == "Mine"
    back = owner.http.put(
        f"/v1/teams/{company.names['team']}", json={"name": "mine", "org_id": answer.json()["team"]["org_id"]}
    )
    assert said(back) == TAKEN


def test_teams_are_listed_by_name_and_for_a_key_as_far_as_it_goes(company: Company) -> None:
    for name in ("b", "A", "C"):
        company.does(CREATE, {"name": name}, subject="organization admin")
    names = [team["name"] for team in company.does(LIST, subject="organization viewer")]
    assert names == sorted(names, key=str.casefold)
    assert {"A", "b", "C", "other", company.world.team.name} == set(names)
    assert company.does(LIST, subject="all key") == company.does(LIST, subject="organization viewer")
    assert [team["id"] for team in company.does(LIST, subject="key of this team")] == [company.names["team"]]
    assert company.ask("organization viewer", LIST).json().keys() == {"teams"}


@pytest.mark.parametrize("limit", [1, 2, 4, 200])
def test_teams_come_in_pages_to_who_asks(company: Company, limit: int) -> None:
    for name in ("b", "Ä:", "ä/"):
        company.does(CREATE, {"name": name}, subject="organization admin")
    whole = company.does(LIST, subject="organization viewer")
    assert company.pages("organization viewer", LIST, limit) == whole


def test_a_renamed_team_stays_where_it_is_and_keeps_its_slug(company: Company) -> None:
    before = company.world.team
    team = company.does(UPDATE, {"name": "Renamed"}, subject="team admin")
    assert (team["name"], team["slug"], team["org_id"]) == ("Renamed", before.slug, company.names["org"])
    changes = company.changes()
    same = {"name": "Renamed", "org_id": company.names["org"]}
    assert company.does(UPDATE, same, subject="team admin") == team
    assert company.changes() == changes
    entry = company.log()[0].change
    assert (entry.action, entry.before["name"], entry.after["name"]) == ("team.renamed", before.name, "Renamed")


def test_only_an_owner_takes_a_team_out_of_its_organization(company: Company) -> None:
    detach = {"name": "Alone", "ORG_ID": None}
    for subject, has in (("team admin", None), ("organization admin", "admin"), ("instance admin", "admin")):
        details = company.refuses(subject, UPDATE, detach, FORBIDDEN)
        assert details["has"] == ("member" if has is None else has)
    team = company.does(UPDATE, detach, subject="organization owner")
    assert "org_id" not in team
    assert company.roles("colleague") == {"Alone": "editor", "org": "member"}
    moved = [company.log()[0].change, company.log(f"team:{company.names['team']}")[0].change]
    assert [(one.action, one.before["org_id"], one.after["org_id"]) for one in moved] == 2 * [
        ("team.moved", company.names["org"], None)
    ]
    company.refuses("organization owner", UPDATE, {"name": "x"}, "404 not_found: team not found")
    assert company.does(UPDATE, {"name": "x"}, subject="instance admin")["name"] == "x"


@pytest.mark.parametrize("org_id", ["x", "", 7, {}])
def test_an_organization_that_is_none_is_refused(company: Company, org_id: object) -> None:
    company.refuses("team admin", UPDATE, {"name": "x", "org_id": org_id}, "400 invalid_input: invalid request body")


def test_a_team_moves_where_its_mover_has_the_right_in_both(company: Company) -> None:
    there = company.elsewhere.world
    move = {"name": "Moved", "org_id": there.org.id}
    mover = company.world.person("admin", "owner")
    path = f"/v1/teams/{company.names['team']}"
    assert said(mover.http.put(path, json=move)) == FORBIDDEN
    there.join_org(mover.user.id, "member")
    assert said(mover.http.put(path, json=move)) == FORBIDDEN
    there.join_org(mover.user.id, "admin")
    company.world.join_org(mover.user.id, "admin")
    assert said(mover.http.put(path, json=move)) == FORBIDDEN
    company.world.join_org(mover.user.id, "owner")
    team = mover.http.put(path, json=move).json()["team"]
    assert (team["org_id"], team["name"], team["slug"]) == (there.org.id, "Moved", company.world.team.slug)


def test_everybody_in_a_moved_team_belongs_to_its_new_organization(company: Company) -> None:
    there = company.elsewhere.world
    mover = company.world.person("admin", "owner")
    there.join_org(mover.user.id, "owner")
    limited = company.client("key of this team")
    company.prompt("live")
    path = f"/v1/teams/{company.names['team']}"
    assert said(mover.http.put(path, json={"name": "Moved", "org_id": there.org.id})) == "200"
    role = there.store.read_now(lambda tx: tx.organizations.role(there.org.id, company.names["colleague"]))
    assert role is OrgRole.MEMBER
    assert company.roles("colleague")["org"] == "member"
    assert limited.get(f"/v1/prompts/{company.names['prompt']}").status_code == 404
    there.join_org(mover.user.id, "owner")
    assert said(mover.http.put(path, json={"name": "Back", "org_id": company.names["org"]})) == "200"
    assert limited.get(f"/v1/prompts/{company.names['prompt']}").status_code == 404  # what it lost it does not regain
    moves = [
        [one for one in company.actions(f"org:{org}") if one == "team.moved"]
        for org in (company.names["org"], there.org.id)
    ]
    assert [len(one) for one in moves] == [2, 2]


def test_a_moved_team_whose_slug_is_taken_gets_another(company: Company) -> None:
    there = company.elsewhere.world
    there.new_team(there.org.id, slug="other")
    mover = company.world.person(None, "owner")
    there.join_org(mover.user.id, "owner")
    answer = mover.http.put(f"/v1/teams/{company.names['other']}", json={"name": "New", "org_id": there.org.id})
    assert answer.json()["team"]["slug"] == "other_2"


def test_a_team_without_organization_enters_one(company: Company) -> None:
    company.names["team"] = company.names["lone"]
    company.signs_in("admin")
    enter = {"name": "Lone", "org_id": company.names["org"]}
    company.refuses("organization owner", UPDATE, enter, "404 not_found: team not found")
    company.refuses("admin", UPDATE, enter, FORBIDDEN)
    company.world.join_org(company.names["admin"], "admin")
    assert company.does(UPDATE, enter, subject="admin")["org_id"] == company.names["org"]


def test_a_team_takes_its_prompts_with_it_and_the_log_keeps_each(company: Company) -> None:
    company.prompt("live", "draft", tags={"prod": 1, "beta": 2})
    assert company.ask("editor", "GET /v1/prompts/{prompt}").status_code == 200
    assert company.ask("team admin", DELETE).status_code == 204
    company.refuses("organization owner", DELETE, None, "404 not_found: team not found")
    assert company.ask("editor", "GET /v1/prompts/{prompt}").status_code == 404
    last = company.actions()[-4:]
    assert last == ["label.removed", "label.removed", "prompt.deleted", "team.deleted"]
    removed = [entry.change for entry in company.log()[:4]]
    assert {change.label: change.before["version_number"] for change in removed if change.label} == {
        "prod": 1,
        "beta": 2,
    }
    assert removed[0].before["name"] == company.world.team.name


def test_a_key_whose_teams_are_gone_covers_nothing(company: Company) -> None:
    world = company.world
    both = world.key("admin", teams=(company.names["team"], company.names["other"]))
    one = world.key("admin", teams=(company.names["team"],))
    assert company.ask("organization owner", DELETE).status_code == 204
    keys = [company.key(secret) for secret in (both, one)]
    assert [key and key.team_ids for key in keys] == [(company.names["other"],), ()]
    narrowed = [entry.change for entry in company.log() if entry.change.action == "key.updated"]
    assert sorted(len(change.after["team_ids"] or ()) for change in narrowed) == [0, 1]  # type: ignore[arg-type]
    http = world.http(one)
    assert said(http.put(f"/v1/teams/{company.names['other']}", json={"name": "x"})) == "404 not_found: team not found"
    assert said(http.post(f"/v1/orgs/{company.names['org']}/teams", json={"name": "x"})) == FORBIDDEN
    assert http.get(f"/v1/orgs/{company.names['org']}/teams").json() == {"teams": []}
    listed = company.client("organization owner").get("/v1/api-keys", params={"org_id": company.names["org"]})
    shown = {key["id"]: key.get("team_ids") for key in listed.json()["api_keys"]}
    assert sorted(shown.values()) == [[], [company.names["other"]]]


@pytest.mark.parametrize("team", ["{unknown}", "{lone}"])
@pytest.mark.parametrize(
    ("request_", "body", "expected"),
    [
        ("PUT /v1/teams/{}", {"name": "x"}, "404 not_found: team not found"),
        ("DELETE /v1/teams/{}", None, "404 not_found: team not found"),
        ("POST /v1/teams/{}/members", {"user_id": "{member}"}, "404 not_found: team not found"),
        ("DELETE /v1/teams/{}/members/{{member}}", None, "404 not_found: team not found"),
        ("PUT /v1/teams/{}/members/{{member}}/role", {"role": "viewer"}, "404 not_found: team not found"),
        ("GET /v1/teams/{}/members", None, FORBIDDEN),
    ],
)
def test_a_team_that_one_does_not_see_is_as_unknown_as_one_that_is_not(
    company: Company, team: str, request_: str, body: Any, expected: str
) -> None:
    company.refuses("organization owner", request_.format(team), body, expected)
    company.refuses("organization owner", request_.format("7"), body, "400 invalid_input: invalid id")


def test_who_leaves_a_team_stays_in_its_organization(company: Company) -> None:
    company.signs_in("colleague")
    leave = "DELETE /v1/me/teams/{team}"
    assert company.ask("colleague", leave).status_code == 204
    assert company.roles("colleague") == {"org": "member"}
    company.refuses("colleague", leave, None, "404 not_found: user is not a member of this team")
    assert company.actions()[-1] == "team_member.removed"


def test_the_last_admin_does_not_leave(company: Company) -> None:
    company.signs_in("admin")
    words = f"the last admin of the team {company.world.team.name!r} stays: give somebody else that role first"
    details = company.refuses("admin", "DELETE /v1/me/teams/{team}", None, f"409 last_administrator: {words}")
    assert details == {"role": "admin", "team_id": company.names["team"]}


def test_of_two_admins_who_leave_at_once_one_stays(company: Company) -> None:
    world = company.world
    world.join_team(company.names["colleague"], "admin")
    https = [world.http(world.session(company.names[name])) for name in ("admin", "colleague")]
    path = f"/v1/me/teams/{company.names['team']}"
    assert sorted(map(str, at_once(*(lambda http=http: http.delete(path).status_code for http in https)))) == [
        "204",
        "409",
    ]


def test_of_many_teams_made_at_once_each_has_its_slug(company: Company) -> None:
    http = company.client("organization admin")
    path, names = f"/v1/orgs/{company.names['org']}/teams", [f"Race{'!' * count}" for count in range(5)]
    made = at_once(*(lambda name=name: http.post(path, json={"name": name}).json()["team"]["slug"] for name in names))
    assert sorted(map(str, made)) == ["race", "race_2", "race_3", "race_4", "race_5"]


def test_prompts_added_while_a_team_goes_are_in_the_log_or_refused(company: Company) -> None:
    editor, owner = company.client("editor"), company.client("organization owner")
    path = f"/v1/teams/{company.names['team']}"
    adding = [lambda: editor.post(f"{path}/prompts", json={"name": str(uuid4())}).status_code for _ in range(4)]
    answers = at_once(*adding, lambda: owner.delete(path).status_code)
    assert set(map(str, answers)) <= {"201", "204", "403"}
    actions = company.actions()
    assert actions.count("prompt.created") == actions.count("prompt.deleted") == answers.count(201)
    assert actions[-1] == "team.deleted"


def test_a_team_says_which_findings_stop_its_promotions(company: Company) -> None:
    before = company.does("GET /v1/me/teams", subject="team admin")[0]
    asked = {"promotion_checks": ["breaking", "renders", "breaking"]}
    changed = company.does(UPDATE, asked, subject="team admin")
    assert changed == before | {"promotion_checks": ["renders", "breaking"]}
    assert company.does(UPDATE, asked, subject="team admin") == changed
    assert company.does("GET /v1/me/teams", subject="team admin") == [changed]
    assert company.does(UPDATE, {"name": before["name"]}, subject="team admin") == changed
    assert company.does(UPDATE, {"promotion_checks": []}, subject="team admin") == before
    entries = [entry.change for entry in reversed(company.log()) if entry.change.action == "team.checks_set"]
    told = [(entry.before["promotion_checks"], entry.after["promotion_checks"]) for entry in entries]
    assert told == [((), ("renders", "breaking")), (("renders", "breaking"), ())]


@pytest.mark.parametrize(
    ("subject", "body", "expected"),
    [
        (
            "team admin",
            {"promotion_checks": ["renders", "tests"]},
            "400 invalid_input: invalid check 'tests', promotion_checks may hold renders, schema, breaking",
        ),
        ("team admin", {"promotion_checks": "renders"}, "400 invalid_input: invalid request body"),
        ("team admin", {"promotion_checks": [1]}, "400 invalid_input: invalid request body"),
        ("team admin", {"promotion_checks": None}, "400 invalid_input: name is required"),
        ("editor", {"promotion_checks": ["tests"]}, FORBIDDEN),
    ],
)
def test_checks_that_cannot_be_are_refused(company: Company, subject: str, body: Any, expected: str) -> None:
    company.refuses(subject, UPDATE, body, expected)


def test_everybody_lists_the_teams_whose_prompts_they_see(company: Company) -> None:
    team, other, lone = ({"id": company.names[name]} for name in ("team", "other", "lone"))
    company.signs_in("admin")
    company.signs_in("newcomer")

    def seen(subject: str) -> list[dict[str, str]]:
        return [{"id": one["id"]} for one in company.does("GET /v1/teams", subject=subject)]

    assert sorted(seen("admin"), key=str) == sorted([team, lone], key=str)
    assert seen("newcomer") == []
    assert sorted(seen("read_render key"), key=str) == sorted([team, other], key=str)
    assert seen("key of this team") == [team]
    names = [one["name"].casefold() for one in company.does("GET /v1/teams", subject="all key")]
    assert names == sorted(names)
