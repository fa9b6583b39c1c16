"""Values of the domain for tests: each call gives a new one, with whatever matters to the test named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from promptwire.domain.change_requests import ChangeRequest, PinnedMove, RequestStatus
from promptwire.domain.changes import Change, Scope
from promptwire.domain.codes import Code, Invitation
from promptwire.domain.credentials import ApiKey, Session, token_hash
from promptwire.domain.join_requests import JoinRequest, JoinStatus
from promptwire.domain.labels import LabelRequest, Placement
from promptwire.domain.moves import Move
from promptwire.domain.organizations import Organization, Team
from promptwire.domain.payloads import Payload
from promptwire.domain.plans import Kind
from promptwire.domain.prompts import Prompt, PromptStatus
from promptwire.domain.protected_labels import ProtectedLabel
from promptwire.domain.roles import Operation, OrgRole, TeamRole
from promptwire.domain.users import User
from promptwire.domain.versions import Status, Version
from promptwire.ports.storage import Transaction
from promptwire.wire.content import Content

AT = datetime(2026, 2, 3, 4, 5, 6, 789012, UTC)
LATER = AT + timedelta(microseconds=1)
NEVER = datetime(2999, 1, 1, tzinfo=UTC)


def new_id() -> str:
    return str(uuid4())


def user(**fields: Any) -> User:
    given = {"id": new_id(), "email": f"{uuid4().hex}@example.com", "is_admin": False, "is_verified": True}
    return User(**{**given, "created_at": AT, **fields})


def session(user_id: str, **fields: Any) -> Session:
    given = {"id": new_id(), "user_id": user_id, "created_at": AT, "expires_at": AT + timedelta(hours=1)}
    return Session(**{**given, **fields})


def secret_hash() -> str:
    return token_hash(uuid4().hex)


def organization(**fields: Any) -> Organization:
    return Organization(**{"id": new_id(), "name": f"Org {uuid4().hex}", "created_at": AT, **fields})


def team(org_id: str | None, **fields: Any) -> Team:
    name = uuid4().hex
    return Team(**{"id": new_id(), "org_id": org_id, "name": name, "slug": name, "created_at": AT, **fields})


def key(org_id: str, maker_id: str | None, **fields: Any) -> ApiKey:
    given = {"id": new_id(), "name": "key", "org_id": org_id, "team_ids": None, "operation": Operation.ALL}
    return ApiKey(**{**given, "pinned_role": OrgRole.ADMIN, "created_by": maker_id, "created_at": AT, **fields})


def join_request(team_id: str, user_id: str, **fields: Any) -> JoinRequest:
    given = {"id": new_id(), "team_id": team_id, "user_id": user_id, "status": JoinStatus.PENDING}
    return JoinRequest(**{**given, "created_at": AT, "updated_at": AT, **fields})


def code(**fields: Any) -> Code:
    times = {"created_at": AT, "expires_at": NEVER, "kept_until": NEVER}
    return Code(**{"id": new_id(), **times, **fields})


def invitation(org_id: str, **fields: Any) -> Invitation:
    given = {"id": new_id(), "org_id": org_id, "team_id": None, "email": f"{uuid4().hex}@example.com"}
    return Invitation(
        **{**given, "role": OrgRole.MEMBER, "created_by": None, "created_at": AT, "expires_at": NEVER, **fields}
    )


def prompt(team_id: str, **fields: Any) -> Prompt:
    name = uuid4().hex
    given = {"id": new_id(), "team_id": team_id, "name": name, "slug": name, "description": "", "last_number": 0}
    times = {"created_at": AT, "updated_at": AT}
    return Prompt(**{**given, "status": PromptStatus.ACTIVE, "created_by": None, **times, **fields})


def version(prompt_id: str, number: int, **fields: Any) -> Version:
    content = fields.pop("content", Content(template="Hello {{.name}}"))
    given = {"id": new_id(), "prompt_id": prompt_id, "number": number, "status": Status.DRAFT, "content": content}
    author = {"author_kind": "user", "author_id": new_id(), "created_at": AT}
    return Version(**{**given, "content_hash": content.content_hash, **author, **fields})


def payload(prompt_id: str, **fields: Any) -> Payload:
    given = {"id": new_id(), "prompt_id": prompt_id, "name": None, "variables": '{"name": "Ada"}'}
    return Payload(**{**given, "created_at": AT, "updated_at": AT, **fields})


def labelling(scope: Scope, on: Version, label: str) -> Change:
    """Give what the log says of a label that is put on a version."""
    holder = {"version_id": on.id, "version_number": on.number}
    named = {"object_kind": "label", "object_id": label, "prompt_id": on.prompt_id, "label": label}
    return change(scope, action="label.set", **named, after=holder)


def placement(on: Version, label: str, **fields: Any) -> Placement:
    given = {"prompt_id": on.prompt_id, "label": label, "version_id": on.id, "set_by": ("user", new_id())}
    return Placement(**{**given, "set_at": AT, **fields})


def protected_label(team_id: str, label: str, **fields: Any) -> ProtectedLabel:
    given = {"team_id": team_id, "label": label, "min_required_role": OrgRole.ADMIN, "created_by": None}
    return ProtectedLabel(**{**given, "created_at": AT, **fields})


def change_request(on: Version, label: str, **fields: Any) -> ChangeRequest:
    move = Move(label=label, from_version_id=None, to_version_id=on.id)
    given = {
        "id": new_id(),
        "prompt_id": on.prompt_id,
        "kind": Kind.LABELS,
        "version_id": on.id,
        "version_number": on.number,
        "content_hash": on.content_hash,
        "labels": LabelRequest(add=(label,)),
        "to": None,
        "moves": (PinnedMove(move=move, from_number=None, to_number=on.number),),
    }
    requested_by = fields.pop("requested_by", None) or ("user", new_id())
    status = {"reason": None, "status": RequestStatus.OPEN, "person_id": None, "requested_by": requested_by}
    return ChangeRequest(**{**given, **status, "created_at": AT, "expires_at": NEVER, **fields})


def change(scope: Scope, **fields: Any) -> Change:
    subject = {"subject_kind": "user", "subject_id": new_id(), "action": "prompt.created"}
    given = {"scope": scope, "at": AT, **subject, "object_kind": "prompt", "object_id": new_id()}
    return Change(**{**given, "request_id": uuid4().hex, **fields})


class Ground:
    """What most tests of the store stand on: an organization, a team, its editor, and a prompt."""

    def __init__(self, tx: Transaction) -> None:
        self.org = organization()
        self.team = team(self.org.id)
        self.user = user()
        self.prompt = prompt(self.team.id)
        tx.organizations.insert(self.org)
        tx.teams.insert(self.team)
        tx.users.insert(self.user, "hash")
        tx.organizations.set_role(self.org.id, self.user.id, OrgRole.MEMBER, AT)
        tx.teams.set_role(self.team.id, self.user.id, TeamRole.EDITOR, AT)
        tx.prompts.insert(self.prompt)
        self.scope = Scope("org", self.org.id)
