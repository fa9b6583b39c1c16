"""Versions that carry the whole call, over HTTP: docs/reference/chat.md."""

from __future__ import annotations

from typing import Any

import pytest

from promptwire.wire.content import Content
from promptwire.wire.delivery import Resolved
from support.scene import Scene, said

CREATE = "POST /v1/prompts/{prompt}/versions"
FIRST = "/v1/prompts/{prompt}/versions/1"
RENDER = "POST /v1/prompts/{slug}/versions/1/render"

MESSAGES = [
    {"role": "system", "content": "You guide through {{.city}}."},
    {"placeholder": "history"},
    {"role": "user", "content": "{{.question}}", "name": "Ada"},
]
SHOWN = "[system]\nYou guide through {{.city}}.\n\n[placeholder history]\n\n[user Ada]\n{{.question}}"
HISTORY = [{"role": "user", "content": [{"type": "text", "text": "{{.city}}"}], "extra": {"kept": [1, None]}}]
VARIABLES = {"city": "Paris", "question": "{{.city}}?", "history": HISTORY}
RENDERED = [
    {"role": "system", "content": "You guide through Paris."},
    *HISTORY,
    {"role": "user", "content": "{{.city}}?", "name": "Ada"},
]
CALL: dict[str, Any] = {
    "model": "gpt-5",
    "model_params": {"temperature": 0.5, "stop": ["\n"], "seed": 2**60},
    "tools": [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}],
    "response_format": {"type": "json_object"},
}


def test_a_chat_is_written_read_listed_and_rendered(scene: Scene) -> None:
    scene.prompt()
    made = scene.does(CREATE, {"messages": MESSAGES, **CALL, "message": "why", "source": "git:abc"})
    assert made == made | CALL | {
        "kind": "chat",
        "messages": MESSAGES,
        "template": SHOWN,
        "message": "why",
        "source": "git:abc",
        "content_hash": Content(kind="chat", messages=MESSAGES, **CALL).content_hash,
    }
    assert scene.does(f"GET {FIRST}", subject="editor") == made
    assert scene.does("GET /v1/prompts/{prompt}?version=1") == made
    assert scene.does("GET /v1/prompts/{prompt}/versions") == [made]
    answer = scene.ask("viewer", RENDER, {"variables": VARIABLES}).json()
    text = "[system]\nYou guide through Paris.\n\n[user]\n{{.city}}\n\n[user Ada]\n{{.city}}?"
    named = {"rendered": text, "version": 1, "slug": scene.names["slug"], "tags": []}
    assert answer == CALL | named | {"kind": "chat", "messages": RENDERED}


def test_a_running_process_gets_all_of_it(scene: Scene) -> None:
    scene.prompt()
    scene.does(CREATE, {"messages": MESSAGES, **CALL})
    answer = scene.ask("read_render key", "GET /v1/prompts/{slug}/resolve?version=1")
    assert Resolved.from_json(answer.json()).content == Content(kind="chat", messages=MESSAGES, **CALL)


def test_a_text_carries_the_call_too(scene: Scene) -> None:
    scene.prompt()
    made = scene.does(CREATE, {"template": "Hello {{.name}}", **CALL})
    assert made == made | CALL | {"kind": "text", "messages": None, "template": "Hello {{.name}}"}
    answer = scene.ask("viewer", RENDER, {"variables": {"name": "Ada"}}).json()
    assert answer == answer | CALL | {"kind": "text", "messages": None, "rendered": "Hello Ada"}


def test_a_copy_is_of_the_whole_call_and_not_of_what_was_said_of_it(scene: Scene) -> None:
    scene.prompt()
    made = scene.does(CREATE, {"messages": MESSAGES, **CALL, "message": "why", "source": "git:abc"})
    copy = scene.does(f"POST {FIRST}/duplicate")
    own = {name: copy[name] for name in ("id", "created_at")}
    assert copy == made | own | {"version": 2, "message": None, "source": None}


@pytest.mark.parametrize(
    ("sent", "changed"),
    [
        ({"template": "new"}, {"template": "new"}),
        ({"template": "new", "unknown": 1}, {"template": "new"}),
        ({"model": "claude"}, {"model": "claude"}),
        ({"Model": "claude", "TEMPLATE": "new"}, {"model": "claude", "template": "new"}),
        ({"template": "new", "model": None, "tools": None}, {"template": "new", "model": None, "tools": None}),
        ({"message": "because"}, {"message": "because"}),
        ({"message": ""}, {"message": None}),
        ({"message": None, "source": None}, {"message": None, "source": None}),
        ({"kind": "text"}, {}),
        ({"kind": None, "messages": None, "template": None, "model": "x"}, {"model": "x"}),
        (
            {"messages": [{"role": "user", "content": "{{.x}}"}]},
            {"kind": "chat", "messages": [{"role": "user", "content": "{{.x}}"}], "template": "[user]\n{{.x}}"},
        ),
        (
            {"kind": "chat", "messages": [{"role": "user", "content": "x"}], "template": "as it was read"},
            {"kind": "chat", "messages": [{"role": "user", "content": "x"}], "template": "[user]\nx"},
        ),
    ],
)
def test_what_is_not_sent_of_a_text_stays(scene: Scene, sent: dict[str, Any], changed: dict[str, Any]) -> None:
    scene.prompt()
    made = scene.does(CREATE, {"template": "old", **CALL, "message": "why", "source": "git:abc"})
    after = scene.does(f"PUT {FIRST}", sent)
    assert after == made | changed | {"content_hash": after["content_hash"]}
    assert scene.does(f"GET {FIRST}") == after


