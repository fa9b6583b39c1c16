"""Two editors of one draft: `If-Match` (RFC 9110, section 13.1.1) over HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from support.scene import Scene, said

DRAFT = "/v1/prompts/{prompt}/versions/1"
WORDS = (
    "412 precondition_failed: this draft was changed since you read it: details.current is what it says now, "
    "and what you sent was not stored"
)


def put(scene: Scene, body: Any, *tags: str, subject: str = "editor", path: str = DRAFT) -> httpx.Response:
    return scene.ask(subject, f"PUT {path}", body, {"If-Match": ", ".join(tags)} if tags else None)


def tag(scene: Scene) -> str:
    return scene.ask("viewer", f"GET {DRAFT}").headers["ETag"]


def test_the_second_of_two_editors_is_told_and_both_texts_are_there(scene: Scene) -> None:
    scene.prompt("draft")
    read = tag(scene)
    first = put(scene, {"template": "first"}, read)
    assert first.status_code == 200
    logged = scene.changes()
    second = put(scene, {"template": "second", "message": "mine"}, read, subject="team admin")
    assert said(second) == WORDS
    assert scene.changes() == logged
    details = second.json()["details"]
    current = scene.does(f"GET {DRAFT}")
    assert current["template"] == "first"
    assert details == {
        "current": current | {"author": current["author"] | {"name": None}},
        "current_etag": first.headers["ETag"],
        "yours": "in the request that you sent",
    }
    assert put(scene, {"template": "second"}, details["current_etag"]).status_code == 200


def test_every_answer_with_a_version_has_its_tag(scene: Scene) -> None:
    scene.prompt()
    made = scene.ask("editor", "POST /v1/prompts/{prompt}/versions", {"template": "x"})
    read = made.headers["ETag"]
    assert read == f'"{read.strip(chr(34))}"'
    assert len(read) == 34
    for request, body in (
        (f"GET {DRAFT}", None),
        (f"PUT {DRAFT}", {"template": "x"}),
        (f"POST {DRAFT}/tags", {"tag": "qa"}),
        (f"POST {DRAFT}/promote", {"to": "live"}),
        (f"POST {DRAFT}/demote", None),
        (f"POST {DRAFT}/archive", None),
    ):
        assert scene.ask("editor", request, body).headers["ETag"] == read, request
    assert scene.ask("editor", f"POST {DRAFT}/duplicate").headers["ETag"] != read


@pytest.mark.parametrize(
    "body",
    [
        {"template": "new"},
        {"message": "why"},
        {"source": "git"},
        {"model": "gpt"},
        {"messages": [{"role": "user", "content": "Hello"}]},
    ],
)
def test_whatever_is_written_the_tag_is_another(scene: Scene, body: dict[str, Any]) -> None:
    scene.prompt("draft")
    read = tag(scene)
    written = put(scene, body, read)
    assert written.status_code == 200
    assert written.headers["ETag"] == tag(scene) != read
    assert said(put(scene, {"template": "x"}, read)) == WORDS


def test_a_tag_is_that_of_one_draft_only(scene: Scene) -> None:
    scene.prompt("draft")
    scene.does(f"POST {DRAFT}/duplicate")
    other = put(scene, {"template": "x"}, tag(scene), path="/v1/prompts/{prompt}/versions/2")
    assert said(other) == WORDS


@pytest.mark.parametrize(
    ("sent", "passes"),
    [
        ("{tag}", True),
        ("*", True),
        ('"a", {tag}', True),
        ('"a,{{", "",,{tag} ,', True),
        ("W/{tag}", False),
        ('"a", W/{tag}', False),
        ('"a"', False),
        ('""', False),
        ('"a","b"', False),
    ],
)
def test_a_list_of_tags_passes_if_one_is_the_drafts_own(scene: Scene, sent: str, *, passes: bool) -> None:
    scene.prompt("draft")
    answer = put(scene, {"template": "x"}, sent.format(tag=tag(scene)))
    assert said(answer) == ("200" if passes else WORDS)


def test_several_headers_are_one_list(scene: Scene) -> None:
    scene.prompt("draft")
    headers = [("Content-Type", "application/json"), ("If-Match", '"a"'), ("If-Match", tag(scene))]
    path = DRAFT.format_map(scene.names)
    answer = scene.client("editor").request("PUT", path, headers=headers, content=b'{"template": "x"}')
    assert answer.status_code == 200


NO_TAGS = (
    "400 invalid_input: If-Match must be * or a list of entity tags, each in double quotes as an ETag header has it"
)


@pytest.mark.parametrize("sent", ["abc", "", ",", '"a', '"a" "b"', '*, "a"', '"*", *', 'w/"a"', '"a"b'])
def test_what_is_no_list_of_tags_is_refused(shared: Scene, sent: str) -> None:
    answer = shared.ask("editor", "PUT /v1/prompts/{prompt}/versions/wip", {"template": "x"}, {"If-Match": sent})
    assert said(answer) == NO_TAGS
    assert answer.json()["details"] == {"field": "If-Match"}


@pytest.mark.parametrize(
    ("subject", "path", "body", "expected"),
    [
        ("viewer", "{prompt}/versions/wip", {"template": "x"}, "403 forbidden: forbidden"),
        ("stranger", "{prompt}/versions/wip", {"template": "x"}, "404 prompt_not_found: prompt not found"),
        ("editor", "{prompt}/versions/9", {"template": "x"}, "404 version_not_found: version not found"),
        (
            "editor",
            "{prompt}/versions/live",
            {"template": "x"},
            "422 wrong_status: only draft versions can be modified",
        ),
        ("editor", "{prompt}/versions/wip", b"no JSON", "400 invalid_input: invalid request body"),
        ("editor", "{prompt}/versions/wip", {"template": "{{"}, WORDS),
    ],
)
def test_rights_status_and_an_unreadable_body_come_first(
    shared: Scene, subject: str, path: str, body: Any, expected: str
) -> None:
    answer = put(shared, body, '"stale"', subject=subject, path=f"/v1/prompts/{path}")
    assert said(answer) == expected


def test_without_it_the_last_writer_wins_as_in_px0(scene: Scene) -> None:
    scene.prompt("draft")
    for text in ("one", "two"):
        assert put(scene, {"template": text}).json()["version"]["template"] == text


def test_of_many_editors_at_once_one_gets_through(scene: Scene) -> None:
    scene.prompt("draft")
    read = tag(scene)
    scene.client("editor")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda at: put(scene, {"template": f"{at}"}, read), range(16)))
    (winner,) = (answer for answer in answers if answer.status_code == 200)
    assert {said(answer) for answer in answers if answer is not winner} == {WORDS}
    assert scene.does(f"GET {DRAFT}") == winner.json()["version"]
