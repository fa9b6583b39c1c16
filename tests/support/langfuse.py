"""Langfuse's public API of prompts, as far as an import asks it: its server takes ClickHouse, Redis and S3 to run.

Held to Langfuse's own client by tests/cli/test_import_langfuse.py.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from support.foreign import Refused

_PROMPTS = "/api/public/v2/prompts"
_INCLUDED = re.compile(r"@@@langfusePrompt:name=([^|]+)\|(version|label)=([^@]+)@@@")
KEYS = {"LANGFUSE_PUBLIC_KEY": "pk", "LANGFUSE_SECRET_KEY": "sk"}
_TOKEN = "Basic cGs6c2s="


def version(number: int, prompt: object, labels: tuple[str, ...] = (), **more: object) -> dict[str, Any]:
    """Give one version of a prompt as it is kept."""
    kind = "text" if isinstance(prompt, str) else "chat"
    return {"version": number, "type": kind, "prompt": prompt, "labels": [*labels], "tags": [], "config": {}, **more}


class Langfuse:
    """Answers like a Langfuse server with one project."""

    def __init__(self, prompts: dict[str, list[dict[str, Any]]]) -> None:
        self.prompts = prompts

    def __call__(self, path: str, query: dict[str, str], token: str) -> Any:
        """Answer a request."""
        if token != _TOKEN:
            return Refused()
        name = unquote(path.removeprefix(_PROMPTS).removeprefix("/"))
        try:
            return self._version(name, query) if name else self._page(int(query.get("page", 1)), int(query["limit"]))
        except StopIteration:
            return Refused(404)

    def _page(self, page: int, limit: int) -> dict[str, Any]:
        names = sorted(self.prompts)
        meta = {"page": page, "limit": limit, "totalItems": len(names), "totalPages": -(-len(names) // limit)}
        return {"data": [self._listed(one) for one in names[(page - 1) * limit : page * limit]], "meta": meta}

    def _listed(self, name: str) -> dict[str, Any]:
        versions = self.prompts[name]
        return {
            "name": name,
            "type": versions[-1]["type"],
            "versions": [one["version"] for one in versions],
            "labels": sorted({label for one in versions for label in one["labels"]}),
            "tags": versions[-1]["tags"],
            "lastUpdatedAt": "2026-11-24T08:00:00.000Z",
            "lastConfig": versions[-1]["config"],
        }

    def _version(self, name: str, query: dict[str, str]) -> dict[str, Any]:
        by = "version" if "version" in query else "label"
        found = self._found(name, by, query.get(by, "production"))
        whole = {
            "id": f"{name} {found['version']}",
            "name": name,
            "commitMessage": None,
            "resolutionGraph": None,
        } | found
        if query.get("resolve") == "false" or not (tags := _INCLUDED.findall(str(found["prompt"]))):
            return whole
        for included, by, value in tags:
            text = self._found(included, by, value)["prompt"]
            tag = f"@@@langfusePrompt:name={included}|{by}={value}@@@"
            whole["prompt"] = whole["prompt"].replace(tag, text)
        return {**whole, "resolutionGraph": {"root": {"name": name, "version": found["version"]}, "dependencies": {}}}

    def _found(self, name: str, by: str, value: str) -> dict[str, Any]:
        return next(
            one
            for one in self.prompts[name]
            if (str(one["version"]) == value if by == "version" else value in one["labels"])
        )
