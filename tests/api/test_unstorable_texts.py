"""Texts that no database of ours can hold are not found, or refused in clear words, on both databases alike."""

from __future__ import annotations

import pytest

from support.world import World


@pytest.mark.parametrize("path", ["/v1/prompts/%00", "/v1/prompts/a%00b", "/v1/prompts/%ED%A0%80"])
def test_a_path_with_one_is_not_found(world: World, path: str) -> None:
    answer = world.person("editor").http.get(path)
    assert answer.status_code == 404, answer.text


def test_a_label_with_one_is_on_no_version(world: World) -> None:
    http = world.person("editor").http
    prompt_id = world.prompt(http, "Hello")
    assert http.get(f"/v1/prompts/{prompt_id}/versions/a%00b").status_code == 404
    answer = http.get(f"/v1/prompts/{prompt_id}/versions", params={"tags": "a\0b"})
    assert answer.status_code == 200
    assert answer.json()["versions"] == []


def test_nobody_signs_in_with_one(world: World) -> None:
    http = world.http(None)
    for body in ({"email": "a\0@example.com", "password": "x"}, {"email": "root@example.com", "password": "\0"}):
        assert http.post("/v1/auth/login", json=body).status_code in {400, 401}


def test_a_template_with_one_is_refused(world: World) -> None:
    http = world.person("editor").http
    prompt_id = world.prompt(http)
    answer = http.post(f"/v1/prompts/{prompt_id}/versions", json={"template": "a\0b"})
    assert answer.status_code == 400
    assert "NUL" in answer.json()["error"]
    assert http.get(f"/v1/prompts/{prompt_id}/versions").json()["versions"] == []
