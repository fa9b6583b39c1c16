"""A scene with one of everything that an operation may be asked about, for those who try every operation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, cast
from uuid import uuid4

import httpx
from sqlalchemy import Integer, or_, select

from promptwire.domain.changes import Scope
from promptwire.domain.codes import Purpose, read_code
from promptwire.domain.credentials import token_hash
from promptwire.domain.policies import Policy
from promptwire.domain.prompts import PromptStatus
from promptwire.domain.roles import OrgRole, TeamRole
from promptwire.domain.texts import parse_uuid
from promptwire.domain.versions import Status
from promptwire.storage.columns import metadata
from promptwire.storage.store import SqlStore
from promptwire.storage.transaction import SqlTransaction
from support import make
from support.scene import Body, Scene
from support.server import ServerProcess
from support.world import PASSWORD, PASSWORD_HASH, World

Result = TypeVar("Result")
Made = dict[str, str]

OWNERS = {"id", "org_id", "team_id", "prompt_id", "version_id", "user_id", "key_id", "subject_id"}
STATUSES = (Status.STABLE, Status.LIVE, Status.DRAFT, Status.DRAFT)
LABELS = {"qa": 2, "prod": 3}


class Stage(Scene):
    """A team whose things are made when a request first names them: `{prompt}`, `{key}`, `{code}`; see `MAKERS`.

    The prompt has the versions 1 stable, 2 live and `qa`, 3 a draft and `prod`, 4 a draft.
    """

    @classmethod
    def of(cls, server: ServerProcess, store: SqlStore, subjects: Iterable[str] = ()) -> Stage:
        """Make a stage with somebody on it, all in one transaction, for tests need many."""
        stage = store.write_now(lambda tx: cls(World(server, cast("SqlStore", _Within(tx))), tx, subjects))
        stage.world.store = store
        return stage

    def __init__(self, world: World, tx: SqlTransaction, subjects: Iterable[str]) -> None:
        super().__init__(world)
        self.acting: dict[str, str] = {}
        """The id that the change log knows each subject by, if it is anybody."""
        self.asking = ""
        self.names = _Names(self)
        self.names |= {"team": world.team.id, "org": world.org.id, "target": world.new_team(world.org.id).id}
        host = make.user()
        tx.users.insert(host, PASSWORD_HASH)
        tx.organizations.set_role(world.org.id, host.id, OrgRole.OWNER, make.AT)  # else the last owner could not go
        for team in (self.names["team"], self.names["target"]):
            tx.teams.set_role(team, host.id, TeamRole.ADMIN, make.AT)
        for subject in subjects:
            self.client(subject)

    def client(self, subject: str) -> httpx.Client:
        """Give the client of a subject; the team's admin administers `{target}` too."""
        known = self._clients.get(subject)
        if known:
            return known
        client = super().client(subject)
        token = client.headers.get("Authorization", "").removeprefix("Bearer ")
        self.world.store.write_now(lambda tx: self._meet(tx, subject, token_hash(token)))
        return client

    def _meet(self, tx: SqlTransaction, subject: str, hashed: str) -> None:
        session, key = tx.sessions.by_hash(hashed), tx.keys.by_hash(hashed)
        if session or key:
            self.acting[subject] = session.user_id if session else key.id if key else ""
        if subject == "team admin":
            tx.teams.set_role(self.names["target"], self.acting[subject], TeamRole.ADMIN, make.AT)

    def ask(
        self, subject: str, request: str, body: Body = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send a request; names in braces may stand in the texts of its body too."""
        self.asking = subject
        return super().ask(subject, request, self._filled(body), headers)

    def _filled(self, body: Any) -> Any:
        if isinstance(body, dict):
            return {key: self._filled(value) for key, value in body.items()}
        return body.format_map(self.names) if isinstance(body, str) else body

    def renew(self) -> None:
        """Let what requests name be made anew."""
        for name in MAKERS:
            self.names.pop(name, None)

    def make_prompt(self, tx: SqlTransaction) -> Made:
        prompt = make.prompt(self.names["team"], slug=f"p_{uuid4().hex}", last_number=len(STATUSES))
        versions = [make.version(prompt.id, number, status=status) for number, status in enumerate(STATUSES, 1)]
        tx.prompts.insert(prompt)
        for version in versions:
            tx.versions.insert(version)
        for label, number in LABELS.items():
            tx.labels.put(make.placement(versions[number - 1], label))
            tx.record(make.labelling(Scope("org", self.names["org"]), versions[number - 1], label))
        return {"prompt": prompt.id, "slug": prompt.slug, "version": versions[-1].id}

    def make_archived(self, tx: SqlTransaction) -> Made:
        prompt = make.prompt(self.names["team"], status=PromptStatus.ARCHIVED)
        tx.prompts.insert(prompt)
        return {"archived": prompt.id}

    def make_payload(self, tx: SqlTransaction) -> Made:
        payload = make.payload(self.names["prompt"])  # which stands before it in every path
        tx.payloads.insert(payload)
        return {"payload": payload.id}

    def make_key(self, tx: SqlTransaction) -> Made:
        key = make.key(self.names["org"], None)
        tx.keys.insert(key, make.secret_hash())
        return {"key": key.id}

    def make_guarded(self, tx: SqlTransaction) -> Made:
        label = uuid4().hex
        tx.protected_labels.put(make.protected_label(self.names["team"], label, min_required_role=OrgRole.MEMBER))
        return {"guarded": label}

    def make_session(self, tx: SqlTransaction) -> Made:
        """Let a person who asks be signed in elsewhere too; anybody else names a session that may be anybody's."""
        session = make.session(self.acting.get(self.asking, ""), expires_at=make.NEVER)
        if tx.users.get(session.user_id):
            tx.sessions.insert(session, make.secret_hash())
        return {"session": session.id}

    def make_person(self, tx: SqlTransaction) -> Made:
        person = make.user()
        tx.users.insert(person, PASSWORD_HASH)
        code = _put_code(tx, purpose=Purpose.PASSWORD, email=person.email, user_id=person.id)
        return {"person": person.id, "email": person.email, "reset_code": code}

    def make_newcomer(self, tx: SqlTransaction) -> Made:
        email = f"{uuid4().hex}@example.com"
        code = _put_code(tx, purpose=Purpose.REGISTRATION, email=email, password_hash=PASSWORD_HASH)
        return {"newcomer": email, "code": code}

    def make_invitation(self, tx: SqlTransaction) -> Made:
        invitation = make.invitation(self.names["org"])
        tx.invitations.put(invitation, make.secret_hash())
        return {"invitation": invitation.id}

    def make_member(self, tx: SqlTransaction) -> Made:
        member, colleague = make.user(), make.user()
        for one in (member, colleague):
            tx.users.insert(one, PASSWORD_HASH)
            tx.organizations.set_role(self.names["org"], one.id, OrgRole.MEMBER, make.AT)
        tx.teams.set_role(self.names["team"], member.id, TeamRole.VIEWER, make.AT)
        return {"member": member.id, "colleague": colleague.id}

    def make_webhook(self, tx: SqlTransaction) -> Made:
        webhook = make.webhook(self.names["org"])
        delivery = make.webhook_delivery(webhook.id)
        tx.webhooks.insert(webhook)
        tx.webhook_deliveries.put(delivery)
        return {"webhook": webhook.id, "delivery": delivery.id}

    def make_request(self, tx: SqlTransaction) -> Made:
        outsider, org = make.user(), make.organization()
        request, elsewhere = make.join_request(self.names["team"], outsider.id), make.team(org.id)
        tx.users.insert(outsider, PASSWORD_HASH)
        tx.join_requests.insert(request)
        tx.organizations.insert(org)
        tx.teams.insert(elsewhere)
        return {"request": request.id, "elsewhere": elsewhere.id}

    def make_asked(self, tx: SqlTransaction) -> Made:
        """Let somebody ask for a label that needs two approvals, and, apart, whoever asks, if they may ask at all."""
        label, prompt = uuid4().hex, make.prompt(self.names["team"])
        version = make.version(prompt.id, 1)
        tx.prompts.insert(prompt)
        tx.versions.insert(version)
        policy = Policy(approvals=2)
        tx.protected_labels.put(make.protected_label(self.names["team"], label, policy=policy))
        acting = self.acting.get(self.asking, "")
        kind = "user" if tx.users.get(acting) else "api_key"
        asked, own = (make.change_request(version, label, requested_by=by) for by in (None, (kind, acting)))
        for one in (asked, own):
            tx.change_requests.insert(one)
        return {"asked": asked.id, "own_request": own.id}

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


MAKERS: dict[str, Callable[[Stage, SqlTransaction], Made]] = {
    **dict.fromkeys(("prompt", "slug", "version"), Stage.make_prompt),
    "payload": Stage.make_payload,
    "archived": Stage.make_archived,
    "key": Stage.make_key,
    "guarded": Stage.make_guarded,
    "session": Stage.make_session,
    **dict.fromkeys(("person", "email", "reset_code"), Stage.make_person),
    **dict.fromkeys(("newcomer", "code"), Stage.make_newcomer),
    "invitation": Stage.make_invitation,
    **dict.fromkeys(("member", "colleague"), Stage.make_member),
    **dict.fromkeys(("webhook", "delivery"), Stage.make_webhook),
    **dict.fromkeys(("request", "elsewhere"), Stage.make_request),
    **dict.fromkeys(("asked", "own_request"), Stage.make_asked),
}
"""What makes the thing that a name means."""


class _Names(dict[str, str]):
    """What the names in a request mean; `{unique}` is another word each time."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(password=PASSWORD)
        self._stage = stage

    def __missing__(self, name: str) -> str:
        if name == "unique":
            return f"u{uuid4().hex}"
        self |= self._stage.world.store.write_now(lambda tx: MAKERS[name](self._stage, tx))
        return self[name]


class _Within:
    """A store whose units of work are all part of one transaction."""

    def __init__(self, tx: SqlTransaction) -> None:
        self._tx = tx

    def write_now(self, work: Callable[[SqlTransaction], Result]) -> Result:
        return work(self._tx)


def _put_code(tx: SqlTransaction, **fields: Any) -> str:
    text = uuid4().hex
    tx.codes.put(make.code(code_hash=token_hash(read_code(text)), **fields))
    return text
