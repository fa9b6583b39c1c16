"""Prompts on the real server, moved about as their authors do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import insert

from promptwire.domain.organizations import Team
from promptwire.domain.versions import Status
from promptwire.storage.rows import from_prompt, from_version
from promptwire.storage.tables import prompts, versions
from promptwire.wire.content import Content
from support import make
from support.scene import build
from support.world import World


class Registry:
    """What a prompt author does, through `/v1`, in a team of the test's own."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._ids: dict[str, str] = {}
        self.author = world.person(team_role="admin", org_role="admin")
        self._http = self.author.http
        wanted = {"name": "application", "org_id": world.org.id, "operation": "read_render"}
        issued = self._http.post("/v1/api-keys", json=wanted).json()
        self.key: str = issued["key"]
        self._key_id: str = issued["id"]

    def many_prompts(self, count: int) -> list[str]:
        """Put prompts with a live version into the store, without a word in the log; gives their slugs."""
        made = [make.prompt(self.world.team.id, last_number=1) for _ in range(count)]
        content = Content(template="Hello {{.name}}")
        live = [make.version(one.id, 1, status=Status.LIVE, content=content) for one in made]
        with self.world.store.engines.writer.begin() as connection:
            connection.execute(insert(prompts), [from_prompt(one) for one in made])
            connection.execute(insert(versions), [from_version(one) for one in live])
        self._ids = {one.slug: one.id for one in made}
        return list(self._ids)

    def id_of(self, slug: str) -> str:
        """Give the id of one of them."""
        return self._ids[slug]

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

    def narrow_key(self, team: Team) -> None:
        """Limit the key to a team."""
        self._update_key({"team_ids": [team.id]})

    def widen_key(self) -> None:
        """Let the key see every team again."""
        self._update_key({"all_teams": True})

    def _update_key(self, change: dict[str, object]) -> None:
        answer = self._http.put(f"/v1/api-keys/{self._key_id}", json=change)
        assert answer.is_success, answer.text

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
