"""Renders over HTTP: contracts/px0.md 1.7."""

from __future__ import annotations

from typing import Any

import pytest

from support.scene import Scene, said

LIVE = "POST /v1/prompts/{slug}/render"
ADA = {"variables": {"name": "Ada"}}
NOTHING = ("messages", "model", "model_params", "tools", "response_format")
A_TEXT = {"kind": "text", **dict.fromkeys(NOTHING)}


def version(reference: object) -> str:
    return f"POST /v1/prompts/{{slug}}/versions/{reference}/render"


@pytest.mark.parametrize(
    ("request_", "number", "tags"),
    [
        (LIVE, 3, ["prod", "stable-1"]),
        (version("live"), 3, ["prod", "stable-1"]),
        (version("prod"), 3, ["prod", "stable-1"]),
        (version(1), 1, ["old"]),
        (version("old"), 1, ["old"]),
        (version(2), 2, ["beta"]),
        (version("%2B2"), 2, ["beta"]),
        (version("004"), 4, ["wip"]),
        (version("wip"), 4, ["wip"]),
    ],
)
@pytest.mark.parametrize("subject", ["viewer", "read_render key"])
def test_a_version_in_any_status_renders(
    shared: Scene, subject: str, request_: str, number: int, tags: list[str]
) -> None:
    before = shared.changes()
    answer = shared.ask(subject, request_, ADA)
    slug = shared.names["slug"]
    text = {"rendered": f"{number}: Hello Ada", "version": number, "slug": slug, "tags": tags}
    assert answer.json() == text | A_TEXT
    assert shared.changes() == before


NO_LIVE = "no live version found for this prompt"
MISSING = 'template: prompt:1:11: executing "prompt" at <.name>: map has no entry for key "name"'


@pytest.mark.parametrize(
    "body", [{}, {"variables": {}}, {"variables": None}, b"null", {"variables": {"Name": "x"}}, {"other": 1}]
)
def test_a_missing_variable_is_named(shared: Scene, body: Any) -> None:
    words = f"422 render_failed: template execution failed: {MISSING}"
    assert shared.refuses("viewer", LIVE, body, words) == {"line": 1}


@pytest.mark.parametrize(
    ("request_", "body", "expected"),
    [
        ("POST /v1/prompts/no_such_slug/render", b"no JSON", "404 prompt_not_found: prompt not found"),
        ("POST /v1/prompts/{prompt}/render", ADA, "404 prompt_not_found: prompt not found"),
        ("POST /v1/prompts/{foreign_slug}/render", ADA, "404 prompt_not_found: prompt not found"),
        ("POST /v1/prompts/{slug}/render?team=elsewhere", ADA, "404 prompt_not_found: prompt not found"),
        (
            "POST /v1/prompts/{archived_prompt_slug}/render",
            b"no JSON",
            "404 no_live_version: no live version found for this prompt",
        ),
        (version(9), b"no JSON", "404 version_not_found: version not found"),
        (version("nope"), ADA, "404 version_not_found: version not found"),
        (version(3000000000), ADA, "404 version_not_found: version not found"),
        (version("a%00b"), ADA, "404 version_not_found: version not found"),
        (LIVE, b"no JSON", "400 invalid_input: invalid request body"),
        (LIVE, b"", "400 invalid_input: invalid request body"),
        (LIVE, {"variables": ["a"]}, "400 invalid_input: invalid request body"),
        (LIVE, {"variables": "a"}, "400 invalid_input: invalid request body"),
        (LIVE, {"variables": 1}, "400 invalid_input: invalid request body"),
    ],
)
def test_a_render_that_cannot_be_is_refused(shared: Scene, request_: str, body: Any, expected: str) -> None:
    shared.refuses("viewer", request_, body, expected)


