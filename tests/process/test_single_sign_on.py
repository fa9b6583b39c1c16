"""Signing in with an OpenID Connect provider: real servers on both databases, and a provider of the tests' own."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest

from conftest import new_database
from promptwire.domain.roles import OrgRole, TeamRole
from promptwire.storage.store import SqlStore
from support.provider import CLIENT, SECRET, Provider
from support.scene import said
from support.server import ADMIN_EMAIL, ADMIN_PASSWORD, PRESETS, ServerProcess, clean_environment
from support.waiting import eventually
from support.world import World

ORG, TEAM = "Default Org", "default_team"
GROUPS = [
    {"group": "sre", "organization": ORG, "role": "admin"},
    {"group": "boss", "organization": ORG, "role": "owner"},
    {"group": "writers", "organization": ORG, "team": TEAM, "role": "editor"},
    {"group": "readers", "organization": ORG, "team": TEAM, "role": "viewer"},
    {"group": "lost", "organization": "nowhere", "role": "member"},
]


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with closing(Provider()) as provider:
        yield provider


def settings(provider: Provider, **more: str) -> dict[str, str]:
    oidc = {"ISSUER": provider.issuer, "CLIENT_ID": CLIENT, "CLIENT_SECRET": SECRET, "GROUPS": json.dumps(GROUPS)}
    return PRESETS | {f"PROMPTWIRE_OIDC_{name}": value for name, value in oidc.items()} | more


@pytest.fixture(scope="module")
def served(
    engine: str, provider: Provider, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    data = tmp_path_factory.mktemp("sso")
    database = new_database(engine, request, data)
    server = ServerProcess(data, "--database", database, **settings(provider)).wait_ready()
    server.database = database
    yield server
    server.kill()
    assert "request failed" not in server.errors, server.errors


@pytest.fixture
def store(served: ServerProcess) -> Iterator[SqlStore]:
    with closing(SqlStore.open(served.database)) as store:
        yield store


def go(browser: httpx.Client, query: str = "") -> httpx.Response:
    """Sign in as a browser does; gives what the server answers to who comes back."""
    out = browser.get(f"/v1/auth/oidc/login{query}")
    assert out.status_code == 302, out.text
    back = httpx.get(out.headers["location"])
    assert back.status_code == 302, back.text
    return browser.get(back.headers["location"])


def signed_in(served: ServerProcess) -> dict[str, Any]:
    """Sign in, and say who that is."""
    with served.client() as browser:
        answer = go(browser)
        assert (answer.status_code, answer.headers.get("location")) == (302, "/"), answer.text
        user: dict[str, Any] = browser.get("/v1/auth/me").json()["user"]
        return user


def refused(served: ServerProcess) -> str:
    with served.client() as browser:
        return said(go(browser))


def new_person() -> tuple[str, str]:
    return uuid4().hex, f"{uuid4().hex}@example.com"


def roles(store: SqlStore, user_id: str) -> tuple[OrgRole | None, TeamRole | None]:
    """Give somebody's roles in the organization and in the team."""

    def read(tx: Any) -> tuple[OrgRole | None, TeamRole | None]:
        org = tx.organizations.by_name(ORG)
        (team,) = tx.teams.of_org(org.id)
        return tx.organizations.role(org.id, user_id), tx.teams.role(team.id, user_id)

    return store.read_now(read)


def test_whom_the_provider_sends_gets_an_account_and_is_the_same_next_time(
    served: ServerProcess, provider: Provider
) -> None:
    subject, email = new_person()
    provider.send(subject, email)
    first = signed_in(served)
    assert (first["email"], first["is_verified"], first["is_admin"]) == (email, True, False)
    provider.send(subject, f"new-{email}")
    assert signed_in(served) == first, "the subject says who it is, not the address"


