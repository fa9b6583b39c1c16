"""`promptwire.compat.evalguard` against the real server, and against what is none."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from promptwire.compat import errors
from promptwire.compat.evalguard import EvalGuard
from support.faults import Misbehaving, Proxy
from support.prompts import Versions, protect
from support.server import PRESETS, ServerProcess
from support.world import Person, World


@pytest.fixture
def admin(world: World) -> Person:
    return world.person("admin", "admin")


@pytest.fixture
def versions(world: World, admin: Person) -> Versions:
    return Versions(world, admin.http)


@pytest.fixture
def client(world: World) -> Iterator[EvalGuard]:
    client = EvalGuard(world.key(), base_url=world.server.url, retries=0)
    yield client
    client.close()


def label(client: EvalGuard, versions: Versions, number: int = 1, **body: Any) -> Any:
    return client.request(method="POST", path=f"/api/v1/prompts/{versions.ids[number]}/labels", body=body)


def test_it_gives_what_the_answer_holds(client: EvalGuard, versions: Versions) -> None:
    done = label(client, versions, add=["production"])
    assert (done["labels"], done["added"]) == (["production"], ["production"])
    read = client.request("GET", f"/api/v1/prompts/{versions.ids[1]}/labels")
    assert read == {"promptVersionId": versions.ids[1], "labels": ["production"]}


@pytest.mark.parametrize("ending", ["", "/", "/api", "/api/", "/api/v1", "/api/v1/"])
@pytest.mark.parametrize("beginning", ["/api/v1", "api/v1", "/v1", ""])
def test_api_is_never_doubled(world: World, versions: Versions, admin: Person, ending: str, beginning: str) -> None:
    client = EvalGuard(admin.token, base_url=world.server.url + ending)
    found = client.request("GET", f"{beginning}/prompts/{versions.ids[1]}/labels")
    assert found["promptVersionId"] == versions.ids[1]
    listed = client.request("GET", f"{beginning}/prompts", query={"projectId": world.team.id, "limit": 1})
    assert [row["version"] for row in listed] == [3]
    client.close()


def test_a_prefix_of_the_address_stays(misbehaving: Misbehaving) -> None:
    misbehaving.says = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    client = EvalGuard("k", base_url=f"{misbehaving.url}/prompts/api")
    assert client.request("GET", "/api/v1/prompts/x/labels") == {}
    assert misbehaving.requests[0].startswith(b"GET /prompts/api/v1/prompts/x/labels HTTP/1.1\r\n")
    client.close()


def test_key_and_address_come_from_the_environment(
    world: World, versions: Versions, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVALGUARD_API_KEY", f"{admin.token}\n")
    monkeypatch.setenv("PROMPTWIRE_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("EVALGUARD_BASE_URL", f"{world.server.url}/api")
    client = EvalGuard()
    assert label(client, versions)["labels"] == []
    client.close()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "no API key: give api_key, or set EVALGUARD_API_KEY"),
        ({"api_key": " "}, "no API key"),
        ({"api_key": "a\nb"}, "api_key: it holds a character that is not visible ASCII"),
        ({"api_key": "k", "base_url": "localhost:8000"}, "base_url 'localhost:8000': it must begin with http://"),
        ({"api_key": "k", "base_url": "http://[x"}, "it must begin with http:// or https:// and name a host"),
        ({"api_key": "k", "base_url": "http://h/?a=b"}, "it must begin with http:// or https:// and name a host"),
    ],
)
def test_a_client_that_cannot_work_is_not_made(
    given: dict[str, Any], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EVALGUARD_API_KEY", raising=False)
    with pytest.raises(ValueError) as refused:
        EvalGuard(**given)
    assert words in str(refused.value)


def test_a_placeholder_is_not_sent(client: EvalGuard) -> None:
    with pytest.raises(ValueError) as refused:
        client.request(method="POST", path="/api/v1/prompts/{promptVersionId}/labels", body={})
    assert "put the id in the place of the braces" in str(refused.value)


def refusal(client: EvalGuard, version: str, **body: Any) -> errors.EvalGuardError:
    with pytest.raises(errors.EvalGuardError) as refused:
        client.request("POST", f"/v1/prompts/{version}/labels", body)
    assert refused.value.request_id
    assert refused.value.code in str(refused.value)
    return refused.value


def test_every_refusal_has_a_class(world: World, admin: Person, versions: Versions, client: EvalGuard) -> None:
    protect(world, world.person(org_role="owner").http, "production", "owner")
    loose = world.new_team(None)
    world.join_team(admin.user.id, "admin", loose.id)
    no_org = Versions(world, admin.http, team_id=loose.id).ids[1]
    known, url = versions.ids[1], world.server.url
    refused = [
        refusal(client, known, add=[""]),
        refusal(EvalGuard("ak_nobody", base_url=url), known),
        refusal(client, known, add=["production"]),
        refusal(EvalGuard(world.person().token, base_url=url), known),
        refusal(EvalGuard(world.key("read_render"), base_url=url), known),
        refusal(client, str(uuid4())),
        refusal(client, no_org),
    ]
    assert [(type(one), one.status_code, one.code) for one in refused] == [
        (errors.InvalidRequestError, 400, "VALIDATION_ERROR"),
        (errors.UnauthorizedError, 401, "INVALID_API_KEY"),
        (errors.ProtectedLabelError, 403, "PROTECTED_LABEL"),
        (errors.NotAMemberError, 403, "NOT_A_MEMBER"),
        (errors.ForbiddenError, 403, "FORBIDDEN"),
        (errors.NotFoundError, 404, "NOT_FOUND"),
        (errors.MissingOrgError, 409, "MISSING_ORG"),
    ]
    protected = refused[2]
    assert isinstance(protected, errors.ProtectedLabelError)
    assert (protected.labels, protected.your_role) == ({"production": "owner"}, "admin")
    assert refused[0].details == {"field": "add[0]"}


def test_a_lost_answer_is_asked_for_again_and_nothing_is_done_twice(
    world: World, proxy: Proxy, versions: Versions, admin: Person
) -> None:
    client = EvalGuard(world.key(), base_url=proxy.url, retries=3)
    assert label(client, versions, add=["warm"])["added"] == ["warm"]
    proxy.loses_answers = 1
    done = label(client, versions, 2, add=["production"])
    assert done["added"] == ["production"]
    log = admin.http.get(f"/v1/orgs/{world.org.id}/audit-logs", params={"label": "production"}).json()["logs"]
    assert [entry["action"] for entry in log] == ["label.set"]
    client.close()


def test_who_is_too_fast_waits_as_long_as_asked(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, **PRESETS | {"PROMPTWIRE_KEY_LIMIT": "60"}).wait_ready()
    client = EvalGuard(PRESETS["PROMPTWIRE_BOOTSTRAP_API_KEY"], base_url=server.url, retries=0)
    path = f"/v1/prompts/{uuid4()}/labels"
    limited: errors.EvalGuardError | None = None
    while not isinstance(limited, errors.RateLimitedError):
        with pytest.raises(errors.EvalGuardError) as refused:
            client.request("POST", path, {})
        limited = refused.value
    assert (limited.code, limited.status_code, limited.retry_after) == ("RATE_LIMITED", 429, 1.0)
    patient = EvalGuard(PRESETS["PROMPTWIRE_BOOTSTRAP_API_KEY"], base_url=server.url)
    with pytest.raises(errors.NotFoundError):
        patient.request("POST", path, {})
    client.close()
    patient.close()
    assert server.stop() == 0


@pytest.mark.parametrize(
    ("says", "status", "code", "kind"),
    [
        (b"HTTP/1.1 502 Bad\r\nContent-Length: 6\r\n\r\n<html>", 502, "HTTP_502", errors.ServerError),
        (b"HTTP/1.1 418 No\r\nContent-Length: 2\r\n\r\n[]", 418, "HTTP_418", errors.EvalGuardError),
        (b'HTTP/1.1 403 No\r\nContent-Length: 13\r\n\r\n{"error":"x"}', 403, "HTTP_403", errors.ForbiddenError),
        (b"HTTP/1.1 308 Go\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", 308, "HTTP_308", errors.EvalGuardError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", 0, "", errors.NoAnswerError),
        (b"nonsense\r\n\r\n", 0, "", errors.NoAnswerError),
    ],
)
def test_what_is_no_answer_of_ours_is_an_error_of_ours(
    misbehaving: Misbehaving, says: bytes, status: int, code: str, kind: type[Exception]
) -> None:
    misbehaving.says = says
    client = EvalGuard("k", base_url=misbehaving.url, retries=0, timeout=5)
    with pytest.raises(errors.EvalGuardError) as refused:
        client.request("GET", "/v1/prompts")
    assert (type(refused.value), refused.value.status_code, refused.value.code) == (kind, status, code)
    client.close()


def test_nobody_there(nowhere: str) -> None:
    with pytest.raises(errors.NoAnswerError) as refused:
        EvalGuard("k", base_url=nowhere, retries=0).request("GET", "/v1/prompts")
    assert str(refused.value).startswith(f"no answer from {nowhere}: ")
    assert "Bearer" not in str(refused.value)


def test_it_loads_nothing_of_the_server() -> None:
    program = "import sys, json, promptwire.compat.evalguard; print(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    ours = {name.split(".")[1] for name in json.loads(ran.stdout) if name.startswith("promptwire.")}
    assert ours == {"compat"}
