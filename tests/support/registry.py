"""Prompts on the real server, moved about as their authors do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from promptwire.domain.organizations import Team
from support.scene import build
from support.world import World


class Registry:
    """What a prompt author does, through `/v1`, in a team of the test's own."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.author = world.person(team_role="admin", org_role="admin")
        self._http = self.author.http
        wanted = {"name": "application", "org_id": world.org.id, "operation": "read_render"}
        issued = self._http.post("/v1/api-keys", json=wanted).json()
        self.key: str = issued["key"]
        self._key_id: str = issued["id"]

    def new_team(self) -> Team:
        """Add a team that the author is in too."""
        team = self.world.new_team(self.world.org.id)
        self.world.join_team(self.author.user.id, "admin", team.id)
        return team

    def limit_key(self, team: Team) -> None:
        """Limit the key to one team."""
        self.put(f"/v1/api-keys/{self._key_id}", {"team_ids": [team.id]})

    def expiring_key(self, seconds: float) -> str:
        """Make a key that ends soon."""
        at = datetime.now(UTC) + timedelta(seconds=seconds)
        wanted = {"name": "short", "org_id": self.world.org.id, "expires_at": at.isoformat()}
        issued = self._http.post("/v1/api-keys", json=wanted)
        assert issued.is_success, issued.text
        secret: str = issued.json()["key"]
        return secret

    def key_that_reads(self, *labels: str) -> str:
        """Make a key that is limited to some labels."""
        wanted = {"name": "limited", "org_id": self.world.org.id, "readable_labels": list(labels)}
        issued = self._http.post("/v1/api-keys", json=wanted)
        assert issued.is_success, issued.text
        secret: str = issued.json()["key"]
        return secret

    def expel(self, user_id: str) -> None:
        """Remove somebody from the team."""
        self.delete(f"/v1/teams/{self.world.team.id}/members/{user_id}")

    def revoke_key(self) -> None:
        """End the key."""
        self.delete(f"/v1/api-keys/{self._key_id}")

    def prompt(self, *templates: str, team: Team | None = None, name: str | None = None) -> Authored:
        """Create a prompt with a version of each text; the last is live."""
        name = name or f"p{uuid4().hex}"
        prompt_id = self.world.prompt(self._http, *templates, team_id=(team or self.world.team).id, name=name)
        prompt = Authored(self, prompt_id, name)
        if templates:
            prompt.promote(len(templates))
        return prompt

    def many(self, count: int) -> list[str]:
        """Create prompts with a live version each, by the use cases in one transaction; gives their slugs."""
        return self.world.store.write_now(
            lambda tx: [build(tx, self.world.team.id, ["live"], {})[1] for _ in range(count)]
        )

    def post(self, path: str, body: object) -> None:
        """Send something that must work."""
        answer = self._http.post(path, json=body)
        assert answer.is_success, answer.text

    def put(self, path: str, body: object) -> None:
        """Replace something that must be there."""
        answer = self._http.put(path, json=body)
        assert answer.is_success, answer.text

    def delete(self, path: str) -> None:
        """Delete something that must be there."""
        answer = self._http.delete(path)
        assert answer.is_success, answer.text


class Authored:
    """A prompt and what its author does with it."""

    def __init__(self, registry: Registry, prompt_id: str, slug: str) -> None:
        self._registry = registry
        self.id = prompt_id
        self._path = f"/v1/prompts/{prompt_id}"
        self.slug = slug

    def add(self, template: str) -> None:
        """Add a draft."""
        self._registry.post(f"{self._path}/versions", {"template": template})

    def promote(self, version: int) -> None:
        """Make a version live."""
        self._registry.post(f"{self._path}/versions/{version}/promote", {"to": "live"})

    def demote(self, version: int) -> None:
        """Make the live version stable."""
        self._registry.post(f"{self._path}/versions/{version}/demote", {})

    def label(self, label: str, version: int) -> None:
        """Put a label on a version."""
        self._registry.post(f"{self._path}/versions/{version}/tags", {"tag": label})

    def unlabel(self, label: str) -> None:
        """Take a label away."""
        self._registry.delete(f"{self._path}/tags/{label}")

    def edit(self, version: int, template: str) -> None:
        """Replace the text of a draft."""
        self._registry.put(f"{self._path}/versions/{version}", {"template": template})

    def archive(self, version: int | None = None) -> None:
        """Take a version, or the whole prompt, out of use."""
        self._registry.post(f"{self._path}/versions/{version}/archive" if version else f"{self._path}/archive", {})

    def purge(self, version: int) -> None:
        """Erase what a version says, for good."""
        self._registry.post(f"{self._path}/versions/{version}/purge", {"reason": "test"})

    def describe(self, description: str) -> None:
        """Replace the description."""
        self._registry.put(self._path, {"description": description})

    def move(self, team: Team) -> None:
        """Give the prompt to another team."""
        self._registry.post(f"{self._path}/move", {"team_id": team.id})