def test_a_verified_address_links_the_account_that_is_there_and_an_unverified_one_never(
    served: ServerProcess, provider: Provider, store: SqlStore
) -> None:
    world = World(served, store)
    person = world.person()
    subject = uuid4().hex
    words = "401 sign_in_failed: sign-in failed: the provider has not verified an e-mail address of this person"
    for claims in ({"email_verified": False}, {"email_verified": None}, {"email_verified": "true"}, {"email": None}):
        provider.send(subject, person.user.email, claims=claims)
        assert refused(served) == words
    provider.send(subject, person.user.email.upper())
    assert signed_in(served)["id"] == person.user.id
    provider.send(subject, "other@example.com", claims={"email_verified": False})
    assert signed_in(served)["id"] == person.user.id
    world.close()


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"claims": {"aud": "another"}}, "it is for another audience"),
        ({"claims": {"aud": [CLIENT, "another"], "azp": "another"}}, "it was issued to another client"),
        ({"claims": {"iss": "http://elsewhere"}}, "it is from another issuer"),
        ({"claims": {"nonce": "another"}}, "it does not belong to this sign-in (nonce)"),
        ({"claims": {"nonce": None}}, "nonce is missing"),
        ({"shift": -400}, "it has expired"),
        ({"shift": 120}, "it is from the future"),
        ({"key": "another"}, "its signature is not the provider's"),
        ({"claims": {"sub": None}}, "sub is missing"),
    ],
    ids=str,
)
def test_a_token_that_is_not_good_signs_nobody_in(
    served: ServerProcess, provider: Provider, how: dict[str, Any], words: str
) -> None:
    provider.send(*new_person(), **how)
    assert refused(served) == f"401 sign_in_failed: sign-in failed: the provider's ID token is not good: {words}"


def test_a_token_that_a_shared_secret_signs_is_refused(served: ServerProcess, provider: Provider) -> None:
    provider.send(*new_person(), key="shared")
    assert refused(served).startswith("401 sign_in_failed: sign-in failed: the provider's ID token is not good: ")


@pytest.mark.parametrize("shift", [-340, 40])
def test_clocks_may_differ_by_a_minute(served: ServerProcess, provider: Provider, shift: int) -> None:
    provider.send(*new_person(), shift=shift)
    assert signed_in(served)


def test_another_key_of_the_provider_is_learnt(served: ServerProcess, provider: Provider) -> None:
    provider.send(*new_person(), rotate=True)
    with served.client() as browser:  # a key that is unknown is looked for once a second at most
        eventually(lambda: go(browser).headers.get("location") == "/")


def test_who_did_not_begin_here_or_was_refused_there_is_not_signed_in(
    served: ServerProcess, provider: Provider
) -> None:
    provider.send(*new_person())
    words = "401 sign_in_failed: sign-in failed: this browser did not begin it here, or too long ago: begin again"
    with served.client() as browser, served.client() as other:
        out = browser.get("/v1/auth/oidc/login")
        back = httpx.get(out.headers["location"]).headers["location"]
        assert said(other.get(back)) == words
        assert said(browser.get(back.replace("state=", "state=x"))) == words
        assert said(browser.get("/v1/auth/oidc/callback")) == words
        assert browser.get(back).status_code == 302
        assert said(browser.get(back)) == words
        provider.send(*new_person(), refuse="access_denied")
        assert said(go(browser)) == "401 sign_in_failed: sign-in failed: the provider refused: access_denied"


def test_a_code_of_somebody_elses_sign_in_is_refused_by_the_provider(served: ServerProcess, provider: Provider) -> None:
    provider.send(*new_person())
    with served.client() as browser, served.client() as other:
        code = _code(httpx.get(other.get("/v1/auth/oidc/login").headers["location"]).headers["location"])
        back = httpx.get(browser.get("/v1/auth/oidc/login").headers["location"]).headers["location"]
        words = "401 sign_in_failed: sign-in failed: the provider answered 400: invalid_grant"
        assert said(browser.get(back.replace(_code(back), code))) == words


def _code(url: str) -> str:
    return parse_qs(urlsplit(url).query)["code"][0]


