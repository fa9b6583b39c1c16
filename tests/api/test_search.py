"""Looking for prompts over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from support.scene import Scene

PROMPTS = "GET /v1/teams/{team}/prompts"


def add(scene: Scene, name: str, *texts: str, **fields: str) -> str:
    """Add a prompt with a draft of each text, under its first word; gives its id."""
    made = scene.does("POST /v1/teams/{team}/prompts", {"name": name, **fields})
    key = name.rsplit("/", maxsplit=1)[-1].lower()
    scene.names[key] = made["id"]
    for text in texts:
        scene.does(f"POST /v1/prompts/{{{key}}}/versions", {"template": text})
    return str(made["id"])


def names(scene: Scene, query: str, subject: str = "viewer") -> list[str]:
    return [one["name"] for one in scene.does(f"{PROMPTS}?{query}", subject=subject)]


def test_prompts_are_found_by_names_and_texts(scene: Scene) -> None:
    add(scene, "Support/Greeting", "Hello {{.name}},\nwelcome aboard", description="for customers")
    add(scene, "Billing", "You owe {{.amount}}")
    assert names(scene, "q=greet customers") == ["Support/Greeting"]
    assert names(scene, "q=billing owe") == ["Billing"]
    assert names(scene, "q=nothing") == []
    [found] = scene.does(f"{PROMPTS}?q=ABOARD", subject="viewer")
    assert found["match"] == {"version": 1, "excerpt": "welcome aboard"}
    [found] = scene.does(f"{PROMPTS}?q=billing", subject="viewer")
    assert "match" not in found
    assert "overview" not in found


def test_prompts_are_narrowed_down_and_sorted(scene: Scene) -> None:
    add(scene, "Support/Greeting", "x", "y")
    add(scene, "Support/EU/Bye", "x")
    add(scene, "apology", "x")
    scene.does("POST /v1/prompts/{greeting}/versions/1/promote", {"to": "live"})
    scene.does("POST /v1/prompts/{bye}/versions/1/tags", {"tag": "prod"})
    assert names(scene, "folder=Support/&sort=name") == ["Support/EU/Bye", "Support/Greeting"]
    assert names(scene, "folder=Support/EU") == ["Support/EU/Bye"]
    assert names(scene, "label=prod") == ["Support/EU/Bye"]
    assert names(scene, "label=live") == names(scene, "version_status=live") == ["Support/Greeting"]
    assert names(scene, "sort=created") == ["apology", "Support/EU/Bye", "Support/Greeting"]
    assert names(scene, "sort=name") == ["apology", "Support/EU/Bye", "Support/Greeting"]
    assert names(scene, "sort=changed") == ["Support/EU/Bye", "Support/Greeting", "apology"]
    author = scene.does("GET /v1/auth/me")["id"]
    assert len(names(scene, f"author={author}")) == 3
    assert names(scene, f"author={scene.names['unknown']}") == []


@pytest.mark.parametrize("sort", ["created", "changed", "name"])
def test_each_order_comes_in_pages(scene: Scene, sort: str) -> None:
    for name in ("b", "A", "c", "Ä b", "a/b"):
        add(scene, name, "text")
    everything = names(scene, f"sort={sort}")
    paged: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = f"{PROMPTS}?sort={sort}&q=text&limit=2" + (f"&cursor={cursor}" if cursor else "")
        answer = scene.ask("viewer", query).json()
        paged += [one["name"] for one in answer["prompts"]]
        cursor = answer["next_cursor"]
    assert paged == everything


def test_an_overview_says_what_each_prompt_has(scene: Scene) -> None:
    add(scene, "Bare")
    add(scene, "Greeting", "x", "y")
    scene.does("POST /v1/prompts/{greeting}/versions/1/promote", {"to": "live"})
    scene.does("POST /v1/prompts/{greeting}/versions/2/tags", {"tag": "beta"})
    me = scene.does("GET /v1/auth/me")
    full, bare = (one["overview"] for one in scene.does(f"{PROMPTS}?overview=true", subject="viewer"))
    assert (full["versions"], full["live_version"], full["tags"]) == (2, 1, [{"tag": "beta", "version": 2}])
    newest = full["newest"]
    assert (newest["version"], newest["status"]) == (2, "draft")
    assert newest["author"] == {"kind": "user", "id": me["id"], "name": me["email"]}
    assert (bare["versions"], bare["newest"], bare["live_version"], bare["tags"]) == (0, None, None, [])
    assert full["changed_at"] > bare["changed_at"]
    hidden = scene.does(f"{PROMPTS}?overview=true", subject="read_render key")
    assert hidden[0]["overview"]["newest"]["author"]["name"] is None


def test_choices_name_folders_labels_and_authors(scene: Scene) -> None:
    add(scene, "Support/Greeting", "x")
    add(scene, "Old", "x")
    scene.does("POST /v1/prompts/{old}/archive", subject="team admin")
    scene.does("POST /v1/prompts/{greeting}/versions/1/tags", {"tag": "prod"})
    me = scene.does("GET /v1/auth/me")
    found = scene.does("GET /v1/teams/{team}/prompt-choices", subject="viewer")
    assert found == {
        "active": 1,
        "archived": 1,
        "folders": [{"folder": "Support", "prompts": 1}],
        "labels": [{"label": "prod", "prompts": 1}],
        "authors": [{"author": {"kind": "user", "id": me["id"], "name": me["email"]}, "prompts": 1}],
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=" + "x" * 201, "400 invalid_input: q must be at most 200 characters"),
        ("q=a+b+c+d+e+f+g+h+i+j+k", "400 invalid_input: q must have at most 10 words"),
        ("sort=size", "400 invalid_input: invalid sort, must be created, changed, or name"),
        ("folder=/", "400 invalid_input: folder must be 1 to 255 characters of a name, without / at its end"),
        ("author=me", "400 invalid_input: invalid author id"),
        ("overview=maybe", "400 invalid_input: overview must be true or false"),
        ("sort=name&cursor=x", "400 invalid_input: invalid cursor: pass the next_cursor of the page before, as it is"),
    ],
)
def test_what_cannot_be_looked_for_is_refused(shared: Scene, query: str, expected: str) -> None:
    shared.refuses("viewer", f"{PROMPTS}?{query}", None, expected)
    shared.refuses("stranger", f"{PROMPTS}?{query}", None, "403 forbidden: forbidden")


def test_a_version_status_is_one_of_four(shared: Scene) -> None:
    answer = shared.ask("viewer", f"{PROMPTS}?version_status=new")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")


@pytest.mark.parametrize("query", ["q=x", "version_status=draft", "author={unknown}", "overview=true", "label=beta"])
def test_a_limited_key_learns_nothing_of_other_versions(scene: Scene, query: str) -> None:
    scene.prompt("live", tags={"prod": 1})
    key = scene.world.http(scene.world.key("read_render", reads=("prod",)))
    path = f"/v1/teams/{scene.world.team.id}/prompts"
    asked = key.get(f"{path}?{query.format_map(scene.names)}")
    assert asked.status_code == 403
    details: dict[str, Any] = asked.json()["details"]
    assert details["has"] == "one limited to reading 'prod'"
    assert len(key.get(f"{path}?label=prod").json()["prompts"]) == 1
    assert key.get(f"/v1/teams/{scene.world.team.id}/prompt-choices").status_code == 403
