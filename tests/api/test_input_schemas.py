"""Input schemas over HTTP: kept with prompts and versions, and enforced in renders."""

from __future__ import annotations

from typing import Any

import pytest

from support.contents import schema_of
from support.scene import Scene

CREATE = "POST /v1/teams/{team}/prompts"
UPDATE = "PUT /v1/prompts/{prompt}"
GET = "GET /v1/prompts/{prompt}"
NAME = schema_of({"name": {"type": "string", "maxLength": 5}, "age": {"type": "integer"}}, "name")
BAD_SCHEMAS: list[tuple[Any, str]] = [
    ({"type": "array"}, "input_schema must describe an object: variables have names"),
    (
        {"$ref": "https://example.com/x"},
        "input_schema must not refer to what is outside of it: 'https://example.com/x'",
    ),
    ({"$ref": "#"}, "input_schema must not refer to itself in a circle: '#'"),
    (
        {"properties": {"a": {"pattern": "("}}},
        "input_schema at properties.a.pattern: no regular expression of the kind",
    ),
    ({"required": "name"}, 'input_schema at required: the value is not of type "array"'),
    ([], "input_schema must be a JSON Schema, which is an object"),
    ("{}", "input_schema must be a JSON Schema, which is an object"),
    (True, "input_schema must be a JSON Schema, which is an object"),
]


def test_a_prompt_is_created_with_a_schema(scene: Scene) -> None:
    made = scene.does(CREATE, {"name": "with a schema", "input_schema": NAME})
    assert made["input_schema"] == NAME
    scene.names["prompt"] = made["id"]
    assert scene.does(GET) == made


def test_a_schema_is_set_and_taken_away_and_the_description_stays(scene: Scene) -> None:
    scene.prompt()
    scene.does(UPDATE, {"description": "about"})
    before = scene.changes()
    assert scene.does(UPDATE, {"input_schema": NAME})["input_schema"] == NAME
    kept = scene.does(UPDATE, {"description": "else"})
    assert (kept["input_schema"], kept["description"]) == (NAME, "else")
    gone = scene.does(UPDATE, {"INPUT_SCHEMA": None})
    assert (gone["input_schema"], gone["description"]) == (None, "else")
    assert scene.does(UPDATE, {})["description"] == ""
    told = [entry.change for entry in scene.entries(before)]
    hashes = [(one.before.get("schema_hash"), one.after.get("schema_hash", "same")) for one in told]
    assert [one.action for one in told] == ["prompt.updated"] * 4
    assert hashes == [(None, hashes[0][1]), (None, "same"), (hashes[0][1], None), (None, "same")]
    assert len(str(hashes[0][1])) == 64


@pytest.mark.parametrize(("schema", "words"), BAD_SCHEMAS)
def test_a_schema_that_may_not_be_kept_is_refused(scene: Scene, schema: Any, words: str) -> None:
    scene.prompt()
    for request, body in ((CREATE, {"name": "x"}), (UPDATE, {})):
        before = scene.changes()
        answer = scene.ask("editor", request, {**body, "input_schema": schema})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
        assert answer.json()["error"].startswith(words)
        assert answer.json()["details"] == {"field": "input_schema"}
        assert scene.changes() == before
        scene.refuses("viewer", request, {**body, "input_schema": schema}, "403 forbidden: forbidden")


def test_a_new_version_begins_with_the_schema_of_its_prompt(scene: Scene) -> None:
    scene.prompt("draft")
    scene.does(UPDATE, {"input_schema": NAME})
    scene.does("POST /v1/prompts/{prompt}/versions", {"template": "{{.name}}"})
    scene.does("POST /v1/prompts/{prompt}/versions/2/duplicate")
    scene.does(UPDATE, {"input_schema": None})
    schemas = [
        scene.ask("viewer", f"GET /v1/prompts/{{prompt}}/versions/{number}/variables").json()["input_schema"]
        for number in (1, 2, 3)
    ]
    assert schemas == [None, NAME, NAME]


WRITE = "POST /v1/prompts/{prompt}/versions"
DRAFT = "/v1/prompts/{prompt}/versions/1"
RENDER = "POST /v1/prompts/{slug}/versions/1/render"
OTHER = schema_of({"name": {}}, "name")


