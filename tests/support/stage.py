"""A scene with one of everything that an operation may be asked about, for those who try every operation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast
from uuid import uuid4

import httpx
from argon2 import PasswordHasher
from sqlalchemy import Integer, or_, select

from promptwire.domain.credentials import token_hash
from promptwire.domain.prompts import PromptStatus
from promptwire.domain.roles import OrgRole
from promptwire.domain.texts import parse_uuid
from promptwire.domain.versions import Status
from promptwire.storage.store import SqlStore
from promptwire.storage.tables import metadata
from promptwire.storage.transaction import SqlTransaction
from support import make
from support.scene import Scene
from support.server import ServerProcess
from support.world import World

Result = TypeVar("Result")

PASSWORD = "Correct-Horse-1"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""The hash of the password: what it costs to compare is in the hash."""
OWNERS = {"id", "org_id", "team_id", "prompt_id", "version_id", "user_id", "key_id", "subject_id"}
STATUSES = (Status.STABLE, Status.LIVE, Status.DRAFT, Status.DRAFT)
LABELS = {"qa": 2, "prod": 3}


class Stage(Scene):
    """A prompt with versions 1 stable, 2 live and `qa`, 3 a draft and `prod`, 4 a draft; and more, as `names` says."""

    @classmethod
    def of(cls, server: ServerProcess, store: SqlStore, subjects: Iterable[str] = ()) -> Stage:
        """Make a stage with somebody on it, all in one transaction, for tests need hundreds."""
        stage = store.write_now(lambda tx: cls(World(server, cast("SqlStore", _Within(tx))), tx, subjects))
        stage.world.store = store
        return stage

    def __init__(self, world: World, tx: SqlTransaction, subjects: Iterable[str]) -> None:
        super().__init__(world)
        self._prompt(tx)
        self._others(tx)
        for subject in subjects:
            self.client(subject)

    def client(self, subject: str) -> httpx.Client:
        """Give the client of a subject; who administers the team administers `target` too."""
        is_new = subject not in self._clients
        client = super().client(subject)
        if is_new and subject == "team admin":
            self.world.join_team(self.acting(subject) or "", "admin", self.names["target"])
        return client

    def _prompt(self, tx: SqlTransaction) -> None:
        prompt = make.prompt(self.names["team"], slug=f"p_{uuid4().hex}", last_number=len(STATUSES))
        versions = [make.version(prompt.id, number, status=status) for number, status in enumerate(STATUSES, 1)]
        tx.prompts.insert(prompt)
        for version in versions:
            tx.versions.insert(version)
        for label, number in LABELS.items():
            tx.labels.put(make.placement(versions[number - 1], label))
        self.names |= {"prompt": prompt.id, "slug": prompt.slug, "version": versions[-1].id}

    def _others(self, tx: SqlTransaction) -> None:
        team, org = self.names["team"], self.world.org.id
        archived, person, key = make.prompt(team, status=PromptStatus.ARCHIVED), make.user(), make.key(org, None)
        tx.prompts.insert(archived)
        tx.users.insert(person, CHEAP)
        tx.keys.insert(key, make.secret_hash())
        tx.protected_labels.put(make.protected_label(team, "guarded", min_required_role=OrgRole.MEMBER))
        payload = make.payload(self.names["prompt"])
        tx.payloads.insert(payload)
        self.names |= {"org": org, "archived": archived.id, "key": key.id, "payload": payload.id}
        self.names |= {"target": self.world.new_team(org).id}
        self.names |= {"email": person.email, "password": PASSWORD}

    def filled(self, body: Any) -> Any:
        """Put the names of the stage, and `{unique}`, into the texts of a body."""
        if isinstance(body, dict):
            return {key: self.filled(value) for key, value in body.items()}
        return body.format_map(self.names | {"unique": uuid4().hex}) if isinstance(body, str) else body

    def acting(self, subject: str) -> str | None:
        """Give the id that the change log knows a subject by."""
        hashed = token_hash(self.client(subject).headers.get("Authorization", "").removeprefix("Bearer "))
        session = self.world.store.read_now(lambda tx: tx.sessions.by_hash(hashed))
        key = self.world.store.read_now(lambda tx: tx.keys.by_hash(hashed))
        return session.user_id if session else key.id if key else None

    def rows(self) -> set[str]:
        """Give every row in the store that belongs to the stage or to somebody on it."""
        ids = {*filter(parse_uuid, self.names.values()), *filter(None, map(self.acting, self._clients))}
        found: set[str] = set()
        with self.world.store.engines.reader.connect() as connection:
            for table in metadata.sorted_tables:
                owners = [
                    column for column in table.c if column.name in OWNERS and not isinstance(column.type, Integer)
                ]
                columns = [column for column in table.c if column.name != "last_used_at"]
                if owners:
                    statement = select(*columns).where(or_(*(column.in_(ids) for column in owners)))
                    found.update(f"{table.name}: {row}" for row in connection.execute(statement))
        return found


class _Within:
    """A store whose units of work are all part of one transaction."""

    def __init__(self, tx: SqlTransaction) -> None:
        self._tx = tx

    def write_now(self, work: Callable[[SqlTransaction], Result]) -> Result:
        return work(self._tx)

    read_now = write_now
