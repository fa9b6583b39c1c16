"""How one gets in, as the sign-in page asks for it."""

from __future__ import annotations

from pathlib import Path

from support.server import PRESETS, ServerProcess
from support.world import World

WAYS = "/v1/auth/ways"


def test_anybody_is_told_how_one_gets_in(world: World) -> None:
    answer = world.http(None).get(WAYS)
    assert answer.status_code == 200
    assert answer.json() == {"password": True, "provider": None, "provider_login": None, "sign_up": "invite"}


def test_the_first_registers_until_somebody_is_there(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, **PRESETS | {"PROMPTWIRE_BOOTSTRAP": "off", "PROMPTWIRE_SIGN_UP": "closed"})
    with server.wait_ready().client() as http:
        assert http.get(WAYS).json()["sign_up"] == "first"
        first = {"email": "first@example.com", "password": "Correct-Horse-1"}
        assert http.post("/v1/auth/register", json=first).status_code == 201
        assert http.get(WAYS).json()["sign_up"] == "closed"
    assert server.stop() == 0


def test_a_provider_is_named_by_its_host(tmp_path: Path) -> None:
    oidc = {
        "PROMPTWIRE_OIDC_ISSUER": "https://login.example.com:8443/realms/acme",
        "PROMPTWIRE_OIDC_CLIENT_ID": "promptwire",
        "PROMPTWIRE_PASSWORD_SIGN_IN": "off",
    }
    server = ServerProcess(tmp_path, **PRESETS | oidc)
    with server.wait_ready().client() as http:
        ways = http.get(WAYS).json()
    assert (ways["password"], ways["provider"]) == (False, "login.example.com")
    assert ways["provider_login"] == "/v1/auth/oidc/login"
    assert server.stop() == 0
