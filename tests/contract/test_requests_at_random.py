"""schemathesis asks for what the document allows, and for what it does not: no bug, and no answer it does not have."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from support.server import ADMIN_EMAIL, ADMIN_PASSWORD, API_KEY, ServerProcess

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
EXAMPLES = 8
"""Requests an operation and phase, at most."""


@pytest.mark.parametrize("credential", ["session", "key"])
def test_every_answer_is_in_the_document(contract_server: ServerProcess, credential: str, tmp_path: Path) -> None:
    token = API_KEY if credential == "key" else _session(contract_server)
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", f"{contract_server.url}/openapi.json"),
        *("--header", f"Authorization: Bearer {token}", "--checks", CHECKS, "--max-examples", str(EXAMPLES)),
        *("--phases", "examples,coverage,fuzzing", "--seed", "1", "--no-color", "--generation-database", "none"),
        *("--exclude-operation-id", "logout", "--exclude-operation-id", "deleteMe"),
        *("--exclude-operation-id", "stream"),  # whose answer does not end
        *("--exclude-operation-id", "readyCheck"),  # which says 503 where the machine is busy, as documented
    ]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-20_000:] + ran.stderr


def _session(server: ServerProcess) -> str:
    with server.client() as http:
        answer = http.post("/v1/auth/login", json={"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD})
    token: str = answer.json()["token"]
    return token