def test_a_program_gets_its_session_for_code_and_verifier_once(served: ServerProcess, provider: Provider) -> None:
    subject, email = new_person()
    provider.send(subject, email)
    challenge = urlsafe_b64encode(sha256(b"verifier").digest()).decode().rstrip("=")
    bad = "400 invalid_code: invalid or expired sign-in code"
    with served.client() as browser, served.client() as program:
        first, second = (go(browser, f"?port=4711&challenge={challenge}").headers["location"] for _ in "12")
        assert first.startswith("http://127.0.0.1:4711/?code=code_")
        assert said(program.post("/v1/auth/oidc/token", json={"code": _code(first), "verifier": "x"})) == bad
        assert said(program.post("/v1/auth/oidc/token", json={"code": _code(first), "verifier": "verifier"})) == bad
        body = {"code": _code(second), "verifier": "verifier"}
        begun = program.post("/v1/auth/oidc/token", json=body).json()
        assert begun["user"]["email"] == email
        me = program.get("/v1/auth/me", headers={"Authorization": f"Bearer {begun['token']}"})
        assert me.json()["user"]["email"] == email
        assert said(program.post("/v1/auth/oidc/token", json=body)) == bad


def test_the_command_line_signs_in_through_the_browser(served: ServerProcess, provider: Provider) -> None:
    subject, email = new_person()
    provider.send(subject, email)
    command = [sys.executable, "-m", "promptwire", "login", "--url", served.url, "--no-browser", "--print-token"]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=clean_environment(), **pipes) as program, served.client() as browser:
        assert program.stderr
        address = program.stderr.readline().strip().removeprefix("Sign in at ")
        assert httpx.get(go(browser, f"?{urlsplit(address).query}").headers["location"]).status_code == 200
        token = program.communicate()[0].strip()
    assert program.returncode == 0
    with served.client(token) as http:
        assert http.get("/v1/auth/me").json()["user"]["email"] == email


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("port=80&challenge=x", "port must be a number from 1024 to 65535"),
        ("port=x", "port must be a number from 1024 to 65535"),
        ("port=4711", "challenge must be an S256 code challenge: 43 URL-safe base64 characters"),
        (f"port=4711@evil.example&challenge={'x' * 43}", "port must be a number from 1024 to 65535"),
    ],
)
def test_a_program_that_waits_says_where_and_with_what(served: ServerProcess, query: str, words: str) -> None:
    with served.client() as browser:
        assert said(browser.get(f"/v1/auth/oidc/login?{query}")) == f"400 invalid_input: {words}"


def test_groups_give_roles_and_take_back_what_they_gave(
    served: ServerProcess, provider: Provider, store: SqlStore
) -> None:
    subject, email = new_person()
    steps: list[tuple[tuple[str, ...], tuple[OrgRole | None, TeamRole | None]]] = [
        (("writers", "unknown", "lost"), (OrgRole.MEMBER, TeamRole.EDITOR)),
        (("writers", "readers", "sre"), (OrgRole.ADMIN, TeamRole.EDITOR)),
        (("readers",), (OrgRole.VIEWER, TeamRole.VIEWER)),
        (("sre",), (OrgRole.ADMIN, None)),
        ((), (None, None)),
        (("readers",), (OrgRole.VIEWER, TeamRole.VIEWER)),
    ]
    for groups, expected in steps:
        provider.send(subject, email, *groups)
        user = signed_in(served)
        assert roles(store, user["id"]) == expected, groups


def test_what_was_given_by_hand_stays(served: ServerProcess, provider: Provider, store: SqlStore) -> None:
    world = World(served, store)
    person = world.person()

    def by_hand(org: str, team: str | None) -> None:
        found = store.read_now(lambda tx: tx.organizations.by_name(ORG))
        assert found
        (one,) = store.read_now(lambda tx: tx.teams.of_org(found.id))
        world.join_org(person.user.id, org, found.id)
        if team:
            world.join_team(person.user.id, team, one.id)

    subject = uuid4().hex
    by_hand("member", "viewer")
    for groups, expected in (
        (("sre", "writers"), (OrgRole.ADMIN, TeamRole.EDITOR)),
        ((), (OrgRole.MEMBER, TeamRole.VIEWER)),
        (("readers",), (OrgRole.MEMBER, TeamRole.VIEWER)),
        ((), (OrgRole.MEMBER, TeamRole.VIEWER)),
        (("sre",), (OrgRole.ADMIN, TeamRole.VIEWER)),
    ):
        provider.send(subject, person.user.email, *groups)
        signed_in(served)
        assert roles(store, person.user.id) == expected, groups
    by_hand("owner", "admin")
    provider.send(subject, person.user.email)
    signed_in(served)
    assert roles(store, person.user.id) == (OrgRole.OWNER, TeamRole.ADMIN)
    world.close()


