"""A prompt with versions, as tests of labels use it."""

from __future__ import annotations

from typing import Any

import httpx

from support.world import World


class Versions:
    """A prompt with a few drafts, and the calls that put labels on them."""

    def __init__(self, world: World, http: httpx.Client, *, count: int = 3, team_id: str | None = None) -> None:
        self.prompt_id = world.prompt(http, *(f"text {number}" for number in range(1, count + 1)), team_id=team_id)
        self.path = f"/v1/prompts/{self.prompt_id}"
        found = http.get(f"{self.path}/versions").json()["versions"]
        self.ids: dict[int, str] = {version["version"]: version["id"] for version in found}

    def call(self, http: httpx.Client, number: int, **body: Any) -> httpx.Response:
        """Call EvalGuard's route for a version."""
        return http.post(labels_path(self.ids[number]), json=body)

    def tag(self, http: httpx.Client, number: int, tag: str) -> httpx.Response:
        """Call px0's route for a version."""
        return http.post(f"{self.path}/versions/{number}/tags", json={"tag": tag})

    def labels(self, http: httpx.Client) -> dict[str, int]:
        """Give every label of the prompt with the number of its version."""
        return {tag["tag"]: tag["version"] for tag in http.get(f"{self.path}/tags").json()["tags"]}


def labels_path(version_id: str) -> str:
    """Give the path of EvalGuard's route."""
    return f"/api/v1/prompts/{version_id}/labels"


def protect(world: World, http: httpx.Client, label: str, role: str, *, team_id: str | None = None) -> httpx.Response:
    """Call the registry."""
    path = f"/v1/teams/{team_id or world.team.id}/protected-labels/{label}"
    return http.put(path, json={"min_required_role": role})
