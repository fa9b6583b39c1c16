"""An OpenID Connect provider in a process of its own: real HTTP, real keys; `/control` says whom it sends, and how."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from base64 import b64decode, urlsafe_b64encode
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode
from uuid import uuid4

import httpx
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "promptwire", "s3cret/&"


class Provider:
    """The process, and what tests do with it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        self.issuer = self._process.stdout.readline().strip()
        self._http = httpx.Client(base_url=self.issuer)

    def send(self, subject: str, email: str | None, *groups: str, **how: Any) -> None:
        """Say whom it sends from now on; `claims` change the token, `rotate`, `key`, `refuse` its ways."""
        person = {"sub": subject, "email": email, "email_verified": True, "groups": list(groups)}
        self._http.post("/control", json={"person": person, **how}).raise_for_status()

    def close(self) -> None:
        """End it."""
        self._http.close()
        self._process.kill()
        self._process.communicate()


class _State:
    """What the provider knows."""

    def __init__(self) -> None:
        self.issuer = ""
        self.how: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.keys = [_key()]


def _key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": uuid4().hex, "use": "sig", "alg": "RS256"})


STATE = _State()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path == "/.well-known/openid-configuration":
            names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            self._json(200, {"issuer": STATE.issuer} | {key: f"{STATE.issuer}/{at}" for key, at in names.items()})
        elif path == "/keys":
            self._json(200, {"keys": [key.as_dict(private=False) for key in STATE.keys]})
        elif path == "/authorize":
            self._authorize(dict(parse_qsl(query)))
        else:
            self._json(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/control":
            STATE.how = json.loads(body)
            if STATE.how.get("rotate"):
                STATE.keys = [_key()]
            self._json(200, {})
        else:
            self._token({name: values[0] for name, values in parse_qs(body.decode()).items()})

    def _authorize(self, asked: dict[str, str]) -> None:
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        back = {"state": asked["state"]}
        if "refuse" in STATE.how:
            back["error"] = STATE.how["refuse"]
        else:
            back["code"] = uuid4().hex
            STATE.codes[back["code"]] = asked
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(back)}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _token(self, form: dict[str, str]) -> None:
        asked = STATE.codes.pop(form["code"], None)
        digest = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        pair = b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
        if pair != f"{CLIENT}:s3cret%2F%26":
            self._json(401, {"error": "invalid_client"})
        elif asked is None or digest != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            self._json(400, {"error": "invalid_grant"})
        else:
            self._json(200, {"access_token": "a", "token_type": "Bearer", "id_token": _id_token(asked)})

    def _json(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


def _id_token(asked: dict[str, str]) -> str:
    now = int(time.time())
    claims = {"iss": STATE.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
    shift = STATE.how.get("shift", 0)
    claims |= {"iat": now + shift, "exp": now + 300 + shift}
    claims |= STATE.how["person"] | STATE.how.get("claims", {})
    claims = {name: value for name, value in claims.items() if value is not None}
    key: Any = STATE.keys[0]
    if STATE.how.get("key") == "another":
        key = RSAKey.generate_key(2048, {"kid": key.kid})
    if STATE.how.get("key") == "shared":
        return jwt.encode({"alg": "HS256", "kid": key.kid}, claims, OctKey.import_key(SECRET * 8), algorithms=["HS256"])
    return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    STATE.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    sys.stdout.write(f"{STATE.issuer}\n")
    sys.stdout.flush()
    server.serve_forever()
