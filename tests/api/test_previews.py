"""Previews of unsaved content over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from promptwire.wire.content import Content
from support.scene import Scene

PREVIEW = "POST /v1/teams/{team}/preview"
CHAT = {
    "messages": [
        {"role": "system", "content": "You guide through {{.city}}."},
        {"placeholder": "history"},
        {"role": "user", "content": "{{.question}}"},
    ]
}
HISTORY = [{"role": "user", "content": "{{.city}}"}]


def preview(scene: Scene, body: dict[str, Any], subject: str = "viewer") -> dict[str, Any]:
    before = scene.changes()
    answer = scene.ask(subject, PREVIEW, body)
    assert answer.status_code == 200, answer.text
    assert scene.changes() == before
    told: dict[str, Any] = answer.json()
    return told


@pytest.mark.parametrize("subject", ["viewer", "editor", "read_render key", "key of this team"])
def test_a_text_is_previewed(shared: Scene, subject: str) -> None:
    told = preview(shared, {"template": "Hello {{.user.name}}", "variables": {"user": {"name": "Ada"}}}, subject)
    assert told == {
        "kind": "text",
        "rendered": "Hello Ada",
        "messages": None,
        "errors": [],
        "variables": ["user"],
        "needs": told["needs"],
        "inferred_schema": told["inferred_schema"],
        "findings": [],
        "content_hash": Content(template="Hello {{.user.name}}").content_hash,
    }
    assert [need["path"] for need in told["needs"]] == ["user", "user.name"]
    assert told["inferred_schema"]["required"] == ["user"]


def test_a_chat_is_previewed(shared: Scene) -> None:
    variables = {"city": "Paris", "question": "?", "history": HISTORY}
    told = preview(shared, CHAT | {"variables": variables, "model": "gpt-5"})
    assert told["messages"] == [
        {"role": "system", "content": "You guide through Paris."},
        *HISTORY,
        {"role": "user", "content": "?"},
    ]
    assert told["rendered"] == "[system]\nYou guide through Paris.\n\n[user]\n{{.city}}\n\n[user]\n?"
    assert (told["kind"], told["errors"]) == ("chat", [])
    assert set(told["variables"]) == {"city", "question", "history"}
    assert told["content_hash"] == Content(kind="chat", messages=CHAT["messages"], model="gpt-5").content_hash


def error(code: str, message: str, path: str | None, line: int | None = None, column: int | None = None) -> Any:
    return {"code": code, "message": message, "path": path, "line": line, "column": column}


def user(content: str) -> dict[str, str]:
    return {"role": "user", "content": content}


PARSE = "invalid template: template: "
FAILED = "template execution failed: "
ERRORS: list[tuple[dict[str, Any], list[Any]]] = [
    (
        {"template": "a\né{{if}}"},
        [error("invalid_template", f"{PARSE}:2: missing value for if", "template", 2, 6)],
    ),
    (
        {"messages": [user("{{"), user("x"), user("\n {{end}}")]},
        [
            error("invalid_template", f"{PARSE}messages[0]:1: unclosed action", "messages[0].content", 1, 2),
            error("invalid_template", f"{PARSE}messages[2]:2: unexpected {{{{end}}}}", "messages[2].content", 2, 6),
        ],
    ),
    (
        {"template": "\n  {{.name}}"},
        [
            error(
                "render_failed",
                f'{FAILED}template: prompt:2:4: executing "prompt" at <.name>: map has no entry for key "name"',
                "template",
                2,
                4,
            )
        ],
    ),
    (
        {"messages": [user("x"), user("{{.name}}")]},
        [
            error(
                "render_failed",
                f"{FAILED}template: messages[1]:1:2: "
                'executing "messages[1]" at <.name>: map has no entry for key "name"',
                "messages[1].content",
                1,
                2,
            )
        ],
    ),
    (
        {"messages": [{"placeholder": "history"}], "variables": {"history": "x"}},
        [error("render_failed", f"{FAILED}variables.history must be a list of messages", "variables.history")],
    ),
    (
        {"template": "x{{range 100000000}}x{{end}}"},
        [error("limit_exceeded", f"{FAILED}template: prompt:1:9: limit exceeded: steps (1000000)", "template", 1, 9)],
    ),
]


@pytest.mark.parametrize(("body", "errors"), ERRORS, ids=[str(at) for at in range(len(ERRORS))])
def test_what_is_wrong_is_told_with_its_place(shared: Scene, body: dict[str, Any], errors: list[Any]) -> None:
    told = preview(shared, body)
    assert told["errors"] == errors
    assert (told["rendered"], told["messages"]) == (None, None)


def test_what_parses_is_looked_at_though_it_does_not_render(shared: Scene) -> None:
    told = preview(shared, {"template": "{{.name}}"})
    assert told["variables"] == ["name"]
    unparsed = preview(shared, {"template": "{{.name}}{{"})
    assert (unparsed["variables"], unparsed["needs"], unparsed["inferred_schema"]) == ([], [], None)


def test_an_input_schema_is_held_against_the_templates_and_the_variables(shared: Scene) -> None:
    schema = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    body = {"template": "{{.name}} {{.other}}", "input_schema": schema}
    told = preview(shared, body | {"variables": {"name": 1, "other": 2}})
    assert [(one["code"], one["path"]) for one in told["errors"]] == [("invalid_variables", "name")]
    assert [finding["path"] for finding in told["findings"]] == ["other"]
    assert preview(shared, body | {"variables": {"name": "Ada", "other": 2}})["rendered"] == "Ada 2"


@pytest.mark.parametrize(
    ("subject", "path", "body", "expected"),
    [
        ("nobody", "{team}", b"no JSON", "401 unauthorized: unauthorized"),
        ("viewer", "nonsense", b"no JSON", "400 invalid_input: invalid id"),
        ("viewer", "{unknown}", b"no JSON", "403 forbidden: forbidden"),
        ("stranger", "{team}", b"no JSON", "403 forbidden: forbidden"),
        ("key of another team", "{team}", b"no JSON", "403 forbidden: forbidden"),
        ("viewer", "{team}", b"no JSON", "400 invalid_input: invalid request body"),
        ("viewer", "{team}", {}, "400 invalid_input: template is required"),
        ("viewer", "{team}", {"template": "x", "variables": []}, "400 invalid_input: invalid request body"),
        ("viewer", "{team}", {"messages": []}, "400 invalid_input: messages must hold 1 to 200 items"),
        (
            "viewer",
            "{team}",
            {"template": "x", "tools": {}},
            "400 invalid_input: tools must be a list of 1 to 128 tools",
        ),
    ],
)
def test_what_cannot_be_previewed_is_refused(shared: Scene, subject: str, path: str, body: Any, expected: str) -> None:
    shared.refuses(subject, f"POST /v1/teams/{path}/preview", body, expected)