@pytest.mark.parametrize(
    ("sent", "changed"),
    [
        ({"model": "claude"}, {"model": "claude"}),
        ({"messages": MESSAGES[:1]}, {"messages": MESSAGES[:1], "template": SHOWN.split("\n\n", maxsplit=1)[0]}),
        ({"kind": "text", "template": "new"}, {"kind": "text", "template": "new", "messages": None}),
        ({"kind": "chat", "template": "as it was read", "model": "x"}, {"model": "x"}),
    ],
)
def test_what_is_not_sent_of_a_chat_stays(scene: Scene, sent: dict[str, Any], changed: dict[str, Any]) -> None:
    scene.prompt()
    made = scene.does(CREATE, {"messages": MESSAGES, **CALL})
    after = scene.does(f"PUT {FIRST}", sent)
    assert after == made | changed | {"content_hash": after["content_hash"]}


def test_what_was_read_can_be_sent_back(scene: Scene) -> None:
    scene.prompt()
    made = scene.does(CREATE, {"messages": MESSAGES, **CALL, "message": "why"})
    logged = scene.changes()
    assert scene.does(f"PUT {FIRST}", made) == made
    assert scene.changes() == logged


def test_a_chat_is_not_overwritten_by_who_knows_its_text_only(scene: Scene) -> None:
    scene.prompt()
    scene.does(CREATE, {"messages": MESSAGES})
    words = "this version is a chat, which its template only shows: send messages, or say kind text"
    details = scene.refuses("editor", f"PUT {FIRST}", {"template": SHOWN + "!"}, f"400 invalid_input: {words}")
    assert details == {"field": "template"}


A_CHAT = {"messages": MESSAGES}
REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"kind": "image"}, "kind", "kind must be text or chat"),
    ({"kind": ["chat"]}, "kind", "kind must be text or chat"),
    ({"kind": "chat"}, "messages", "messages is required"),
    ({"kind": "text", **A_CHAT}, "messages", "a text has a template, not messages"),
    ({"template": "x", **A_CHAT}, "messages", "give template or messages, not both, or say which kind it is"),
    ({"messages": []}, "messages", "messages must hold 1 to 200 items"),
    ({"messages": "x"}, "messages", "messages must be a list"),
    (
        {"messages": [*MESSAGES, {"role": "bot", "content": "x"}]},
        "messages[3].role",
        "messages[3].role must be one of system, developer, user, assistant, tool",
    ),
    (A_CHAT | {"model": 5}, "model", "model must be a string"),
    (A_CHAT | {"model": " "}, "model", "model is required"),
    (A_CHAT | {"model": "m" * 256}, "model", "model must be at most 255 characters"),
    (A_CHAT | {"model": "a\nb"}, "model", "model must not contain control characters"),
    (A_CHAT | {"model_params": []}, "model_params", "model_params must be an object"),
    (
        A_CHAT | {"model_params": {"messages": []}},
        "model_params.messages",
        "model_params.messages has a field of its own: messages",
    ),
    (
        A_CHAT | {"model_params": {"stop": "x" * 262_144}},
        "model_params",
        "model_params must be at most 262144 bytes as JSON",
    ),
    (A_CHAT | {"tools": {}}, "tools", "tools must be a list of 1 to 128 tools"),
    (A_CHAT | {"tools": []}, "tools", "tools must be a list of 1 to 128 tools"),
    (A_CHAT | {"tools": [CALL["tools"][0]] * 129}, "tools", "tools must be a list of 1 to 128 tools"),
    (A_CHAT | {"tools": [CALL["tools"][0], "x"]}, "tools[1]", "tools[1] must be an object"),
    (
        A_CHAT | {"tools": [{}]},
        "tools[0].type",
        "tools[0].type must name the tool's type, or the tool must have a function",
    ),
    (A_CHAT | {"tools": [{"type": "function"}]}, "tools[0].function", "tools[0].function is required"),
    (A_CHAT | {"tools": [{"function": {"name": "f"}}]}, "tools[0].type", "tools[0].type must be function"),
    (
        A_CHAT | {"tools": [{"type": "function", "function": {"name": ""}}]},
        "tools[0].function.name",
        "tools[0].function.name must be a string of 1 to 128 characters",
    ),
    (
        A_CHAT | {"tools": [{"type": "function", "function": {"name": "f", "parameters": "x"}}]},
        "tools[0].function.parameters",
        "tools[0].function.parameters must be an object",
    ),
    (
        A_CHAT | {"tools": [{"name": "f", "input_schema": []}]},
        "tools[0].input_schema",
        "tools[0].input_schema must be an object",
    ),
    (A_CHAT | {"tools": [{"name": "f", "x": "x" * 262_144}]}, "tools", "tools must be at most 262144 bytes as JSON"),
    (A_CHAT | {"response_format": "json"}, "response_format", "response_format must be an object"),
    (
        A_CHAT | {"response_format": {}},
        "response_format.type",
        "response_format.type must be a string, such as text, json_object or json_schema",
    ),
    (
        A_CHAT | {"response_format": {"type": "json_schema"}},
        "response_format.json_schema",
        "response_format.json_schema must be an object",
    ),
    (
        A_CHAT | {"response_format": {"type": "json_schema", "json_schema": {}}},
        "response_format.json_schema.name",
        "response_format.json_schema.name must be a string of 1 to 128 characters",
    ),
    (
        A_CHAT | {"response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": 1}}},
        "response_format.json_schema.schema",
        "response_format.json_schema.schema must be an object",
    ),
    (
        A_CHAT | {"response_format": {"type": "json_schema", "schema": 1}},
        "response_format.schema",
        "response_format.schema must be an object",
    ),
    (A_CHAT | {"message": 1}, "message", "message must be a string"),
    (A_CHAT | {"message": "x" * 2001}, "message", "message must be at most 2000 characters"),
    (A_CHAT | {"source": "x" * 501}, "source", "source must be at most 500 characters"),
    (A_CHAT | {"source": "a\0"}, "source", "source must not contain NUL characters"),
]