@pytest.mark.parametrize(
    ("template", "variables", "rendered"),
    [
        ("Hello {{.name}}!", {"name": "<b>&\u2028\0🚀"}, "Hello <b>&\u2028\0🚀!"),
        ("{{.a}} {{.b}} {{.c}}", {"a": True, "b": None, "c": [1, "x"]}, "true <no value> [1 x]"),
        ("{{.user.name}}", {"user": {"name": "Ada"}}, "Ada"),
        ("{{range .l}}<{{.}}>{{else}}none{{end}}", {"l": []}, "none"),
        ("{{if .on}}on{{else}}off{{end}}", {"on": False}, "off"),
        ("{{.n}}", {"n": 2**53 + 1}, str(2**53 + 1)),
        ("{{.text}}", {"text": "{{.other}}"}, "{{.other}}"),
        ("{{slice .s 0 1}}", {"s": "é"}, "\ufffd"),
        ('{{printf "%c" 55296}}', {}, "\ufffd"),
        ("no variables", {"unused": 1}, "no variables"),
    ],
)
def test_a_template_is_filled(scene: Scene, template: str, variables: dict[str, Any], rendered: str) -> None:
    scene.prompt()
    scene.does("POST /v1/prompts/{prompt}/versions", {"template": template})
    answer = scene.ask("viewer", version(1), {"variables": variables})
    assert answer.json()["rendered"] == rendered


@pytest.mark.parametrize(
    ("template", "variables", "words"),
    [
        ("a\nb\n{{.x.y}}", {"x": 1}, "render_failed: template execution failed: template: prompt:3:4: executing"),
        ('{{template "missing"}}', {}, "render_failed: template execution failed: "),
        ("{{range .l}}x{{end}}", {"l": 1.5}, "render_failed: template execution failed: "),
        ("{{range 100000000}}x{{end}}", {}, "limit_exceeded: template execution failed: "),
        ('{{define "t"}}{{template "t"}}{{end}}{{template "t"}}', {}, "limit_exceeded: template execution failed: "),
    ],
)
def test_a_template_that_fails_or_costs_too_much_is_refused(
    scene: Scene, template: str, variables: dict[str, Any], words: str
) -> None:
    scene.prompt()
    scene.does("POST /v1/prompts/{prompt}/versions", {"template": template})
    answer = scene.ask("viewer", version(1), {"variables": variables})
    assert said(answer).startswith(f"422 {words}")
    assert "line" in answer.json()["details"]


def test_a_team_decides_where_a_slug_is_ambiguous(scene: Scene) -> None:
    world, person = scene.world, scene.world.person("viewer")
    slug = scene.prompt("live")["slug"]
    other = world.new_team(world.org.id)
    world.prompt(world.http(world.key("all", teams=(other.id,))), "x", team_id=other.id, name=slug)
    world.join_team(person.user.id, "viewer", other.id)
    answer = person.http.post(f"/v1/prompts/{slug}/render", json=ADA)
    assert said(answer).startswith(f"409 ambiguous_slug: the slug '{slug}' is ambiguous: it may mean ")
    assert answer.json()["details"] == {"candidates": sorted(f"{team.slug}/{slug}" for team in (world.team, other))}
    for team in (world.team.slug, world.team.id, world.team.id.upper()):
        assert person.http.post(f"/v1/prompts/{slug}/render?team={team}", json=ADA).status_code == 200
    assert person.http.post(f"/v1/prompts/{slug}/render?team=", json=ADA).status_code == 409


def test_a_team_of_another_organization_with_the_same_slug_is_told_by_its_id(scene: Scene) -> None:
    person, slug = scene.world.person("viewer"), scene.prompt("live")["slug"]
    elsewhere = scene.elsewhere.world
    twin = elsewhere.new_team(elsewhere.org.id, scene.world.team.slug)
    elsewhere.prompt(elsewhere.http(elsewhere.key("all")), "x", team_id=twin.id, name=slug)
    elsewhere.join_team(person.user.id, "viewer", twin.id)
    for query in ("", f"?team={twin.slug}"):
        answer = person.http.post(f"/v1/prompts/{slug}/render{query}", json=ADA)
        assert answer.json()["details"] == {
            "candidates": sorted(f"{team.id}/{slug}" for team in (scene.world.team, twin))
        }
    assert person.http.get(f"/v1/prompts/{slug}?team={twin.id}").json()["prompt"]["team_id"] == twin.id
    scene.elsewhere.close()
