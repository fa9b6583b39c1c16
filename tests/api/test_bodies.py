"""How bodies are read on every route that takes one: contracts/px0.md 1.0."""

from __future__ import annotations

import pytest

from support.scene import Scene, said

INVALID = "400 invalid_input: invalid request body"
TAKES_A_BODY = [
    "POST /v1/teams/{team}/prompts",
    "PUT /v1/prompts/{prompt}",
    "POST /v1/prompts/{prompt}/versions",
    "PUT /v1/prompts/{prompt}/versions/4",
    "POST /v1/prompts/{prompt}/versions/4/tags",
    "POST /v1/prompts/{slug}/render",
    "POST /v1/prompts/{slug}/versions/4/render",
]
RENDER = TAKES_A_BODY[-1]


@pytest.mark.parametrize("request_", TAKES_A_BODY)
def test_every_route_reads_its_body_in_the_same_way(shared: Scene, request_: str) -> None:
    for body in (b"", b"{", b"[]", b'{"x": 1e400}'):
        shared.refuses("editor", request_, body, INVALID)
    before = shared.changes()
    assert said(shared.ask("editor", request_, b"{}", {"Content-Type": "text/plain"})) == INVALID
    assert shared.changes() == before


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the body is empty"),
        (b" \n", "the body is empty"),
        (b"{", "malformed JSON at line 1 column 2: Expecting property name enclosed in double quotes"),
        (b'{"a": 1} x', "malformed JSON at line 1 column 10: Extra data"),
        (b"{'a': 1}", "malformed JSON at line 1 column 2: Expecting property name enclosed in double quotes"),
        (b"[]", "a JSON object is expected"),
        (b'"text"', "a JSON object is expected"),
        (b"1", "a JSON object is expected"),
        (b'{"x": NaN}', "malformed JSON: NaN is no JSON number"),
        (b'{"x": -Infinity}', "malformed JSON: -Infinity is no JSON number"),
        (b'{"x": 1e400}', "the number 1e400 is out of range"),
        (b'{"x": %s}' % (b"9" * 5000), "a number has more than 4300 digits"),
        (b'{"x": %s%s}' % (b"[" * 201, b"]" * 201), "nested more than 200 deep"),
        (b'{"x": %s' % (b"[" * 100_000), "nested more than 200 deep"),
        (b'{"x": %s' % (b'{"x":' * 100_000), "nested more than 200 deep"),
        ("{}".encode("utf-16"), "malformed JSON at line 1 column 1: Expecting value"),
    ],
    ids=lambda value: value[:20] if isinstance(value, bytes) else "",
)
def test_what_is_no_json_object_is_refused_with_the_reason(shared: Scene, body: bytes, reason: str) -> None:
    assert shared.refuses("editor", RENDER, body, INVALID) == {"reason": reason}


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/xml",
        "application/jsonp",
    ],
)
def test_another_content_type_is_refused(shared: Scene, content_type: str) -> None:
    answer = shared.ask("editor", RENDER, b"{}", {"Content-Type": content_type})
    assert said(answer) == INVALID
    assert answer.json()["details"] == {"reason": "the Content-Type must be application/json"}


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON; charset=utf-8",
        "text/json",
        "application/vnd.x+json",
        "application/json ;x",
    ],
)
def test_every_content_type_of_json_is_taken(shared: Scene, content_type: str) -> None:
    answer = shared.ask("viewer", "POST /v1/prompts/{slug}/render", b"{}", {"Content-Type": content_type})
    assert said(answer).startswith("422 render_failed")


@pytest.mark.parametrize(
    ("request_", "body", "reason"),
    [
        ("POST /v1/teams/{team}/prompts", {"name": 5}, "name: Input should be a valid string"),
        ("POST /v1/teams/{team}/prompts", {"name": "x", "slug": ["x"]}, "slug: Input should be a valid string"),
        (
            "POST /v1/teams/{team}/prompts",
            {"name": "x", "description": {}},
            "description: Input should be a valid string",
        ),
        ("PUT /v1/prompts/{prompt}", {"description": True}, "description: Input should be a valid string"),
        ("POST /v1/prompts/{prompt}/versions", {"template": 1}, "template: Input should be a valid string"),
        ("PUT /v1/prompts/{prompt}/versions/4", {"template": ["x"]}, "template: Input should be a valid string"),
        ("POST /v1/prompts/{prompt}/versions/4/tags", {"tag": 1}, "tag: Input should be a valid string"),
        ("POST /v1/prompts/{slug}/render", {"variables": []}, "variables: Input should be a valid dictionary"),
        ("POST /v1/prompts/{slug}/render", {"variables": "{}"}, "variables: Input should be a valid dictionary"),
    ],
)
def test_a_field_of_another_type_is_named(shared: Scene, request_: str, body: dict[str, object], reason: str) -> None:
    assert shared.refuses("editor", request_, body, INVALID) == {"reason": reason}


@pytest.fixture(scope="module")
def echo(shared: Scene) -> Scene:
    """A prompt that gives back its variable x."""
    shared.prompt(name="echo")
    shared.does("POST /v1/prompts/{echo}/versions", {"template": "{{.x}}"})
    return shared


@pytest.mark.parametrize(
    ("body", "rendered"),
    [
        (rb'{"variables": {"x": "\ud800"}}', "\ufffd"),
        (rb'{"variables": {"x": "a\udfffb"}}', "a\ufffdb"),
        (rb'{"variables": {"x": "\ud83d\ude80"}}', "🚀"),
        (b'{"variables": {"x": "\xff\xfe"}}', "\ufffd\ufffd"),
        (rb'{"variables": {"x": "a\u0000b"}}', "a\0b"),
        (b'\xef\xbb\xbf{"variables": {"x": "bom"}}', "bom"),
        (b'{"VARIABLES": {"x": "any case"}}', "any case"),
        (b'{"variables": {"x": "exact"}, "Variables": {"x": "other"}}', "exact"),
        (b'{"variables": {"x": "first"}, "variables": {"x": "last"}}', "last"),
        (b'{"variables": {"x": "kept"}, "unknown": [{}]}', "kept"),
        (b'{"variables": {"x": 1e308}}', "1e+308"),
        (b'{"variables": {"x": 9223372036854775807}}', "9223372036854775807"),
        (b'{"variables": {"x": %s1%s}}' % (b"[" * 198, b"]" * 198), "[" * 198 + "1" + "]" * 198),
    ],
    ids=range(13),
)
def test_json_is_read_as_gos_clients_expect(echo: Scene, body: bytes, rendered: str) -> None:
    answer = echo.ask("viewer", "POST /v1/prompts/{echo_slug}/versions/1/render", body)
    assert answer.json()["rendered"] == rendered


def test_a_lone_surrogate_is_stored_as_its_replacement(scene: Scene) -> None:
    scene.names["prompt"] = scene.does("POST /v1/teams/{team}/prompts", rb'{"name": "a\ud800"}')["id"]
    assert scene.does("GET /v1/prompts/{prompt}")["name"] == "a\ufffd"
    version = scene.does("POST /v1/prompts/{prompt}/versions", rb'{"template": "b\udc00"}')
    assert version["template"] == "b\ufffd"