@pytest.mark.parametrize(("body", "field", "words"), REFUSED, ids=[f"{row[1]}-{at}" for at, row in enumerate(REFUSED)])
def test_what_cannot_be_is_refused_with_its_path(shared: Scene, body: dict[str, Any], field: str, words: str) -> None:
    for request in (CREATE, "PUT /v1/prompts/{prompt}/versions/wip"):
        assert shared.refuses("editor", request, body, f"400 invalid_input: {words}") == {"field": field}


def test_a_template_that_does_not_parse_names_its_message(shared: Scene) -> None:
    body = {"messages": [{"role": "user", "content": "x"}, {"role": "user", "content": "\n{{"}]}
    words = "400 invalid_template: invalid template: template: messages[1]:2: unclosed action"
    assert shared.refuses("editor", CREATE, body, words) == {"line": 2, "path": "messages[1].content"}
    many = {"messages": [{"role": "user", "content": "{{.a}}" * 26}] * 193}
    words = "400 invalid_template: invalid template: messages: limit exceeded: actions (5000)"
    assert shared.refuses("editor", CREATE, many, words) == {"line": None, "path": "messages"}


A_MISSING_NAME = 'executing "messages[0]" at <.city>: map has no entry for key "city"'


@pytest.mark.parametrize(
    ("variables", "words", "details"),
    [
        (
            {"question": "x", "history": []},
            f"render_failed: template execution failed: template: messages[0]:1:20: {A_MISSING_NAME}",
            {"line": 1, "path": "messages[0].content"},
        ),
        (
            {"city": "x", "question": "x"},
            (
                "render_failed: template execution failed: "
                "variables.history is missing: the placeholder takes a list of messages"
            ),
            {"line": None, "path": "variables.history"},
        ),
        (
            {"city": "x", "question": "x", "history": [{"role": "user", "content": "x"}, {"content": "x"}]},
            "render_failed: template execution failed: variables.history[1] must be a message: an object with a role",
            {"line": None, "path": "variables.history[1]"},
        ),
    ],
)
def test_a_render_that_lacks_something_says_what(
    scene: Scene, variables: dict[str, Any], words: str, details: dict[str, Any]
) -> None:
    scene.prompt()
    scene.does(CREATE, A_CHAT)
    assert scene.refuses("viewer", RENDER, {"variables": variables}, f"422 {words}") == details


def test_many_messages_together_may_cost_what_one_template_may(scene: Scene) -> None:
    scene.prompt()
    scene.does(CREATE, {"messages": [{"role": "user", "content": "{{range 100000}}" + "x" * 25 + "{{end}}"}] * 2})
    answer = scene.ask("viewer", RENDER, {"variables": {}})
    words = "messages give more than 4194304 characters together"
    assert said(answer) == f"422 limit_exceeded: template execution failed: {words}"


def test_the_order_of_checks_is_kept_where_templates_are_parsed_ahead(shared: Scene) -> None:
    body = {"messages": [{"role": "user", "content": "{{"}]}
    for subject, expected in (
        ("nobody", "401 unauthorized: unauthorized"),
        ("stranger", "404 prompt_not_found: prompt not found"),
        ("viewer", "403 forbidden: forbidden"),
        ("read_render key", "403 forbidden: forbidden"),
    ):
        for request in (CREATE, "PUT /v1/prompts/{prompt}/versions/wip"):
            shared.refuses(subject, request, body, expected)
    words = "422 wrong_status: only draft versions can be modified"
    shared.refuses("editor", "PUT /v1/prompts/{prompt}/versions/1", body, words)
