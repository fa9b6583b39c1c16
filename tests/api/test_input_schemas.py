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
