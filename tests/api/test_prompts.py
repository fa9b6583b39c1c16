"""Prompts over HTTP: contracts/px0.md 1.4."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

import pytest

from support.scene import Scene, said

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,5}[1-9])?Z")
CREATE = "POST /v1/teams/{team}/prompts"
EMPTY_SLUG = "slug is empty: it needs at least one letter or digit"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "name is required"),
        ({"name": ""}, "name is required"),
        ({"name": None}, "name is required"),
        ({"name": " \t "}, "name is required"),
        ({"name": "x" * 256}, "name must be at most 255 characters"),
        ({"name": "a\0b"}, "name must not contain control characters"),
        ({"name": "a\nb"}, "name must not contain control characters"),
        ({"name": "!!!"}, EMPTY_SLUG),
        ({"name": "x", "slug": "--"}, EMPTY_SLUG),
        ({"name": "x", "slug": "s" * 256}, "slug must be at most 255 characters"),
        ({"name": "550e8400e29b41d4a716446655440000"}, "slug must not look like a UUID"),
        ({"name": "x", "description": "d" * 10_001}, "description must be at most 10000 characters"),
        ({"name": "x", "description": "a\0b"}, "description must not contain NUL characters"),
    ],
)
def test_a_prompt_that_cannot_be_is_refused(shared: Scene, body: dict[str, Any], words: str) -> None:
    details = shared.refuses("editor", CREATE, body, f"400 invalid_input: {words}")
    assert details == {"field": words.split(maxsplit=1)[0]}


@pytest.mark.parametrize(
    ("team", "expected"),
    [
        ("nonsense", "400 invalid_input: invalid id"),
        ("{unknown}", "403 forbidden: forbidden"),
        ("{foreign_team}", "403 forbidden: forbidden"),
    ],
)
@pytest.mark.parametrize("body", [{"name": "x"}, {"name": ""}, b"no JSON"])
def test_a_team_comes_before_what_is_to_be_created_in_it(
    shared: Scene, team: str, body: dict[str, Any] | bytes, expected: str
) -> None:
    assert shared.refuses("editor", f"POST /v1/teams/{team}/prompts", body, expected) == {}


def test_a_new_prompt_has_every_field(scene: Scene) -> None:
    made = scene.does(CREATE, {"name": "My-Custom Slug!", "description": "What\tfor\n"})
    assert made == {
        "id": str(UUID(made["id"])),
        "team_id": scene.names["team"],
        "slug": "my_custom_slug",
        "name": "My-Custom Slug!",
        "description": "What\tfor\n",
        "status": "active",
        "input_schema": None,
        "created_at": made["updated_at"],
        "updated_at": made["updated_at"],
    }
    assert TIME.fullmatch(made["created_at"])
    assert scene.ask("viewer", f"GET /v1/prompts/{made['id']}").json() == {"prompt": made}


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        ({"name": "a.b/c"}, "a_b_c"),
        ({"name": "x", "slug": "Its Own"}, "its_own"),
        ({"name": "x", "slug": ""}, "x"),
        ({"name": "Ünïcode"}, "ünïcode"),
        ({"name": "n" * 255}, "n" * 255),
        ({"NAME": "Go matches without case", "Slug": "go"}, "go"),
    ],
)
def test_a_slug_comes_from_the_slug_or_the_name(scene: Scene, body: dict[str, Any], slug: str) -> None:
    made = scene.does(CREATE, body)
    assert made["slug"] == slug
    assert scene.does(f"GET /v1/prompts/{slug}") == made


@pytest.mark.parametrize("body", [{"name": "Taken"}, {"name": "taken!"}, {"name": "other", "slug": "Taken"}])
def test_a_name_or_slug_is_given_once_in_a_team(scene: Scene, body: dict[str, Any]) -> None:
    scene.does(CREATE, {"name": "Taken"})
    words = "prompt with this name or slug already exists; please provide a unique name"
    scene.refuses("editor", CREATE, body, f"409 already_exists: {words}")
    other = scene.world.new_team(scene.world.org.id)
    assert said(scene.ask("all key", f"POST /v1/teams/{other.id}/prompts", body)) == "201"


@pytest.mark.parametrize(
    "spelling", ["{0}", "urn:uuid:{0}", "{{{0}}}", "{1}", "{2}"], ids=["36", "urn", "braces", "32", "upper"]
)
def test_an_id_is_taken_in_every_spelling(shared: Scene, spelling: str) -> None:
    identity = shared.names["prompt"]
    written = spelling.format(identity, identity.replace("-", ""), identity.upper())
    answer = shared.client("viewer").get(f"/v1/prompts/{written}")
    assert answer.json()["prompt"]["id"] == identity
    assert shared.client("viewer").get(f"/v1/prompts/{written}/versions").status_code == 200


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("version=2", 2),
        ("version=prod", 3),
        ("version=%2B2", 2),
        ("tag=wip", 4),
        ("version=2&tag=wip", 2),
        ("tag=live", 3),
    ],
)
def test_a_prompt_comes_with_the_version_asked_for(shared: Scene, query: str, number: int) -> None:
    answer = shared.ask("viewer", f"GET /v1/prompts/{{slug}}?{query}").json()
    assert list(answer) == ["prompt", "version"]
    assert answer["version"] == shared.does(f"GET /v1/prompts/{{prompt}}/versions/{number}")


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ("GET /v1/prompts/{unknown}", "404 prompt_not_found: prompt not found"),
        ("GET /v1/prompts/{foreign}", "404 prompt_not_found: prompt not found"),
        ("GET /v1/prompts/{foreign_slug}", "404 prompt_not_found: prompt not found"),
        ("GET /v1/prompts/no_such_slug", "404 prompt_not_found: prompt not found"),
        ("GET /v1/prompts/a%00b", "404 prompt_not_found: prompt not found"),
        ("GET /v1/prompts/{slug}?team=no_such_team", "404 prompt_not_found: prompt not found"),
        ("GET /v1/prompts/{slug}?version=9", "404 version_not_found: version not found"),
        ("GET /v1/prompts/{slug}?version=3000000000", "404 version_not_found: version not found"),
        ("GET /v1/prompts/{slug}?version=-1", "404 version_not_found: version not found"),
        ("GET /v1/prompts/{slug}?version=nope", "404 version_not_found: version not found"),
        ("GET /v1/prompts/{slug}?tag=2", "404 version_not_found: version not found"),
        ("GET /v1/prompts/{slug}?tag=a%00b", "404 version_not_found: version not found"),
        ("PUT /v1/prompts/{slug}", "400 invalid_input: invalid prompt id"),
        ("PUT /v1/prompts/{unknown}", "404 prompt_not_found: prompt not found"),
        ("PUT /v1/prompts/{foreign}", "404 prompt_not_found: prompt not found"),
        ("POST /v1/prompts/{slug}/archive", "400 invalid_input: invalid prompt id"),
        ("POST /v1/prompts/{unknown}/archive", "404 prompt_not_found: prompt not found"),
        ("POST /v1/prompts/{foreign}/restore", "404 prompt_not_found: prompt not found"),
    ],
)
def test_what_one_may_not_see_is_not_found(shared: Scene, request_: str, expected: str) -> None:
    shared.refuses("editor", request_, None, expected)


def test_a_description_is_replaced_and_emptied_when_left_out(scene: Scene) -> None:
    made = scene.does(CREATE, {"name": "x", "description": "old"})
    put = f"PUT /v1/prompts/{made['id']}"
    changed = scene.does(put, {"description": "new", "name": "passed over", "slug": "passed_over"})
    assert changed == made | {"description": "new", "updated_at": changed["updated_at"]}
    assert changed["updated_at"] > made["updated_at"]
    assert scene.does(put, {})["description"] == ""
    assert scene.does(put, {"description": None})["description"] == ""
    for bad in ("d" * 10_001, "a\0b"):
        assert scene.ask("editor", put, {"description": bad}).status_code == 400
    assert scene.does(f"GET /v1/prompts/{made['id']}")["description"] == ""


def test_archive_and_restore_can_be_repeated_and_keep_the_prompt_usable(scene: Scene) -> None:
    made = scene.prompt("live")
    before = scene.does("GET /v1/prompts/{prompt}")
    for status, action in [
        ("archived", "archive"),
        ("archived", "archive"),
        ("active", "restore"),
        ("active", "restore"),
    ]:
        assert scene.does(f"POST /v1/prompts/{{prompt}}/{action}", subject="team admin") == before | {"status": status}
        rendered = scene.ask("viewer", f"POST /v1/prompts/{made['slug']}/render", {"variables": {"name": "Ada"}})
        assert rendered.json()["rendered"] == "1: Hello Ada"
    scene.does("POST /v1/prompts/{prompt}/archive", subject="team admin")
    assert scene.does("POST /v1/prompts/{prompt}/versions", {"template": "still versioned"})["version"] == 2
    assert scene.does("POST /v1/prompts/{prompt}/versions/2/tags", {"tag": "still-tagged"})["tags"] == ["still-tagged"]


def test_a_slug_in_several_teams_is_never_guessed(scene: Scene) -> None:
    world, person = scene.world, scene.world.person("editor")
    for team in (world.new_team(world.org.id, f"b_{uuid4().hex}"), world.new_team(world.org.id, f"a_{uuid4().hex}")):
        world.join_team(person.user.id, "editor", team.id)
        world.prompt(person.http, team_id=team.id, name="Greeting")
    answer = person.http.get("/v1/prompts/greeting")
    candidates = answer.json()["details"]["candidates"]
    assert (answer.status_code, answer.json()["code"], len(candidates)) == (409, "ambiguous_slug", 2)
    assert candidates == sorted(candidates)
    for candidate in candidates:
        team_slug, _, slug = candidate.partition("/")
        assert person.http.get(f"/v1/prompts/{slug}?team={team_slug}").status_code == 200
