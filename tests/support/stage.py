"""A scene with one of everything that an operation may be asked about, for those who try every operation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast
from uuid import uuid4

import httpx
from sqlalchemy import Integer, or_, select

from promptwire.domain.codes import Purpose, read_code
from promptwire.domain.credentials import token_hash
from promptwire.domain.prompts import PromptStatus
from promptwire.domain.roles import OrgRole, TeamRole
from promptwire.domain.texts import parse_uuid
from promptwire.domain.versions import Status
from promptwire.storage.store import SqlStore
from promptwire.storage.tables import metadata
from promptwire.storage.transaction import SqlTransaction
from support import make
from support.scene import Scene
from support.server import ServerProcess
from support.world import PASSWORD, PASSWORD_HASH, World

Result = TypeVar("Result")

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
        self.acting: dict[str, str] = {}
        """The id that the change log knows each subject by, if it is anybody."""
        self._prompt(tx)
        self._furnish(tx)
        self._codes(tx)
        for subject in subjects:
            self.client(subject)

    def client(self, subject: str) -> httpx.Client:
        """Give the client of a subject; it has another `session`, and the team's admin administers `target` too."""
        known = self._clients.get(subject)
        if known:
            return known
        client = super().client(subject)
        token = client.headers.get("Authorization", "").removeprefix("Bearer ")
        self.world.store.write_now(lambda tx: self._meet(tx, subject, token_hash(token)))
        return client

    def _meet(self, tx: SqlTransaction, subject: str, hashed: str) -> None:
        session, key = tx.sessions.by_hash(hashed), tx.keys.by_hash(hashed)
        if session:
            another = make.session(session.user_id, expires_at=make.NEVER)
            tx.sessions.insert(another, make.secret_hash())
            self.names["session"] = another.id
            self.acting[subject] = session.user_id
        if key:
            self.acting[subject] = key.id
        if subject == "team admin":
            tx.teams.set_role(self.names["target"], self.acting[subject], TeamRole.ADMIN, make.AT)

    def _prompt(self, tx: SqlTransaction) -> None:
        prompt = make.prompt(self.names["team"], slug=f"p_{uuid4().hex}", last_number=len(STATUSES))
        versions = [make.version(prompt.id, number, status=status) for number, status in enumerate(STATUSES, 1)]
        tx.prompts.insert(prompt)
        for version in versions:
            tx.versions.insert(version)
        for label, number in LABELS.items():
            tx.labels.put(make.placement(versions[number - 1], label))
        self.names |= {"prompt": prompt.id, "slug": prompt.slug, "version": versions[-1].id}

    def _furnish(self, tx: SqlTransaction) -> None:
        team, org = self.names["team"], self.world.org.id
        archived, payload = make.prompt(team, status=PromptStatus.ARCHIVED), make.payload(self.names["prompt"])
        key, person = make.key(org, None), make.user()
        tx.prompts.insert(archived)
        tx.payloads.insert(payload)
        tx.keys.insert(key, make.secret_hash())
        tx.users.insert(person, PASSWORD_HASH)
        tx.organizations.set_role(org, person.id, OrgRole.OWNER, make.AT)  # so that nobody else is the last to answer
        target = self.world.new_team(org)
        for one in (team, target.id):
            tx.teams.set_role(one, person.id, TeamRole.ADMIN, make.AT)
        tx.protected_labels.put(make.protected_label(team, "guarded", min_required_role=OrgRole.MEMBER))
        self.names |= {"org": org, "target": target.id, "key": key.id}
        self.names |= {"archived": archived.id, "payload": payload.id, "email": person.email, "password": PASSWORD}
        self._code(tx, "reset_code", purpose=Purpose.PASSWORD, email=person.email, user_id=person.id)

    def _codes(self, tx: SqlTransaction) -> None:
        newcomer = f"{uuid4().hex}@example.com"
        self._code(tx, "code", purpose=Purpose.REGISTRATION, email=newcomer, password_hash=PASSWORD_HASH)
        invited = make.invitation(self.world.org.id)
        tx.invitations.put(invited, make.secret_hash())
        self.names |= {"newcomer": newcomer, "invitation": invited.id}

    def _code(self, tx: SqlTransaction, name: str, **fields: Any) -> None:
        self.names[name] = uuid4().hex
        tx.codes.put(make.code(code_hash=token_hash(read_code(self.names[name])), **fields))

    def filled(self, body: Any) -> Any:
        """Put the names of the stage, and `{unique}`, into the texts of a body."""
        if isinstance(body, dict):
            return {key: self.filled(value) for key, value in body.items()}
        return body.format_map(self.names | {"unique": uuid4().hex}) if isinstance(body, str) else body

    def rows(self) -> set[str]:
        """Give every row in the store that belongs to the stage or to somebody on it."""
        ids = {*filter(parse_uuid, self.names.values()), *self.acting.values()}
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
