"""Who asks, for what, and what is answered: the parts of a table of exchanges on `/v1`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeAlias
from uuid import uuid4

import httpx
from sqlalchemy import select

from promptwire.api.exchange import given
from promptwire.domain.changes import Entry
from promptwire.domain.drafts import Draft
from promptwire.domain.labels import Placement
from promptwire.domain.policies import Policy
from promptwire.domain.prompts import NewPrompt
from promptwire.domain.protected_labels import ProtectedLabel
from promptwire.domain.roles import OrgRole
from promptwire.domain.subjects import OperatorSubject
from promptwire.domain.versions import ByNumber, Status
from promptwire.ports.storage import Transaction
from promptwire.services import labels, lifecycle, prompts, versions
from promptwire.services.calls import Act, Call
from promptwire.storage.rows import to_entry
from promptwire.storage.tables import change_counter, changes
from support.document import check_answer
from support.world import World

Body: TypeAlias = "Mapping[str, Any] | list[Any] | bytes | None"
JSON = {"Content-Type": "application/json"}

SUBJECTS: dict[str, Callable[[World], httpx.Client]] = {
    "nobody": lambda world: world.http(None),
    "unknown session": lambda world: world.http(f"sess_{'0' * 64}"),
    "unknown key": lambda world: world.http(f"ak_{'0' * 64}"),
    "unverified editor": lambda world: world.person("editor", is_verified=False).http,
    "viewer": lambda world: world.person("viewer", "viewer").http,
    "editor": lambda world: world.person("editor").http,
    "team admin": lambda world: world.person("admin").http,
    "editor, organization admin": lambda world: world.person("editor", "admin").http,
    "organization owner": lambda world: world.person(None, "owner").http,
    "organization admin": lambda world: world.person(None, "admin").http,
    "organization member": lambda world: world.person(None, "member").http,
    "instance admin": lambda world: world.person(is_admin=True).http,
    "instance admin, viewer": lambda world: world.person("viewer", "viewer", is_admin=True).http,
    "stranger": lambda world: world.person().http,
    "read_render key": lambda world: world.http(world.key("read_render")),
    "all key": lambda world: world.http(world.key("all")),
    "admin key": lambda world: world.http(world.key("admin")),
    "key of this team": lambda world: world.http(world.key("all", teams=(world.team.id,))),
    "key of another team": lambda world: world.http(world.key("all", teams=(world.new_team(world.org.id).id,))),
    "key of another organization": lambda world: world.http(World(world.server, world.store).key("admin")),
    "admin key of this team": lambda world: world.http(world.key("admin", teams=(world.team.id,))),
    "key, its maker a viewer now": lambda world: world.http(
        world.key("all", maker=world.person("viewer", "viewer").user.id)
    ),
    "key, its maker gone": lambda world: world.http(world.key("all", maker=world.person().user.id)),
    "admin key, its maker gone": lambda world: world.http(world.key("admin", maker=world.person().user.id)),
}


class Scene:
    """One team's prompts, and everybody who might ask for them; each is made when it is first needed."""

    def __init__(self, world: World, subjects: Mapping[str, Callable[[World], httpx.Client]] = SUBJECTS) -> None:
        self.world = world
        self.subjects = subjects
        self.names = {"team": world.team.id, "unknown": str(uuid4())}
        self._clients: dict[str, httpx.Client] = {}

    def client(self, subject: str) -> httpx.Client:
        """Give the client of a subject."""
        if subject not in self._clients:
            self._clients[subject] = self.subjects[subject](self.world)
        return self._clients[subject]

    def ask(
        self, subject: str, request: str, body: Body = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send a request such as `GET /v1/prompts/{prompt}`; bytes are sent as they are, everything else as JSON."""
        method, path = request.split(" ", 1)
        content: dict[str, Any] = {}
        if body is not None:
            content = {"content": body} if isinstance(body, bytes) else {"json": body}
        path = path.format_map(self.names)
        client = self.client(subject)
        answer = client.request(method, path, headers=JSON | dict(headers or {}), **content)
        client.cookies.clear()  # whoever asks next sends what the subject has, and nothing else
        if not path.startswith("/api/"):  # EvalGuard's surface has a document of its own
            check_answer(answer)
        return answer

    def does(self, request: str, body: Body = None, *, subject: str = "editor") -> Any:
        """Send a request that must succeed; gives the one object in the answer."""
        answer = self.ask(subject, request, body)
        assert answer.is_success, said(answer)
        return None if answer.status_code == 204 else next(reversed(answer.json().values()))

    def refuses(self, subject: str, request: str, body: Body, expected: str) -> dict[str, Any]:
        """Send a request that must be refused, and change nothing; gives the details."""
        before = self.changes()
        answer = self.ask(subject, request, body)
        assert said(answer) == expected
        assert self.changes() == before
        details: dict[str, Any] = answer.json().get("details", {})
        return details

    def changes(self) -> int:
        """Count the entries of the change log."""
        with self.world.store.engines.reader.connect() as connection:
            last: int = connection.execute(select(change_counter.c.last_seq)).scalar_one()
        return last

    def entries(self, since: int) -> list[Entry]:
        """List what the change log says of all that happened since it had so many entries."""
        statement = select(changes).where(changes.c.seq > since).order_by(changes.c.seq)
        with self.world.store.engines.reader.connect() as connection:
            return [to_entry(row) for row in connection.execute(statement)]

    def prompt(self, *statuses: str, name: str = "prompt", tags: Mapping[str, int] | None = None) -> dict[str, str]:
        """Add a prompt with a version in each status and its tags, as `{prompt}` and `{slug}` or under another name.

        It is written by the use cases in one transaction of the operator: many tests need one, few are about that.
        """
        prompt_id, slug = self.world.store.write_now(lambda tx: build(tx, self.names["team"], statuses, tags or {}))
        self.names |= {name: prompt_id, "slug" if name == "prompt" else f"{name}_slug": slug}
        return {"id": prompt_id, "slug": slug}

    def versions(self, prompt: str = "prompt") -> dict[int, str]:
        """Give number and status of every version of a prompt."""
        listed = self.does(f"GET /v1/prompts/{{{prompt}}}/versions")
        return {version["version"]: version["status"] for version in listed}

    def tags(self, prompt: str = "prompt") -> dict[str, int]:
        """Give the tags of a prompt with the number of their version."""
        return {one["tag"]: one["version"] for one in self.does(f"GET /v1/prompts/{{{prompt}}}/tags")}

    def place(self, label: str, number: int) -> None:
        """Put a label on a version of `{prompt}` as the store takes it: also one that px0's setter refuses."""
        version = self.does(f"GET /v1/prompts/{{prompt}}/versions/{number}")
        placement = Placement(
            prompt_id=version["prompt_id"],
            label=label,
            version_id=version["id"],
            set_by=("system", "test"),
            set_at=datetime.now(UTC),
        )
        self.world.store.write_now(lambda tx: tx.labels.put(placement))

    def protect(self, label: str, role: str = "admin", **policy: Any) -> None:
        """Protect a label, or `live`, in the team."""
        protected = ProtectedLabel(
            team_id=self.world.team.id,
            label=label,
            min_required_role=OrgRole(role),
            policy=Policy(**policy),
            created_by=None,
            created_at=datetime.now(UTC),
        )
        self.world.store.write_now(lambda tx: tx.protected_labels.put(protected))

    @cached_property
    def elsewhere(self) -> Scene:
        """A scene in another organization, with a prompt of a live version."""
        scene = Scene(World(self.world.server, self.world.store))
        scene.prompt("live")
        return scene

    def close(self) -> None:
        """Close every client."""
        self.world.close()
        if "elsewhere" in vars(self):
            self.elsewhere.close()


def said(answer: httpx.Response) -> str:
    """Give status, code and words of a refusal in one line, or only the status."""
    if answer.is_success:
        return str(answer.status_code)
    body = answer.json()
    return f"{answer.status_code} {body['code']}: {body['error']}"


def build(tx: Transaction, team: str, statuses: Sequence[str], tags: Mapping[str, int]) -> tuple[str, str]:
    """Add a prompt with a version in each status and its tags; gives its id and slug."""
    act = Act(OperatorSubject(), Call(token=None, request_id="test", now=datetime.now(UTC)))
    prompt = prompts.create(tx, act, team, given(NewPrompt(name=f"prompt {uuid4().hex}")))
    for number, status in enumerate(statuses, 1):
        version = ByNumber(number)
        versions.create(tx, act, prompt.id, given(Draft.of_text(f"{number}: Hello {{{{.name}}}}")))
        if status in {"stable", "live"}:
            lifecycle.promote(tx, act, prompt.id, version, read=given(Status(status)))
        elif status == "archived":
            lifecycle.archive(tx, act, prompt.id, version)
    for tag, number in tags.items():
        labels.set_one(tx, act, prompt.id, ByNumber(number), read=given(tag))
    return prompt.id, prompt.slug
