"""Reports of running processes, as an SDK in any language would send them, and what became of them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx

from support.waiting import eventually


class Reporting:
    """A process that reports, with a key of the prompts' readers."""

    def __init__(self, http: httpx.Client, service: str = "checkout", instance: str = "") -> None:
        self.http = http
        self.process = {"id": str(uuid4()), "service": service, "instance": instance or uuid4().hex, "sdk": "test/1"}
        self.number = 0

    def report(self, *, number: int | None = None, **said: Any) -> httpx.Response:
        """Send a report; the next one, unless a number is given."""
        self.number = self.number + 1 if number is None else number
        answer = self.http.post("/v1/use", json={"process": self.process, "number": self.number} | said)
        assert answer.status_code == 200, answer.text
        return answer


def serves(prompt_id: str, version: int, label: str | None = "live", source: str = "server") -> dict[str, Any]:
    return {"prompt_id": prompt_id, "version": version, "label": label, "source": source}


def uses(prompt_id: str, version: int, label: str | None = "live", **counts: Any) -> dict[str, Any]:
    return {"prompt_id": prompt_id, "version": version, "label": label} | counts


def use_of(http: httpx.Client, prompt_id: str, query: str = "") -> dict[str, Any]:
    answer = http.get(f"/v1/prompts/{prompt_id}/use{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def counted(http: httpx.Client, prompt_id: str) -> dict[tuple[int, str | None, str], tuple[int, int, int]]:
    """Give renders, resolves and errors by version, label and source."""
    rows = use_of(http, prompt_id)["versions"]
    return {
        (one["version"], one["label"], one["source"]): (one["renders"], one["resolves"], one["errors"]) for one in rows
    }


def becomes(http: httpx.Client, prompt_id: str, expected: dict[tuple[int, str | None, str], Any]) -> None:
    """Wait until so much is counted, and no more."""
    eventually(lambda: counted(http, prompt_id) == expected)
