"""A browser's session: a cookie that its scripts cannot read, and that no other site can use."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from support.answers import said
from support.server import ADMIN_EMAIL, ADMIN_PASSWORD, http_client
from support.world import PASSWORD, Person, World

SIGN_IN = "/v1/auth/browser-session"
CSRF = {"X-Promptwire-CSRF": "1"}
OWN_PAGE = CSRF | {"Sec-Fetch-Site": "same-origin"}
REFUSED = "refused, for a request with a session cookie must come from this server's own pages: "


@pytest.fixture
def person(world: World) -> Person:
    return world.person("editor")


@pytest.fixture
def browser(world: World, person: Person) -> Iterator[httpx.Client]:
    """A browser in which an editor is signed in."""
    with http_client(world.server.url, None) as client:
        credentials = {"email": person.user.email, "password": PASSWORD}
        assert client.post(SIGN_IN, json=credentials, headers=OWN_PAGE).status_code == 200
        yield client


def test_signing_in_gives_a_cookie_and_no_token(world: World) -> None:
    credentials = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
    answer = world.http(None).post(SIGN_IN, json=credentials, headers=OWN_PAGE)
    assert set(answer.json()) == {"expires_at", "user"}
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("promptwire_session=sess_")
    attributes = {part.strip().lower().split("=")[0] for part in cookie.split(";")[1:]}
    assert attributes == {"expires", "httponly", "path", "samesite"}
    assert "samesite=strict" in cookie.lower()
    assert answer.json()["user"]["email"] == ADMIN_EMAIL


def test_a_wrong_password_gives_no_cookie(world: World, person: Person) -> None:
    answer = world.http(None).post(
        SIGN_IN, json={"email": person.user.email, "password": "Wrong-Horse-1"}, headers=OWN_PAGE
    )
    assert said(answer) == (401, "invalid credentials")
    assert "set-cookie" not in answer.headers


def test_the_cookie_reads_and_writes_as_its_person(world: World, browser: httpx.Client, person: Person) -> None:
    assert browser.get("/v1/auth/me").json()["user"]["id"] == person.user.id
    path = f"/v1/teams/{world.team.id}/prompts"
    assert browser.post(path, json={"name": "by a browser"}, headers=OWN_PAGE).status_code == 201


def test_the_cookie_follows_what_changes(browser: httpx.Client) -> None:
    answer = browser.get("/v1/stream?seconds=0")
    assert answer.status_code == 200
    assert answer.text.startswith("event: hello\n")


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({}, "the header X-Promptwire-CSRF is missing"),
        ({"Sec-Fetch-Site": "same-origin"}, "the header X-Promptwire-CSRF is missing"),
        (CSRF | {"Sec-Fetch-Site": "cross-site"}, "it comes from another site"),
        (CSRF | {"Sec-Fetch-Site": "same-site"}, "it comes from another site"),
        (CSRF | {"Sec-Fetch-Site": "none"}, "it comes from another site"),
        (CSRF, "its Origin is not this server"),
        (CSRF | {"Origin": "http://evil.example"}, "its Origin is not this server"),
        (CSRF | {"Origin": "null"}, "its Origin is not this server"),
    ],
)
def test_a_write_of_another_site_is_refused(
    world: World, browser: httpx.Client, headers: dict[str, str], reason: str
) -> None:
    path = f"/v1/teams/{world.team.id}/prompts"
    answer = browser.post(path, json={"name": "forged"}, headers=headers)
    assert said(answer) == (403, REFUSED + reason)
    assert answer.json()["code"] == "cross_site"
    assert browser.get(path).json()["prompts"] == []


def test_signing_in_from_another_site_is_refused(world: World, person: Person) -> None:
    credentials = {"email": person.user.email, "password": PASSWORD}
    answer = world.http(None).post(SIGN_IN, json=credentials, headers=CSRF | {"Origin": "http://evil.example"})
    assert said(answer) == (403, REFUSED + "its Origin is not this server")


def test_an_origin_is_enough_where_the_browser_says_no_more(world: World, browser: httpx.Client) -> None:
    path = f"/v1/teams/{world.team.id}/prompts"
    headers = CSRF | {"Origin": world.server.url}
    assert browser.post(path, json={"name": "an older browser"}, headers=headers).status_code == 201


def test_a_bearer_token_goes_before_the_cookie_and_needs_no_header(world: World, browser: httpx.Client) -> None:
    other = world.person("editor")
    bearer = {"Authorization": f"Bearer {other.token}"}
    assert browser.get("/v1/auth/me", headers=bearer).json()["user"]["id"] == other.user.id
    path = f"/v1/teams/{world.team.id}/prompts"
    assert browser.post(path, json={"name": "by a program"}, headers=bearer).status_code == 201
    assert browser.get("/v1/auth/me", headers={"Authorization": "Basic x"}).status_code == 401


def test_signing_out_ends_the_session_and_takes_the_cookie_back(browser: httpx.Client) -> None:
    token = browser.cookies["promptwire_session"]
    answer = browser.delete("/v1/auth/session", headers=OWN_PAGE)
    assert answer.status_code == 204
    assert 'promptwire_session=""' in answer.headers["set-cookie"]
    assert browser.get("/v1/auth/me").status_code == 401
    assert browser.get("/v1/auth/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_signing_out_from_another_site_changes_nothing(browser: httpx.Client) -> None:
    assert browser.delete("/v1/auth/session").status_code == 403
    assert browser.get("/v1/auth/me").status_code == 200