def test_the_last_owner_stays_one_and_the_log_tells_who_gave_what(
    served: ServerProcess, provider: Provider, store: SqlStore
) -> None:
    subject, email = new_person()
    provider.send(subject, email, "boss")
    user = signed_in(served)
    org = store.read_now(lambda tx: tx.organizations.by_name(ORG))
    assert org
    others = store.read_now(lambda tx: [one for one in tx.organizations.owners(org.id) if one != user["id"]])
    world = World(served, store)
    for other in others:
        world.join_org(other, "admin", org.id)
    provider.send(subject, email)
    signed_in(served)
    assert roles(store, user["id"])[0] is OrgRole.OWNER
    for other in others:
        world.join_org(other, "owner", org.id)
    signed_in(served)
    assert roles(store, user["id"])[0] is None
    with served.client() as http:
        token = http.post("/v1/auth/login", json={"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}).json()["token"]
        logs = http.get(f"/v1/orgs/{org.id}/audit-logs", headers={"Authorization": f"Bearer {token}"}).json()["logs"]
    told = [
        (one["action"], one["actor_kind"], one["reason"]) for one in reversed(logs) if one["entity_id"] == user["id"]
    ]
    reason = "groups of the identity provider"
    assert told == [(f"organization_member.{what}", "system", reason) for what in ("added", "removed")]
    world.close()


def test_without_sign_up_only_who_has_an_account_comes_in_and_passwords_can_be_off(
    provider: Provider, tmp_path: Path
) -> None:
    off = {"PROMPTWIRE_OIDC_SIGN_UP": "off", "PROMPTWIRE_PASSWORD_SIGN_IN": "off"}
    server = ServerProcess(tmp_path, **settings(provider, **off)).wait_ready()
    provider.send(*new_person())
    words = "there is no account with this e-mail address: ask an administrator for one"
    assert refused(server) == f"401 sign_in_failed: sign-in failed: {words}"
    provider.send(uuid4().hex, ADMIN_EMAIL)
    assert signed_in(server)["is_admin"]
    with server.client() as http:
        body = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
        words = "sign-in with a password is off: sign in with the identity provider at /v1/auth/oidc/login"
        assert said(http.post("/v1/auth/login", json=body)) == f"403 password_sign_in_off: {words}"
    assert server.stop() == 0


def test_a_provider_that_is_not_there_is_named_so(tmp_path: Path) -> None:
    oidc = {"PROMPTWIRE_OIDC_ISSUER": "http://127.0.0.1:1", "PROMPTWIRE_OIDC_CLIENT_ID": CLIENT}
    server = ServerProcess(tmp_path, **PRESETS, **oidc).wait_ready()
    with server.client() as browser:
        words = "401 sign_in_failed: sign-in failed: the provider cannot be reached, or gives no sensible answer"
        assert said(browser.get("/v1/auth/oidc/login")) == words
    assert server.stop() == 0


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"OIDC_ISSUER": "https://x"}, "PROMPTWIRE_OIDC_CLIENT_ID is missing"),
        ({"OIDC_ISSUER": "x", "OIDC_CLIENT_ID": "x"}, "must be a URL"),
        ({"PASSWORD_SIGN_IN": "off"}, "nobody could sign in"),
        ({"OIDC_GROUPS": '[{"group": "g", "organization": "o", "role": "king"}]'}, "invalid role"),
        ({"OIDC_GROUPS": '[{"group": "g", "organization": "o", "team": "t", "role": "owner"}]'}, "invalid role"),
        ({"OIDC_GROUPS": '[{"group": "g"}]'}, "organization"),
    ],
    ids=str,
)
def test_settings_that_cannot_be_right_stop_the_start(tmp_path: Path, wrong: dict[str, str], words: str) -> None:
    environment = {f"PROMPTWIRE_{name}": value for name, value in wrong.items()}
    with pytest.raises(AssertionError, match="the server did not start") as caught:
        ServerProcess(tmp_path, **PRESETS, **environment).wait_ready()
    assert words in str(caught.value)
