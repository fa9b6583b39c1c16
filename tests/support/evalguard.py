"""What EvalGuard's clients look at in an answer of `/api/v1`."""

from __future__ import annotations

from typing import Any

import httpx


def data(answer: httpx.Response, status: int = 200) -> Any:
    """Give what a successful answer holds, after a look at the envelope around it."""
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"success", "data"}
    assert answer.json()["success"] is True
    return answer.json()["data"]


def error(answer: httpx.Response) -> dict[str, Any]:
    """Give what an answer says went wrong, after a look at the envelope around it."""
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json()) == {"success", "error"}
    assert answer.json()["success"] is False
    found: dict[str, Any] = answer.json()["error"]
    assert found["requestId"] == answer.headers["x-request-id"]
    assert found["code"] in found["message"]  # Go's client keeps the message only
    return found


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Give status and code of what went wrong."""
    return answer.status_code, error(answer)["code"]
