"""What the framework refuses, in the surface's own shape: unknown paths, wrong methods, too much."""

from __future__ import annotations

import http.client
from collections.abc import Iterator

import pytest

from promptwire.api.bodies import MAX_BODY
from support.scene import Scene, said

TOO_LARGE = "413 body_too_large: the body of a request must be at most 4194304 bytes"


@pytest.mark.parametrize(
    "path",
    [
        *("/v1", "/v1/nope", "/v1/prompts/{prompt}/nope", "/v1/prompts/{prompt}//versions", "/V1/prompts"),
        *("/v1/prompts/{prompt}/versions/1/nope", "/v1/prompts/{prompt}/tags/a/b", "/nope"),
    ],
)
@pytest.mark.parametrize("subject", ["nobody", "editor"])
def test_an_unknown_path_is_404_in_json(shared: Scene, subject: str, path: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        shown = path.format_map(shared.names)
        assert said(shared.ask(subject, f"{method} {path}")) == f"404 not_found: Cannot {method} {shown}"


@pytest.mark.parametrize(
    ("request_", "allow"),
    [
        ("PATCH /v1/prompts/{prompt}", "GET, HEAD, PUT"),
        ("DELETE /v1/prompts/{prompt}", "GET, HEAD, PUT"),
        ("OPTIONS /v1/prompts/{prompt}", "GET, HEAD, PUT"),
        ("PUT /v1/prompts/{prompt}/versions", "GET, HEAD, POST"),
        ("POST /v1/prompts/{prompt}/versions/1", "DELETE, GET, HEAD, PUT"),
        ("GET /v1/prompts/{slug}/render", "POST"),
        ("GET /v1/prompts/{prompt}/versions/1/promote", "POST"),
        ("POST /v1/prompts/{prompt}/tags/prod", "DELETE, GET, HEAD"),
    ],
)
def test_a_wrong_method_is_405_in_json_and_names_the_right_ones(shared: Scene, request_: str, allow: str) -> None:
    answer = shared.ask("editor", request_)
    assert said(answer) == "405 method_not_allowed: Method Not Allowed"
    assert answer.headers["allow"] == allow


def test_a_trailing_slash_and_head_are_served(shared: Scene) -> None:
    plain = shared.ask("viewer", "GET /v1/prompts/{prompt}/versions?status=live")
    assert shared.ask("viewer", "GET /v1/prompts/{prompt}/versions/?status=live").json() == plain.json()
    head = shared.ask("viewer", "HEAD /v1/prompts/{prompt}/versions?status=live")
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(plain.content)))
    assert shared.ask("viewer", "HEAD /v1/prompts/{unknown}").status_code == 404
    assert shared.ask("viewer", "HEAD /v1/prompts/{prompt}/archive").status_code == 405


BODIES = [
    "POST /v1/teams/{team}/prompts",
    "PUT /v1/prompts/{prompt}",
    "POST /v1/prompts/{prompt}/versions",
    "PUT /v1/prompts/{prompt}/versions/4",
    "POST /v1/prompts/{prompt}/versions/4/promote",
    "POST /v1/prompts/{prompt}/versions/4/tags",
    "POST /v1/prompts/{slug}/render",
    "POST /v1/prompts/{slug}/versions/4/render",
]


@pytest.mark.parametrize("request_", BODIES)
def test_a_body_of_more_than_4_mib_is_413(shared: Scene, request_: str) -> None:
    shared.refuses("editor", request_, b" " * (MAX_BODY + 1), TOO_LARGE)


@pytest.mark.parametrize("request_", BODIES[:1])
def test_a_body_of_4_mib_is_read(scene: Scene, request_: str) -> None:
    body = b'{"name": "large"}'
    assert scene.ask("editor", request_, body + b" " * (MAX_BODY - len(body))).status_code == 201


def _chunks(count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield b" " * (MAX_BODY // 4)


def test_a_body_that_does_not_say_how_long_it_is_is_413_too(shared: Scene) -> None:
    path = "/v1/prompts/{prompt}/versions".format_map(shared.names)
    for count in (5, 12):
        before = shared.changes()
        answer = shared.client("editor").post(
            path, content=_chunks(count), headers={"Content-Type": "application/json"}
        )
        assert said(answer) == TOO_LARGE
        assert shared.changes() == before


def test_a_length_over_the_limit_is_refused_before_anything_is_sent(shared: Scene) -> None:
    address = shared.world.server.url.removeprefix("http://")
    connection = http.client.HTTPConnection(address, timeout=10)
    connection.putrequest("POST", "/v1/prompts/x/render")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(2**40))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()
