"""A git repository of prompt files, and the registry that they are kept in step with."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from promptwire.files.prompt_file import SUFFIX
from support.terminal import Ran, Terminal
from support.world import World


def by_slug(ran: Ran) -> dict[str, dict[str, Any]]:
    """Give what a command says of each prompt, by slug."""
    return {one["prompt"].partition("/")[2]: one for one in json.loads(ran.output)["prompts"]}


class Repository:
    """A folder of prompt files, and what its owner does."""

    def __init__(self, root: Path, world: World) -> None:
        self.root = root
        self.world = world
        self.author = world.person(team_role="admin", org_role="admin")
        self.http = self.author.http
        self.team = world.team.slug
        self.key = world.key()
        self.folder = root / "prompts"
        root.mkdir(exist_ok=True)

    def run(self, *arguments: str, key: str | None = None) -> Ran:
        """Run a command on the folder."""
        environment = {
            "PROMPTWIRE_URL": self.world.server.url,
            "PROMPTWIRE_API_KEY": key or self.key,
            "PROMPTWIRE_DIR": str(self.folder),
        }
        return Terminal(self.root / "config", **environment).run(*arguments)

    def done(self, *arguments: str, key: str | None = None) -> dict[str, dict[str, Any]]:
        """Run a command that must work; gives what it says of each prompt."""
        ran = self.run(*arguments, "--json", key=key)
        assert ran.status == 0, ran
        return by_slug(ran)

    def path(self, slug: str) -> Path:
        """Give where the file of a prompt is."""
        return self.folder / self.team / f"{slug}{SUFFIX}"

    def write(self, slug: str, template: str, **keys: str) -> None:
        """Write a file by hand."""
        self.path(slug).parent.mkdir(parents=True, exist_ok=True)
        front = "".join(f"{key}: {value}\n" for key, value in {"name": slug, **keys}.items())
        self.path(slug).write_text(f"---\n{front}---\n{template}\n", encoding="utf-8", newline="")

    def read(self, slug: str) -> str:
        """Give what a file holds."""
        return self.path(slug).read_bytes().decode()

    def everything(self) -> dict[str, bytes]:
        """Give every file of the folder, the lock file too."""
        found = (path for path in self.folder.rglob("*") if path.is_file())
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in found}

    def git(self, *arguments: str) -> str:
        """Run git in the repository."""
        names = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false"]
        ran = subprocess.run(
            ["git", "-C", str(self.root), *names, *arguments], capture_output=True, text=True, check=True
        )
        return ran.stdout.strip()

    def commit(self, message: str) -> str:
        """Commit everything; gives the commit."""
        if not (self.root / ".git").exists():
            self.git("init", "--quiet")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD")

    # What others do on the server

    def new(self, name: str, *templates: str, **fields: Any) -> str:
        """Create a prompt with versions; gives its id."""
        created = self.http.post(f"/v1/teams/{self.world.team.id}/prompts", json={"name": name, **fields})
        assert created.status_code == 201, created.text
        prompt_id: str = created.json()["prompt"]["id"]
        for template in templates:
            self.add(prompt_id, template=template)
        return prompt_id

    def add(self, prompt_id: str, **fields: Any) -> None:
        """Add a version."""
        added = self.http.post(f"/v1/prompts/{prompt_id}/versions", json=fields)
        assert added.status_code == 201, added.text

    def promote(self, prompt_id: str, version: int) -> None:
        """Make a version live."""
        self.post(f"/v1/prompts/{prompt_id}/versions/{version}/promote", {"to": "live"})

    def post(self, path: str, body: dict[str, Any] | None = None) -> None:
        """Send something that must work."""
        answered = self.http.post(path, json=body or {})
        assert answered.is_success, answered.text

    def id_of(self, slug: str) -> str:
        """Give the id of a prompt."""
        prompt_id: str = self.http.get(f"/v1/prompts/{slug}?team={self.team}").json()["prompt"]["id"]
        return prompt_id

    def versions(self, slug: str) -> list[dict[str, Any]]:
        """Give the versions of a prompt, the newest first."""
        found: list[dict[str, Any]] = self.http.get(f"/v1/prompts/{self.id_of(slug)}/versions").json()["versions"]
        return found

    def labels(self, slug: str) -> dict[str, int]:
        """Give where the labels of a prompt are."""
        found = self.http.get(f"/v1/prompts/{self.id_of(slug)}/tags").json()["tags"]
        return {one["tag"]: one["version"] for one in found}
