"""One server for the contract: which database is behind it makes no difference to what it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from support.server import PRESETS, ServerProcess


@pytest.fixture(scope="session")
def contract_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    server = ServerProcess(tmp_path_factory.mktemp("contract"), **PRESETS).wait_ready()
    yield server
    assert server.stop() == 0
    assert "request failed" not in server.errors, server.errors


@pytest.fixture(scope="session")
def document(contract_server: ServerProcess) -> dict[str, Any]:
    with contract_server.client() as http:
        answer: dict[str, Any] = http.get("/openapi.json").json()
    return answer
