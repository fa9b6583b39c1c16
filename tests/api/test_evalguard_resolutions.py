"""A1 to A31: what EvalGuard's page leaves open, and how it is read here (contracts/evalguard-labels.md 4.2)."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from uuid import uuid4

import httpx
import pytest

from promptwire.domain.changes import Entry, Query
from promptwire.domain.subjects import OperatorSubject
from promptwire.domain.versions import ByNumber
from promptwire.server.clock import now
from promptwire.services import labels
from promptwire.services.calls import Act, Call
from support.evalguard import data, error, problem
from support.prompts import Versions, labels_path, protect
from support.world import World

ROCKET = "\N{ROCKET}"


@pytest.fixture
def admin(world: World) -> httpx.Client:
    return world.person("admin", "admin").http


@pytest.fixture
def member(world: World) -> httpx.Client:
    return world.person("editor", "member").http


@pytest.fixture
def versions(world: World, admin: httpx.Client) -> Versions:
    """Three versions: the first is `production` and `qa`, the second `beta`."""
    made = Versions(world, admin)
    data(made.call(admin, 1, add=["qa", "production"]))
    data(made.call(admin, 2, add=["beta"]))
    return made


BEFORE = {"beta": 2, "production": 1, "qa": 1}


def log(world: World, versions: Versions, label: str) -> list[Entry]:
    """Give what the change log says of a label of a prompt, oldest first."""
    query = Query(limit=200, prompt_id=versions.prompt_id, label=label)
    return list(world.store.read_now(lambda tx: tx.changes.of_scope(f"org:{world.org.id}", query)))[::-1]


def bad(http: httpx.Client, versions: Versions, body: object) -> None:
    """Send a body that is refused, and changes nothing."""
    assert problem(http.post(labels_path(versions.ids[2]), json=body)) == (400, "VALIDATION_ERROR")
    assert versions.labels(http) == BEFORE


def test_a01_a_label_is_on_one_version_of_a_prompt_and_moves(versions: Versions, member: httpx.Client) -> None:
    moved = data(versions.call(member, 2, add=["production", "new"]))["moved"]
    assert moved == [{"label": "production", "fromVersionId": versions.ids[1], "fromVersion": 1}]
    assert versions.labels(member) == BEFORE | {"production": 2, "new": 2}


def test_a02_another_prompt_has_labels_of_its_own(world: World, versions: Versions, member: httpx.Client) -> None:
    other = Versions(world, member)
    assert data(other.call(member, 3, add=["production"]))["moved"] == []
    assert (versions.labels(member), other.labels(member)) == (BEFORE, {"production": 3})


def test_a03_one_protected_label_refuses_the_whole_call(
    world: World, versions: Versions, admin: httpx.Client, member: httpx.Client
) -> None:
    protect(world, admin, "production", "admin")
    answer = versions.call(member, 2, add=["new", "production"], remove=["beta"])
    assert problem(answer) == (403, "PROTECTED_LABEL")
    details = error(answer)["details"]
    assert details["labels"] == [{"label": "production", "minRequiredRole": "admin"}]
    assert details["yourRole"] == "member"
    assert versions.labels(member) == BEFORE


def test_a04_every_label_that_stands_in_the_way_is_named(
    world: World, versions: Versions, admin: httpx.Client, member: httpx.Client
) -> None:
    owner = world.person(org_role="owner").http
    protect(world, admin, "production", "admin")
    protect(world, owner, "qa", "owner")
    protect(world, admin, "beta", "member")
    everything = {"add": ["production", "beta"], "remove": ["qa"]}
    refused = error(versions.call(member, 2, **everything))["details"]["labels"]
    assert refused == [
        {"label": "production", "minRequiredRole": "admin"},
        {"label": "qa", "minRequiredRole": "owner"},
    ]
    assert [one["label"] for one in error(versions.call(admin, 2, **everything))["details"]["labels"]] == ["qa"]
    assert versions.labels(member) == BEFORE
    data(versions.call(owner, 2, **everything))


def test_a05_a_protected_label_is_refused_also_where_nothing_would_change(
    world: World, versions: Versions, admin: httpx.Client, member: httpx.Client
) -> None:
    protect(world, admin, "production", "admin")
    assert problem(versions.call(member, 1, add=["production"])) == (403, "PROTECTED_LABEL")
    assert problem(versions.call(member, 2, remove=["production"])) == (403, "PROTECTED_LABEL")


def test_a06_removing_what_is_on_another_version_leaves_it_there(versions: Versions, member: httpx.Client) -> None:
    found = data(versions.call(member, 2, remove=["qa"]))
    assert (found["labels"], found["remove"], found["removed"]) == (["beta"], ["qa"], [])
    assert versions.labels(member) == BEFORE


def test_a07_what_is_so_already_is_echoed_and_no_change(world: World, versions: Versions, member: httpx.Client) -> None:
    answers = [data(versions.call(member, 1, add=["new"], remove=["none"])) for _ in range(4)]
    assert [(one["add"], one["remove"], one["removed"]) for one in answers] == [(["new"], ["none"], [])] * 4
    assert [one["added"] for one in answers] == [["new"], [], [], []]
    assert len(log(world, versions, "new")) == 1
    assert log(world, versions, "none") == []


def test_a08_a_label_in_both_lists_is_refused(versions: Versions, member: httpx.Client) -> None:
    bad(member, versions, {"add": ["x"], "remove": ["y", "x"]})


def test_a09_duplicates_are_dropped_in_order_and_count_before(versions: Versions, member: httpx.Client) -> None:
    bad(member, versions, {"add": ["x"] * 21})
    assert data(versions.call(member, 2, add=["y", "x", "y"]))["add"] == ["y", "x"]


@pytest.mark.parametrize("body", [{}, {"add": []}, {"add": [], "remove": []}])
def test_a10_an_empty_request_gives_the_labels(
    world: World, versions: Versions, member: httpx.Client, body: dict[str, list[str]]
) -> None:
    found = data(versions.call(member, 1, **body))
    assert found["labels"] == ["production", "qa"]
    assert [found[field] for field in ("add", "remove", "added", "removed", "moved")] == [[]] * 5
    assert problem(versions.call(world.person().http, 1, **body)) == (403, "NOT_A_MEMBER")


@pytest.mark.parametrize("body", [None, [], "x", 1, {"add": None}, {"add": "x"}, {"add": [1]}, {"remove": {}}])
def test_a11_what_is_no_request_is_refused(versions: Versions, member: httpx.Client, body: object) -> None:
    answer = member.post(labels_path(versions.ids[2]), content=b"", headers={"Content-Type": "application/json"})
    assert problem(answer) == (400, "VALIDATION_ERROR")
    if body is None:
        answer = member.post(
            labels_path(versions.ids[2]), content=b"null", headers={"Content-Type": "application/json"}
        )
        assert problem(answer) == (400, "VALIDATION_ERROR")
    else:
        bad(member, versions, body)


def test_a12_unknown_keys_are_passed_over(versions: Versions, member: httpx.Client) -> None:
    assert data(versions.call(member, 2, ADD=["x"], other=1))["labels"] == ["beta"]


def test_a13_sixty_code_points_after_nfc(versions: Versions, member: httpx.Client) -> None:
    for label in ("x", ROCKET):
        assert label * 60 in data(versions.call(member, 3, add=[label * 60]))["labels"]
        assert problem(versions.call(member, 3, add=[label * 61])) == (400, "VALIDATION_ERROR")
    composed = data(versions.call(member, 3, add=["e\N{COMBINING ACUTE ACCENT}" * 60]))["add"]
    assert composed == ["\N{LATIN SMALL LETTER E WITH ACUTE}" * 60]


def test_a14_any_printable_text(versions: Versions, member: httpx.Client) -> None:
    assert data(versions.call(member, 3, add=["a b/c,d%é" + ROCKET]))["added"] == ["a b/c,d%é" + ROCKET]
    for label in ("", " x", "x ", "a\0b", "a\nb", "a\N{LINE SEPARATOR}b", "a\N{REPLACEMENT CHARACTER}"):
        assert problem(versions.call(member, 3, add=[label])) == (400, "VALIDATION_ERROR")
    surrogate = member.post(
        labels_path(versions.ids[3]), content=b'{"add": ["a\\ud800"]}', headers={"Content-Type": "application/json"}
    )
    assert problem(surrogate) == (400, "VALIDATION_ERROR")


def test_a15_case_matters_and_protection_catches_look_alikes(
    world: World, versions: Versions, admin: httpx.Client, member: httpx.Client
) -> None:
    assert data(versions.call(member, 2, add=["BETA"]))["labels"] == ["BETA", "beta"]
    protect(world, admin, "production", "admin")
    for label in ("Production", "PRODUCTION", "\N{FULLWIDTH LATIN SMALL LETTER P}roduction"):
        assert problem(versions.call(member, 2, add=[label])) == (403, "PROTECTED_LABEL")


def test_a16_a_label_of_digits_never_hides_a_version(versions: Versions, member: httpx.Client) -> None:
    assert data(versions.call(member, 2, add=["3", "007", "+3"]))["added"] == ["3", "007", "+3"]
    assert member.get(f"{versions.path}/versions/3").json()["version"]["version"] == 3
    assert versions.labels(member)["3"] == 2


def test_a17_labels_come_by_code_point(versions: Versions, member: httpx.Client) -> None:
    assert data(versions.call(member, 2, add=["a", "Z", "é", "_"]))["labels"] == ["Z", "_", "a", "beta", "é"]


def test_a18_what_is_no_id_of_a_version_is_not_found(versions: Versions, member: httpx.Client) -> None:
    for version_id in ("not-a-uuid", "a%2Fb%00", str(uuid4()), versions.prompt_id):
        answer = member.post(labels_path(version_id), json={})
        assert problem(answer) == (404, "NOT_FOUND")
        assert "prompt version not found" in error(answer)["message"]


def test_a19_what_is_checked_first(world: World, versions: Versions, admin: httpx.Client) -> None:
    protect(world, admin, "production", "admin")
    stranger = world.person().http
    loose = world.new_team(None)
    owner = world.person()
    world.join_team(owner.user.id, "admin", loose.id)
    no_org = Versions(world, owner.http, team_id=loose.id).ids[1]
    known, good, wrong = versions.ids[1], {"add": ["production"]}, {"add": [""]}
    asked = [
        (world.http(None), str(uuid4()), wrong),
        (stranger, str(uuid4()), wrong),
        (stranger, str(uuid4()), good),
        (stranger, no_org, good),
        (stranger, known, good),
        (world.person("viewer", "viewer").http, known, good),
        (world.person("editor", "member").http, known, good),
    ]
    assert [problem(http.post(labels_path(version_id), json=body))[1] for http, version_id, body in asked] == [
        "UNAUTHORIZED",
        "VALIDATION_ERROR",
        "NOT_FOUND",
        "MISSING_ORG",
        "NOT_A_MEMBER",
        "FORBIDDEN",
        "PROTECTED_LABEL",
    ]
    data(world.person(org_role="owner").http.post(labels_path(known), json=good))


def test_a20_every_label_needs_an_editor(world: World, versions: Versions, member: httpx.Client) -> None:
    for low in (world.person("viewer", "member"), world.person("viewer", "viewer"), world.person(org_role="member")):
        assert problem(versions.call(low.http, 2, add=["x"])) == (403, "FORBIDDEN")
    assert problem(versions.call(world.http(world.key("read_render")), 2, add=["x"])) == (403, "FORBIDDEN")
    assert versions.labels(member) == BEFORE
    data(versions.call(member, 2, add=["x"]))


def test_a21_a_minimum_of_viewer_means_whoever_may_write_at_all(
    world: World, versions: Versions, admin: httpx.Client, member: httpx.Client
) -> None:
    assert protect(world, admin, "production", "viewer").is_success
    assert problem(versions.call(world.person("viewer", "viewer").http, 2, add=["production"])) == (403, "FORBIDDEN")
    data(versions.call(member, 2, add=["production"]))


def test_a22_who_is_elsewhere_is_not_a_member(world: World, versions: Versions) -> None:
    stranger = world.person(is_admin=True)
    world.join_org(stranger.user.id, "owner", world.new_org().id)
    assert problem(versions.call(stranger.http, 1, add=["x"])) == (403, "NOT_A_MEMBER")
    assert versions.tag(stranger.http, 1, "x").status_code == 404  # on `/v1` it hides


def test_a23_a_team_that_its_owner_took_out_of_its_organization(
    world: World, versions: Versions, member: httpx.Client
) -> None:
    owner = world.person("admin", "owner")
    body = {"name": world.team.name, "org_id": None}
    assert owner.http.put(f"/v1/teams/{world.team.id}", json=body).status_code == 200
    query = Query(limit=1)
    [entry] = world.store.read_now(lambda tx: tx.changes.of_scope(f"org:{world.org.id}", query))
    assert (entry.change.action, entry.change.subject_id) == ("team.moved", owner.user.id)
    for http in (owner.http, member, world.person().http):
        for request in ({}, {"add": ["x"]}):
            assert problem(versions.call(http, 1, **request)) == (409, "MISSING_ORG")
    assert versions.tag(member, 1, "x").status_code == 200


def test_a24_twenty_in_each_list(versions: Versions, member: httpx.Client) -> None:
    old, new = [f"old-{at:02}" for at in range(20)], [f"new-{at:02}" for at in range(20)]
    data(versions.call(member, 3, add=old))
    assert problem(versions.call(member, 3, add=[*new, "one more"])) == (400, "VALIDATION_ERROR")
    found = data(versions.call(member, 3, add=new, remove=old))
    assert (found["labels"], found["added"], found["removed"]) == (new, new, old)


def test_a25_an_idempotency_key_carries_a_request_out_once(versions: Versions, member: httpx.Client) -> None:
    path, key = labels_path(versions.ids[3]), {"Idempotency-Key": uuid4().hex}
    answers = [data(member.post(path, json={"add": ["x"]}, headers=key)) for _ in range(4)]
    assert [one["added"] for one in answers] == [["x"]] * 4
    assert problem(member.post(path, json={"add": ["y"]}, headers=key)) == (409, "CONFLICT")


def test_a26_many_move_one_label_at_once(world: World, member: httpx.Client) -> None:
    versions = Versions(world, member, count=10)
    callers = [world.person("editor", "member").http for _ in range(10)]
    callers += [world.http(world.key(maker=world.person("editor", "member").user.id)) for _ in range(10)]

    def move(at: int) -> list[int]:
        numbers = (1 + (at + step) % 10 for step in range(3))
        return [versions.call(callers[at], number, add=["production"]).status_code for number in numbers]

    with ThreadPoolExecutor(20) as pool:
        assert [status for statuses in pool.map(move, range(20)) for status in statuses] == [200] * 60
    entries = log(world, versions, "production")
    assert entries[0].change.before == {}
    for one, following in pairwise(entries):
        assert following.change.before == one.change.after
        assert following.change.after != following.change.before
    assert versions.labels(member) == {"production": entries[-1].change.after["version_number"]}


@pytest.mark.parametrize("request_", ["DELETE {path}/versions/1", "POST {path}/versions/1/archive"])
def test_a27_taking_a_protected_label_out_of_use_needs_its_role(
    world: World, versions: Versions, admin: httpx.Client, member: httpx.Client, request_: str
) -> None:
    protect(world, admin, "production", "admin")
    method, path = request_.format(path=versions.path).split(" ")
    refused = member.request(method, path)
    assert (refused.status_code, refused.json()["error"]) == (403, "forbidden")
    assert refused.json()["code"] == "protected_label"
    assert versions.labels(member) == BEFORE
    assert admin.request(method, path).is_success


def test_a28_a_duplicate_has_no_labels(versions: Versions, member: httpx.Client) -> None:
    answer = member.post(f"{versions.path}/versions/1/duplicate")
    assert answer.json()["version"]["tags"] == []
    assert versions.labels(member) == BEFORE


@pytest.mark.parametrize("guarded", ["source", "target"])
def test_a29_moving_a_prompt_asks_both_registries(
    world: World, versions: Versions, admin: httpx.Client, guarded: str
) -> None:
    target = world.new_team(world.org.id)
    mover = world.person("admin", "member")
    world.join_team(mover.user.id, "admin", target.id)
    protect(world, admin, "production", "admin", team_id=target.id if guarded == "target" else None)
    refused = mover.http.post(f"{versions.path}/move", json={"team_id": target.id})
    assert (refused.status_code, refused.json()["code"]) == (403, "protected_label")
    assert versions.labels(mover.http) == BEFORE


def test_a30_protection_counts_at_once_and_nobody_lowers_their_own(
    world: World, versions: Versions, admin: httpx.Client, member: httpx.Client
) -> None:
    owner = world.person(org_role="owner").http
    path = f"/api/v1/projects/{world.team.id}/protected-labels/production"
    assert problem(member.put(path, json={"minRequiredRole": "member"})) == (403, "FORBIDDEN")
    assert problem(admin.put(path, json={"minRequiredRole": "owner"})) == (403, "FORBIDDEN")
    data(owner.put(path, json={"minRequiredRole": "owner"}))
    assert problem(versions.call(admin, 2, add=["production"])) == (403, "PROTECTED_LABEL")
    assert problem(admin.put(path, json={"minRequiredRole": "admin"})) == (403, "FORBIDDEN")
    assert problem(admin.delete(path)) == (403, "FORBIDDEN")
    data(owner.delete(path))
    data(versions.call(member, 2, add=["production"]))
    query = Query(limit=3, label="production")
    told = world.store.read_now(lambda tx: tx.changes.of_scope(f"org:{world.org.id}", query))
    assert [entry.change.action for entry in told] == [
        "label.moved",
        "protected_label.removed",
        "protected_label.set",
    ]


def test_a31_only_the_operator_is_the_system_and_never_a_request(
    world: World, versions: Versions, member: httpx.Client
) -> None:
    data(versions.call(member, 3, add=["by-request"]))
    data(versions.call(world.http(world.key()), 3, add=["by-key"]))
    act = Act(OperatorSubject(), Call(token=None, request_id="none", now=now()))
    world.store.write_now(
        lambda tx: labels.set_one(tx, act, versions.prompt_id, ByNumber(3), read=lambda: "by-operator")
    )
    kinds = {
        label: {entry.change.subject_kind for entry in log(world, versions, label)}
        for label in ("by-request", "by-key", "by-operator")
    }
    assert kinds == {"by-request": {"user"}, "by-key": {"api_key"}, "by-operator": {"system"}}


def test_every_resolution_has_a_test() -> None:
    named = {int(found[1]) for name in globals() if (found := re.match(r"test_a(\d\d)_", name))}
    assert named == set(range(1, 32))