def test_a_draft_has_a_schema_of_its_own(scene: Scene) -> None:
    scene.prompt()
    scene.does(UPDATE, {"input_schema": NAME})
    own = scene.does(WRITE, {"template": "{{.name}}", "input_schema": OTHER})
    assert own["input_schema"] == OTHER
    assert scene.does(WRITE, {"template": "{{.name}}", "input_schema": None})["input_schema"] is None
    assert scene.does(WRITE, {"template": "{{.name}}"})["input_schema"] == NAME
    changed = scene.does(f"PUT {DRAFT}", {"template": "{{.name}}!"})
    assert (changed["input_schema"], changed["template"]) == (OTHER, "{{.name}}!")
    changed = scene.does(f"PUT {DRAFT}", {"input_schema": NAME})
    assert (changed["input_schema"], changed["template"]) == (NAME, "{{.name}}!")
    assert changed["content_hash"] != own["content_hash"]
    assert scene.does(f"PUT {DRAFT}", {"input_schema": None})["input_schema"] is None
    assert scene.does(GET)["input_schema"] == NAME


@pytest.mark.parametrize(("schema", "words"), BAD_SCHEMAS)
def test_a_schema_of_a_draft_that_may_not_be_kept_is_refused(scene: Scene, schema: Any, words: str) -> None:
    scene.prompt("draft", "stable")
    for request in (WRITE, f"PUT {DRAFT}"):
        before = scene.changes()
        answer = scene.ask("editor", request, {"template": "x", "input_schema": schema})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
        assert answer.json()["error"].startswith(words)
        assert scene.changes() == before
        scene.refuses("viewer", request, {"template": "x", "input_schema": schema}, "403 forbidden: forbidden")
    stable = {"input_schema": schema}
    scene.refuses("editor", "PUT /v1/prompts/{prompt}/versions/2", stable, f"422 wrong_status: {ONLY_DRAFTS}")


ONLY_DRAFTS = "only draft versions can be modified"


@pytest.mark.parametrize(
    ("variables", "path", "reason"),
    [
        ({}, "", '"name" is a required property'),
        ({"name": 7}, "name", 'the value is not of type "string"'),
        ({"name": "too long"}, "name", "the value is longer than 5 characters"),
        ({"name": "Ada", "age": "old"}, "age", 'the value is not of type "integer"'),
        (None, "", '"name" is a required property'),
    ],
)
def test_a_render_with_other_variables_is_refused_with_path_and_reason(
    scene: Scene, variables: Any, path: str, reason: str
) -> None:
    scene.prompt()
    scene.does(WRITE, {"template": "Hi {{.name}}", "input_schema": NAME})
    scene.does("POST /v1/prompts/{prompt}/versions/1/promote", {"to": "live"})
    where = f"{path}: " if path else ""
    words = f"422 invalid_variables: the variables do not satisfy the input schema: {where}{reason}"
    for request in (RENDER, "POST /v1/prompts/{slug}/render"):
        details = scene.refuses("read_render key", request, {"variables": variables}, words)
        violation = {"path": path, "reason": reason}
        assert details == {**violation, "violations": [violation]}
        answer = scene.ask("viewer", request, {"variables": {"name": "Ada", "more": 1}})
        assert answer.json()["rendered"] == "Hi Ada"


def test_every_violation_is_named(scene: Scene) -> None:
    scene.prompt()
    scene.does(WRITE, {"messages": [{"role": "user", "content": "Hi {{.name}}"}], "input_schema": NAME})
    answer = scene.ask("viewer", RENDER, {"variables": {"name": "too long", "age": 1.5}}).json()
    assert sorted(one["path"] for one in answer["details"]["violations"]) == ["age", "name"]
    assert scene.ask("viewer", RENDER, {"variables": {"name": "Ada"}}).json()["messages"][0]["content"] == "Hi Ada"


def test_a_running_process_gets_the_schema(scene: Scene) -> None:
    scene.prompt()
    scene.does(WRITE, {"template": "Hi {{.name}}", "input_schema": NAME})
    resolved = scene.ask("viewer", "GET /v1/prompts/{slug}/resolve?version=1").json()
    assert resolved["content"]["input_schema"] == NAME


def test_more_variables_than_can_be_checked_are_refused(scene: Scene) -> None:
    scene.prompt()
    schema = schema_of({"l": {"items": {"anyOf": [{"const": at} for at in range(1900)]}}}, "l")
    scene.does(WRITE, {"template": "x", "input_schema": schema})
    assert scene.ask("viewer", RENDER, {"variables": {"l": [0] * 100}}).json()["rendered"] == "x"
    answer = scene.ask("viewer", RENDER, {"variables": {"l": [0] * 100_000}})
    assert (answer.status_code, answer.json()["code"]) == (422, "limit_exceeded")
