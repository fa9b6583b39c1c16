"""What a version needs of the variables, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from support.contents import schema_of
from support.scene import Scene

VARIABLES = "GET /v1/prompts/{prompt}/versions/1/variables"
VERSIONS = "POST /v1/prompts/{prompt}/versions"
TEMPLATE = """Hi {{.user.name}},
{{if eq .tone "formal"}}Yours{{end}}{{range .docs}}{{.title}}{{end}}
{{.user.name}}"""


def test_a_version_says_what_it_reads_and_where(scene: Scene) -> None:
    scene.prompt()
    made = scene.does(VERSIONS, {"template": TEMPLATE})
    answer = scene.ask("read_render key", VARIABLES).json()
    line = {"path": "template", "line": 2}
    places = [{"path": "template", "line": 1}, {"path": "template", "line": 3}]
    assert answer["variables"] == ["user", "tone", "docs"]
    assert answer["needs"] == [
        need("user", ["object"], [], []),
        need("user.name", [], ["print"], places),
        need("tone", ["string"], ["compare"], [line], values=["formal"]),
        need("docs", ["array", "object", "integer", "null"], ["range"], [line]),
        need("docs[].title", [], ["print"], [line]),
    ]
    assert answer["inferred_schema"]["required"] == ["user", "tone", "docs"]
    assert (answer["input_schema"], answer["findings"]) == (None, [])
    assert (answer["version"], answer["content_hash"]) == (1, made["content_hash"])


def need(path: str, types: list[str], uses: list[str], where: list[Any], **more: Any) -> dict[str, Any]:
    name = path.partition(".")[0].removesuffix("[]")
    known = {"path": path, "name": name, "required": True, "types": types, "uses": uses, "values": [], "where": where}
    return known | more


def test_a_version_that_reads_nothing_needs_nothing(scene: Scene) -> None:
    scene.prompt()
    scene.does(VERSIONS, {"template": "no variables"})
    answer = scene.ask("viewer", VARIABLES).json()
    assert (answer["variables"], answer["needs"]) == ([], [])


def test_a_version_says_where_its_schema_is_wrong(scene: Scene) -> None:
    scene.prompt()
    schema = schema_of({"user": {"type": "string"}, "old": {}}, "user", "old")
    scene.does("PUT /v1/prompts/{prompt}", {"input_schema": schema})
    scene.does(VERSIONS, {"template": "{{.user.name}}{{.age}}"})
    answer = scene.ask("viewer", VARIABLES).json()
    assert answer["input_schema"] == schema
    told = [(one["check"], one["severity"], one["path"], one["message"]) for one in answer["findings"]]
    assert told == [
        ("schema", "error", "user", "the input schema says that user is string; the version needs object"),
        ("schema", "error", "age", "the input schema does not describe age, which the version reads"),
        ("schema", "warning", "old", "the input schema requires old, which is never read"),
    ]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ("GET /v1/prompts/{prompt}/versions/9/variables", "404 version_not_found: version not found"),
        ("GET /v1/prompts/{prompt}/versions/nope/variables", "404 version_not_found: version not found"),
        ("GET /v1/prompts/{slug}/versions/1/variables", "400 invalid_input: invalid prompt id"),
        ("GET /v1/prompts/{foreign}/versions/1/variables", "404 prompt_not_found: prompt not found"),
    ],
)
def test_what_is_not_there_reads_nothing(shared: Scene, request_: str, expected: str) -> None:
    shared.refuses("viewer", request_, None, expected)


def test_a_template_that_is_too_much_to_look_at_is_refused(scene: Scene) -> None:
    calls = "".join(f'{{{{define "t{at}"}}}}{f"{{{{template `t{at + 1}` .}}}}" * 9}{{{{end}}}}' for at in range(9))
    scene.prompt()
    scene.does(VERSIONS, {"template": calls + '{{define "t9"}}{{.a}}{{end}}{{template "t0" .}}'})
    answer = scene.ask("viewer", VARIABLES)
    assert answer.status_code == 422
    assert answer.json()["code"] == "limit_exceeded"
