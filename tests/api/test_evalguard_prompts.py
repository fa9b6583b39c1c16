"""Prompts on `/api/v1`: listed as a row for every version, written by name (contracts/evalguard-labels.md 2)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from support.evalguard import data, error, problem
from support.prompts import Versions, labels_path, protect
from support.world import World

PROMPTS = "/api/v1/prompts"


@pytest.fixture
def editor(world: World) -> httpx.Client:
    return world.person("editor", "member").http


def write(http: httpx.Client, world: World, content: str = "Hello {{.name}}!", **fields: Any) -> httpx.Response:
    body = {"projectId": world.team.id, "name": "greeting", "content": content, **fields}
    return http.post(PROMPTS, json={key: value for key, value in body.items() if value is not ...})


def rows(http: httpx.Client, world: World, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = data(http.get(PROMPTS, params={"projectId": world.team.id, **query}))
    return found


def test_a_new_name_makes_a_prompt_and_a_known_one_a_draft(world: World, editor: httpx.Client) -> None:
    first = data(write(editor, world), 201)
    second = data(write(editor, world, "Hi {{.name}}, {{.user.mail}} {{range .items}}{{.id}}{{end}}"), 201)
    assert set(first) == {
        *("id", "name", "version", "content", "variables", "created_at"),
        *("projectId", "promptId", "status", "labels", "model"),
    }
    assert (first["name"], first["version"], first["content"]) == ("greeting", 1, "Hello {{.name}}!")
    assert (first["projectId"], first["status"], first["labels"]) == (world.team.id, "draft", [])
    assert (first["variables"], second["variables"]) == (["name"], ["name", "user", "items"])
    assert (second["promptId"], second["version"]) == (first["promptId"], 2)
    assert [row["id"] for row in rows(editor, world)] == [second["id"], first["id"]]
    seen = editor.get(f"/v1/prompts/{first['promptId']}/versions/1").json()["version"]
    assert (seen["id"], seen["template"]) == (first["id"], "Hello {{.name}}!")


def test_the_id_of_a_row_is_what_the_labels_route_takes(world: World, editor: httpx.Client) -> None:
    row = data(write(editor, world), 201)
    data(editor.post(labels_path(row["id"]), json={"add": ["qa", "beta"]}))
    assert data(editor.get(labels_path(row["id"]))) == {"promptVersionId": row["id"], "labels": ["beta", "qa"]}
    assert rows(editor, world)[0]["labels"] == ["beta", "qa"]


def test_a_name_that_is_the_slug_of_a_prompt_means_that_prompt(world: World, editor: httpx.Client) -> None:
    first = data(write(editor, world, name="Order Mail"), 201)
    assert data(write(editor, world, name="order_mail"), 201)["promptId"] == first["promptId"]
    refused = write(editor, world, name="order mail")
    assert problem(refused) == (409, "CONFLICT")
    assert len(rows(editor, world)) == 2


def test_many_who_bring_the_same_new_name_make_one_prompt(world: World, editor: httpx.Client) -> None:
    with ThreadPoolExecutor(6) as pool:
        made = [data(answer, 201) for answer in pool.map(lambda _: write(editor, world), range(6))]
    assert len({row["promptId"] for row in made}) == 1
    assert sorted(row["version"] for row in made) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        ("Hello {{name}}!", "{{.name}}"),
        ("{{ user.name }}", "{{.user}}"),
        ("{{if plan}}x{{end}}", "{{.plan}}"),
    ],
)
def test_a_variable_without_its_dot_is_refused_with_a_hint(
    world: World, editor: httpx.Client, content: str, hint: str
) -> None:
    refused = write(editor, world, content)
    assert problem(refused) == (400, "VALIDATION_ERROR")
    assert f"a variable is written with a dot: {hint}" in error(refused)["message"]
    assert error(refused)["details"] == {"line": 1, "hint": f"a variable is written with a dot: {hint}"}
    assert rows(editor, world) == []
    prompt = world.prompt(editor)
    native = editor.post(f"/v1/prompts/{prompt}/versions", json={"template": content}).json()
    assert native["error"].startswith("invalid template: ")
    assert native["details"]["hint"] == f"a variable is written with a dot: {hint}"


def test_another_mistake_in_a_template_has_no_hint(world: World, editor: httpx.Client) -> None:
    refused = write(editor, world, "line\n{{if}}")
    assert problem(refused) == (400, "VALIDATION_ERROR")
    assert error(refused)["details"] == {"line": 2}


@pytest.mark.parametrize(
    ("fields", "code", "words"),
    [
        ({"projectId": ...}, "MISSING_PROJECT_ID", "projectId is required"),
        ({"projectId": None}, "MISSING_PROJECT_ID", "projectId is required"),
        ({"projectId": "x"}, "INVALID_ID", "projectId must be a UUID"),
        ({"projectId": 1}, "VALIDATION_ERROR", "projectId must be a string"),
        ({"name": ...}, "VALIDATION_ERROR", "name is required"),
        ({"name": " "}, "VALIDATION_ERROR", "name is required"),
        ({"name": "x" * 256}, "VALIDATION_ERROR", "name must be at most 255 characters"),
        ({"name": ["x"]}, "VALIDATION_ERROR", "name must be a string"),
        ({"content": ...}, "VALIDATION_ERROR", "content is required"),
        ({"content": {}}, "VALIDATION_ERROR", "content must be a string"),
        ({"content": "a\0b"}, "VALIDATION_ERROR", "template must not contain NUL characters"),
        ({"variables": "name"}, "VALIDATION_ERROR", "variables must be an array of strings"),
        ({"variables": [1]}, "VALIDATION_ERROR", "variables must be an array of strings"),
        ({"model": 4}, "VALIDATION_ERROR", "model must be a string"),
        ({"model": "x" * 256}, "VALIDATION_ERROR", "model must be at most 255 characters"),
    ],
)
def test_a_bad_prompt_changes_nothing(
    world: World, editor: httpx.Client, fields: dict[str, Any], code: str, words: str
) -> None:
    refused = write(editor, world, **fields)
    assert problem(refused) == (400, code)
    assert error(refused)["message"] == f"{code}: {words}"
    assert rows(editor, world) == []


def test_what_evalguards_clients_send_besides(world: World, editor: httpx.Client) -> None:
    row = data(write(editor, world, model="gpt-4o", tags=["x"], variables=["name"], config={"a": 1}), 201)
    assert (row["model"], row["labels"]) == ("gpt-4o", [])


def test_a_list_is_as_long_as_asked_for_within_bounds(world: World, editor: httpx.Client) -> None:
    prompt = world.prompt(editor, *(f"text {number}" for number in range(1, 53)))
    assert [row["version"] for row in rows(editor, world)] == list(range(52, 2, -1))
    assert [row["version"] for row in rows(editor, world, limit="2")] == [52, 51]
    assert len(rows(editor, world, limit="0")) == len(rows(editor, world, limit="-5")) == 1
    assert len(rows(editor, world, limit="1000")) == 52
    refused = editor.get(PROMPTS, params={"projectId": world.team.id, "limit": "many"})
    assert problem(refused) == (400, "VALIDATION_ERROR")
    assert "limit must be a number" in error(refused)["message"]
    world.person("admin").http.post(f"/v1/prompts/{prompt}/archive")
    assert rows(editor, world) == []


def test_a_list_needs_a_project_one_may_see(world: World, editor: httpx.Client) -> None:
    assert problem(editor.get(PROMPTS)) == (400, "MISSING_PROJECT_ID")
    assert problem(editor.get(PROMPTS, params={"projectId": "x"})) == (400, "INVALID_ID")
    for project in (str(uuid4()), world.new_team(world.new_org().id).id, world.new_team(None).id):
        refused = editor.get(PROMPTS, params={"projectId": project})
        assert problem(refused) == (404, "NOT_FOUND")
        assert error(refused)["message"] == "NOT_FOUND: project not found"


def test_a_project_of_ones_own_without_organization(world: World) -> None:
    loose = world.new_team(None)
    owner = world.person()
    world.join_team(owner.user.id, "admin", loose.id)
    assert problem(owner.http.get(PROMPTS, params={"projectId": loose.id})) == (409, "MISSING_ORG")
    assert problem(write(owner.http, world, projectId=loose.id)) == (409, "MISSING_ORG")
    assert problem(owner.http.get(f"/api/v1/projects/{loose.id}/protected-labels")) == (409, "MISSING_ORG")


def test_a_key_that_is_limited_to_labels_sees_what_they_lead_to(world: World, editor: httpx.Client) -> None:
    versions = Versions(world, editor)
    data(versions.call(editor, 1, add=["prod", "qa"]))
    admin = world.person("admin", "admin").http
    body = {"name": "k", "org_id": world.org.id, "readable_labels": ["prod"]}
    key = world.http(admin.post("/v1/api-keys", json=body).json()["key"])
    assert [row["id"] for row in rows(key, world)] == [versions.ids[1]]
    assert data(key.get(labels_path(versions.ids[1])))["labels"] == ["prod"]
    assert problem(key.get(labels_path(versions.ids[2]))) == (403, "FORBIDDEN")


def test_the_registry(world: World, editor: httpx.Client) -> None:
    admin = world.person("admin", "admin")
    path = f"/api/v1/projects/{world.team.id}/protected-labels"
    set_ = data(admin.http.put(f"{path}/production", json={"minRequiredRole": "admin"}))
    assert set(set_) == {"projectId", "label", "minRequiredRole", "createdBy", "createdAt"}
    assert (set_["label"], set_["minRequiredRole"], set_["createdBy"]) == ("production", "admin", admin.user.id)
    protect(world, admin.http, "live", "member")
    data(admin.http.put(f"{path}/a%2Fb", json={"min_required_role": "editor"}))
    assert [(one["label"], one["minRequiredRole"]) for one in data(editor.get(path))] == [
        ("a/b", "member"),
        ("live", "member"),
        ("production", "admin"),
    ]
    lifted = data(admin.http.delete(f"{path}/production"))
    assert lifted == {"projectId": world.team.id, "label": "production", "protected": False}
    assert problem(admin.http.delete(f"{path}/production")) == (404, "NOT_FOUND")
    assert [one["label"] for one in data(editor.get(path))] == ["a/b", "live"]


@pytest.mark.parametrize(
    ("project", "label", "body", "expected"),
    [
        ("x", "production", {"minRequiredRole": "admin"}, (400, "INVALID_ID")),
        ("", "production", {}, (400, "VALIDATION_ERROR")),
        ("", "production", {"minRequiredRole": "chief"}, (400, "VALIDATION_ERROR")),
        ("", "production", {"minRequiredRole": 1}, (400, "VALIDATION_ERROR")),
        ("", "x" * 61, {"minRequiredRole": "admin"}, (400, "VALIDATION_ERROR")),
        ("unknown", "production", {"minRequiredRole": "admin"}, (404, "NOT_FOUND")),
    ],
)
def test_a_bad_protection_changes_nothing(
    world: World, project: str, label: str, body: dict[str, Any], expected: tuple[int, str]
) -> None:
    admin = world.person("admin", "admin").http
    project_id = {"": world.team.id, "unknown": str(uuid4())}.get(project, project)
    assert problem(admin.put(f"/api/v1/projects/{project_id}/protected-labels/{label}", json=body)) == expected
    assert data(admin.get(f"/api/v1/projects/{world.team.id}/protected-labels")) == []
