"""API keys as tests change them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx

from promptwire.domain.credentials import ApiKey
from support.scene import Scene
from support.world import Person


class Made:
    """A key of the organization, its maker, and its secret."""

    def __init__(self, scene: Scene, maker: Person | None = None, **fields: Any) -> None:
        self.scene, self.world = scene, scene.world
        self.maker = maker or scene.world.person("admin", "admin")
        body = {"name": "ci", "org_id": scene.world.org.id} | fields
        answer = self.maker.http.post("/v1/api-keys", json=body)
        assert answer.status_code == 201, answer.text
        self.made: dict[str, Any] = answer.json()
        scene.names["key"] = self.made["id"]
        self.http = scene.world.http(self.made["key"])

    @property
    def stored(self) -> ApiKey:
        """Give the key as it is now."""
        key = self.world.store.read_now(lambda tx: tx.keys.get(self.made["id"]))
        assert key
        return key

    def update(self, by: httpx.Client | None = None, **fields: Any) -> httpx.Response:
        """Change it, as its maker unless somebody else is given."""
        return (by or self.maker.http).put(f"/v1/api-keys/{self.made['id']}", json=fields)

    def post(self, action: str, by: httpx.Client | None = None) -> httpx.Response:
        """Do something else with it."""
        return (by or self.maker.http).post(f"/v1/api-keys/{self.made['id']}/{action}")

    def writes(self) -> bool:
        """Tell whether it can create a prompt in the team."""
        return self.http.post(f"/v1/teams/{self.world.team.id}/prompts", json={"name": f"p {uuid4()}"}).is_success

    def reads(self) -> int:
        """Give the status of a read."""
        return self.http.get(f"/v1/teams/{self.world.team.id}/prompts").status_code
