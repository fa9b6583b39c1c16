"""A company on a real store, with the model of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from promptwire.domain.credentials import token_hash
from promptwire.domain.errors import DomainError
from promptwire.domain.roles import Operation, OrgRole, TeamRole
from promptwire.domain.versions import Status, Version
from promptwire.ports.storage import Transaction
from promptwire.services.access import Access, authenticate
from promptwire.services.calls import Act, Call
from promptwire.storage.rows import to_entry
from promptwire.storage.store import SqlStore
from promptwire.storage.tables import change_counter, changes
from support import make
from support.make import AT
from support.model import Key, Outcome, Prompt
from support.model_people import Model
from support.retold import Retold

PEOPLE = {
    "owner": ("owner", {}),
    "administrator": ("admin", {"a": "editor"}),
    "chief": ("member", {"a": "admin", "b": "admin"}),
    "author": ("member", {"a": "editor", "b": "viewer"}),
    "reader": ("viewer", {"a": "viewer"}),
    "guest": ("member", {"a": "viewer"}),
    "root": (None, {}),
    "root, inside": ("viewer", {"a": "viewer"}),
    "neighbour": (None, {"c": "admin"}),
    "stranger": (None, {}),
}
"""For each person the role in the first organization, and those in teams: `a` and `b` of it, `c` of the second."""
KEYS = [
    ("all", "owner", "owner", None),
    ("admin", "owner", "administrator", None),
    ("read_render", "owner", "owner", None),
    ("all", "owner", "owner", "b"),
    ("admin", "member", "owner", None),
    ("admin", "admin", "chief", "a"),
    ("all", "admin", "author", None),
    ("admin", "admin", "reader", None),
    ("all", "admin", "stranger", None),
]
"""For each key what it is for, the role pinned on it, its maker, and the team it is limited to."""


class Modelled:
    """Two organizations with three teams, people in every role, keys and prompts; in the store, and in the model."""

    def __init__(self, store: SqlStore) -> None:
        self.store = store
        self.model = Model()
        self.tokens: dict[str, str] = {}
        """How each subject, by its id, asks."""
        self.people: list[str] = []
        store.write_now(self._build)
        self.told = store.read_now(lambda tx: Retold(tx, list(self.model.teams)))

    def _build(self, tx: Transaction) -> None:
        orgs = [make.organization(), make.organization()]
        for org in orgs:
            tx.organizations.insert(org)
            self.model.orgs[org.id] = {}
        self.org = orgs[0].id
        teams = {name: make.team(orgs[name == "c"].id) for name in "abc"}
        for team in teams.values():
            tx.teams.insert(team)
            self.model.org_of[team.id] = team.org_id or ""
            self.model.teams[team.id], self.model.protected[team.id] = {}, {}
        self.model.protected[teams["a"].id]["prod"] = "admin"
        tx.protected_labels.put(make.protected_label(teams["a"].id, "prod", min_required_role=OrgRole.ADMIN))
        ids = {name: self._person(tx, name, orgs[1].id, {one: teams[one].id for one in teams}) for name in PEOPLE}
        self.model.admins |= {ids["root"], ids["root, inside"]}
        for operation, pinned, maker, limit in KEYS:
            limits = frozenset({teams[limit].id}) if limit else None
            self._key(tx, Key(self.org, operation, pinned, ids[maker], limits))
        for name in "ab":
            self._prompt(tx, teams[name].id)

    def _person(self, tx: Transaction, name: str, second: str, teams: dict[str, str]) -> str:
        org_role, roles = PEOPLE[name]
        user = make.user(is_admin=name.startswith("root"))
        tx.users.insert(user, "hash")
        token = f"sess_{uuid4().hex}"
        tx.sessions.insert(make.session(user.id), token_hash(token))
        for org, role in ((self.org, org_role), (second, "owner" if "c" in roles else None)):
            if role:
                tx.organizations.set_role(org, user.id, OrgRole(role), AT)
                self.model.orgs[org][user.id] = role
        for team, role in roles.items():
            tx.teams.set_role(teams[team], user.id, TeamRole(role), AT)
            self.model.teams[teams[team]][user.id] = role
        self.tokens[user.id] = token
        self.people.append(user.id)
        return user.id

    def _key(self, tx: Transaction, known: Key) -> None:
        key = make.key(
            known.org,
            known.maker,
            operation=Operation(known.operation),
            pinned_role=OrgRole(known.pinned),
            team_ids=tuple(known.teams) if known.teams else None,
        )
        token = f"ak_{uuid4().hex}"
        tx.keys.insert(key, token_hash(token))
        self.model.keys[key.id], self.tokens[key.id] = known, token

    def _prompt(self, tx: Transaction, team: str) -> None:
        prompt = make.prompt(team, last_number=2)
        tx.prompts.insert(prompt)
        known = self.model.prompts[prompt.id] = Prompt(team, last=2)
        for number, status, label in ((1, Status.LIVE, "prod"), (2, Status.DRAFT, "qa")):
            version = make.version(prompt.id, number, status=status)
            tx.versions.insert(version)
            tx.labels.put(make.placement(version, label))
            known.versions[number] = (status.value, version.content.template or "")
            known.labels[label] = number

    def call(self, who: str, work: Callable[[Transaction, Act], Any]) -> tuple[Outcome, Any]:
        """Let somebody call a use case; gives what it comes to, and its result."""
        call = Call(token=self.tokens[who], request_id=uuid4().hex, now=AT)
        before, refused, result = self._last(), None, None
        try:
            result = self.store.write_now(lambda tx: work(tx, authenticate(tx, call, Access.SUBJECT)))
        except DomainError as error:
            refused = type(error)
        with self.store.engines.reader.connect() as connection:
            found = connection.execute(select(changes).where(changes.c.seq > before).order_by(changes.c.seq))
            entries = [to_entry(row).change for row in found]
        assert all((one.subject_id, one.request_id) == (who, call.request_id) for one in entries)
        assert not (refused and entries)
        return refused or [one.action for one in entries], result

    def _last(self) -> int:
        with self.store.engines.reader.connect() as connection:
            last: int = connection.execute(select(change_counter.c.last_seq)).scalar_one()
        return last

    def version(self, prompt: str, at: int) -> Version | None:
        """Give one of the versions of a prompt, if there is any."""
        found = self.store.read_now(lambda tx: tx.versions.of_prompt(prompt, None, ()))
        return found[at % len(found)] if found else None

    def check(self) -> None:
        """Compare the whole company with the model."""
        self.store.read_now(self._check)

    def check_told(self) -> None:
        """Compare the rights that the log tells with the tables."""
        self.store.read_now(self.told.check)

    def _check(self, tx: Transaction) -> None:
        model = self.model
        for org, roles in model.orgs.items():
            assert {one.user.id: one.role.value for one in tx.organizations.members(org)} == roles
        for team, roles in model.teams.items():
            assert {one.user.id: one.role.value for one in tx.teams.members(team)} == roles
            registry = tx.protected_labels.of_team(team)
            assert {one.label: one.min_required_role.value for one in registry} == model.protected[team]
            gates = {one.label: one.policy.approvals for one in registry if one.policy.approvals}
            assert gates == {label: count for label, count in model.gated[team].items() if count}
            stored = {prompt.id for prompt in tx.prompts.of_team(team, None)}
            assert stored == {name for name, prompt in model.prompts.items() if prompt.team == team}
        for name, prompt in model.prompts.items():
            _check_prompt(tx, name, prompt)
        for name, key in model.keys.items():
            found = tx.keys.get(name)
            assert found
            assert (found.created_by, found.pinned_role.value) == (key.maker, key.pinned)


def _check_prompt(tx: Transaction, name: str, known: Prompt) -> None:
    prompt, versions = tx.prompts.get(name), tx.versions.of_prompt(name, None, ())
    assert prompt
    assert (prompt.status.value, prompt.last_number) == (known.status, known.last)
    assert {one.number: (one.status.value, one.content.template) for one in versions} == known.versions
    assert sum(one.status.value == "live" for one in versions) <= 1
    assert dict(tx.labels.numbers(name)) == known.labels
    assert len(tx.payloads.of_prompt(name)) == known.payloads
