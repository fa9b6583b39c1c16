"""Every route of `/v1` that could change what a protected label, or protected `live`, leads to."""

from __future__ import annotations

from typing import Any

import pytest

from support.scene import Scene

VERSION = "/v1/prompts/{prompt}/versions/"
REFUSED = "403 protected_label: forbidden"
ADMIN, MEMBER = "editor, organization admin", "editor"


@pytest.fixture
def protected(scene: Scene) -> Scene:
    """1 stable, 2 live, 3 a draft that `prod` is on, 4 and 5 drafts, `free` on 5; `prod` and `live` need an admin."""
    scene.prompt("stable", "live", "draft", "draft", "draft", tags={"prod": 3, "free": 5})
    scene.protect("prod")
    scene.protect("live")
    return scene


MOVES_PROD = [
    (f"POST {VERSION}4/tags", {"tag": "prod"}, 200),
    (f"POST {VERSION}3/tags", {"tag": "prod"}, 200),
    (f"POST {VERSION}4/tags", {"tag": "PROD"}, 200),
    ("DELETE /v1/prompts/{prompt}/tags/prod", None, 204),
    ("DELETE /v1/prompts/{prompt}/tags/Prod", None, 404),
    (f"PUT {VERSION}3", {"template": "another text under the same label"}, 200),
    (f"PUT {VERSION}prod", {"template": "the same"}, 200),
    (f"POST {VERSION}3/archive", None, 200),
    (f"DELETE {VERSION}3", None, 204),
    (f"DELETE {VERSION}prod", None, 204),
]
MOVES_LIVE = [
    (f"POST {VERSION}1/promote", None, 200),
    (f"POST {VERSION}4/promote", {"to": "live"}, 200),
    (f"POST {VERSION}2/promote", {"to": "live"}, 200),
    (f"POST {VERSION}2/demote", None, 200),
    (f"POST {VERSION}1/demote", None, 422),
    (f"POST {VERSION}live/archive", None, 200),
    (f"DELETE {VERSION}2", None, 204),
]
MOVES_NEITHER = [
    (f"POST {VERSION}4/tags", {"tag": "free"}, 200),
    (f"POST {VERSION}2/tags", {"tag": "other"}, 200),
    ("DELETE /v1/prompts/{prompt}/tags/free", None, 204),
    (f"PUT {VERSION}5", {"template": "x"}, 200),
    (f"POST {VERSION}3/promote", None, 200),
    (f"POST {VERSION}4/promote", {"to": "stable"}, 200),
    (f"POST {VERSION}1/archive", None, 200),
    (f"DELETE {VERSION}5", None, 204),
    (f"POST {VERSION}3/duplicate", None, 201),
    (f"POST {VERSION}2/duplicate", None, 201),
    ("PUT /v1/prompts/{prompt}", {"description": "x"}, 200),
]


def _needs(*labels: str, role: str = "member") -> dict[str, Any]:
    said = ", ".join(f"{label!r} needs admin" for label in labels)
    return {
        "message": f"protected label: {said}; your role is {role}",
        "labels": [{"label": label, "min_required_role": "admin"} for label in labels],
        "your_role": role,
    }


@pytest.mark.parametrize(("request_", "body", "status"), MOVES_PROD)
def test_a_protected_label_moves_at_the_hands_of_whom_it_names(
    protected: Scene, request_: str, body: Any, status: int
) -> None:
    assert protected.refuses(MEMBER, request_, body, REFUSED) == _needs("prod")
    assert protected.ask(ADMIN, request_, body).status_code == status


@pytest.mark.parametrize(("request_", "body", "status"), MOVES_LIVE)
def test_a_protected_live_moves_at_the_hands_of_whom_it_names(
    protected: Scene, request_: str, body: Any, status: int
) -> None:
    assert protected.refuses(MEMBER, request_, body, REFUSED) == _needs("live")
    assert protected.ask(ADMIN, request_, body).status_code == status


@pytest.mark.parametrize(("request_", "body", "status"), MOVES_NEITHER)
def test_what_moves_no_protected_label_is_an_editors_work(
    protected: Scene, request_: str, body: Any, status: int
) -> None:
    assert protected.ask(MEMBER, request_, body).status_code == status
    assert protected.tags()["prod"] == 3
    assert protected.versions()[2] == "live"


@pytest.mark.parametrize("request_", [f"POST {VERSION}2/archive", f"DELETE {VERSION}2"])
def test_every_label_that_stands_in_the_way_is_named(protected: Scene, request_: str) -> None:
    protected.does(f"POST {VERSION}2/tags", {"tag": "prod"}, subject=ADMIN)
    assert protected.refuses(MEMBER, request_, None, REFUSED) == _needs("live", "prod")


def test_archiving_the_prompt_needs_what_all_its_labels_need(protected: Scene) -> None:
    request = "POST /v1/prompts/{prompt}/archive"
    assert protected.refuses("team admin", request, None, REFUSED) == _needs("live", "prod")
    protected.prompt("live", "draft", tags={"free": 2}, name="only_live")
    assert protected.refuses("team admin", request.replace("{prompt}", "{only_live}"), None, REFUSED) == _needs("live")
    protected.prompt("draft", tags={"free": 1}, name="neither")
    assert protected.does(request.replace("{prompt}", "{neither}"), subject="team admin")["status"] == "archived"


@pytest.mark.parametrize(
    ("pinned", "maker", "allowed"),
    [("admin", "admin", True), ("admin", "member", False), ("member", "admin", False), ("owner", "owner", True)],
)
def test_a_keys_role_is_the_lower_of_its_own_and_its_makers(
    scene: Scene, pinned: str, maker: str, *, allowed: bool
) -> None:
    scene.prompt("draft", "live")
    scene.protect("prod")
    made_by = scene.world.person("editor", maker).user.id
    key = scene.world.http(scene.world.key("admin", maker=made_by, pinned_role=pinned))
    path = f"/v1/prompts/{scene.names['prompt']}"
    for answer in (key.post(f"{path}/versions/1/tags", json={"tag": "prod"}), key.delete(f"{path}/tags/prod")):
        assert answer.is_success is allowed
        assert allowed or answer.json()["details"]["your_role"] == "member"


def test_a_team_without_organization_has_no_protected_labels(scene: Scene) -> None:
    team = scene.world.new_team(None)
    person = scene.world.person()
    scene.world.join_team(person.user.id, "editor", team.id)
    scene.names["team"] = team.id
    scene.prompt("draft")
    path = f"/v1/prompts/{scene.names['prompt']}"
    assert person.http.post(f"{path}/versions/1/tags", json={"tag": "prod"}).status_code == 200
    assert person.http.post(f"{path}/versions/1/promote", json={"to": "live"}).json()["version"]["status"] == "live"


@pytest.mark.parametrize(
    ("request_", "body", "expected"),
    [
        (f"POST {VERSION}99/tags", {"tag": "prod"}, "404 version_not_found: version not found"),
        (
            f"POST {VERSION}4/promote",
            {"to": "nonsense"},
            "400 invalid_input: invalid target, to must be stable or live",
        ),
        (f"PUT {VERSION}prod", b"no JSON", REFUSED),
        (f"DELETE {VERSION}99", None, "404 version_not_found: version not found"),
    ],
)
def test_protection_comes_after_what_is_not_there(protected: Scene, request_: str, body: Any, expected: str) -> None:
    protected.refuses(MEMBER, request_, body, expected)
