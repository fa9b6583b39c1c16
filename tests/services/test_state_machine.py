"""Random people and keys do random things to a real store, and a small model of the rules says what comes of it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from promptwire.domain.credentials import NewKey
from promptwire.domain.join_requests import JoinStatus
from promptwire.domain.organizations import NewMember
from promptwire.domain.policies import PolicyUpdate
from promptwire.domain.roles import OrgRole, TeamRole
from promptwire.services import join_requests, key_changes, keys, members, protected_labels, teams
from promptwire.storage.store import SqlStore
from support.model import ORG, TEAM, Key
from support.rules import ANY, SOMEBODY, PromptRules

PROTECTED = st.sampled_from(["prod", "live"])
TEAMS = 3
ORG_ROLES, TEAM_ROLES = st.sampled_from(ORG), st.sampled_from(TEAM)


class Machine(PromptRules):
    """A company on a real store beside its model; each rule is one call by somebody."""

    @rule(who=SOMEBODY, team=ANY, label=PROTECTED, role=ORG_ROLES)
    def protect(self, who: int, team: int, label: str, role: str) -> None:
        one = self.team(team)
        subject = self.governor(who, self.model.org_of[one])
        outcome = self.model.protect(subject, one, label, role)
        needed = PolicyUpdate(min_required_role=OrgRole(role))
        self.calls(subject, lambda tx, act: protected_labels.put(tx, act, one, label, read=lambda: needed), outcome)

    @rule(who=SOMEBODY, team=ANY, label=PROTECTED)
    def unprotect(self, who: int, team: int, label: str) -> None:
        one = self.team(team)
        subject = self.governor(who, self.model.org_of[one])
        outcome = self.model.unprotect(subject, one, label)
        self.calls(subject, lambda tx, act: protected_labels.remove(tx, act, one, label), outcome)

    @rule(who=SOMEBODY, team=ANY, person=ANY, role=TEAM_ROLES)
    def add_member(self, who: int, team: int, person: int, role: str) -> None:
        one, somebody = self.team(team), self.person(person)
        subject = self.chief(who, one)
        new = NewMember(user_id=somebody, role=TeamRole(role))
        outcome = self.model.add_member(subject, one, somebody, role)
        self.calls(subject, lambda tx, act: members.add(tx, act, one, lambda: new), outcome)

    @rule(who=SOMEBODY, team=ANY, person=ANY, role=TEAM_ROLES)
    def change_team_role(self, who: int, team: int, person: int, role: str) -> None:
        one, somebody, to = self.team(team), self.person(person), TeamRole(role)
        subject = self.chief(who, one)
        outcome = self.model.change_member(subject, one, somebody, role)
        self.calls(subject, lambda tx, act: members.change_role(tx, act, one, somebody, read=lambda: to), outcome)

    @rule(who=SOMEBODY, team=ANY, person=ANY)
    def remove_member(self, who: int, team: int, person: int) -> None:
        one, somebody = self.team(team), self.person(person)
        subject = self.chief(who, one)
        outcome = self.model.remove_member(subject, one, somebody)
        self.calls(subject, lambda tx, act: members.remove(tx, act, one, somebody), outcome)

    @rule(who=SOMEBODY, team=ANY)
    def leave_team(self, who: int, team: int) -> None:
        one = self.team(team)
        subject = self.subject(who, lambda somebody: somebody in self.model.teams[one])
        self.calls(subject, lambda tx, act: members.leave(tx, act, one), self.model.leave(subject, one))

    @rule(who=SOMEBODY, org=ANY, person=ANY, role=ORG_ROLES)
    def change_org_role(self, who: int, org: int, person: int, role: str) -> None:
        one, somebody = self.one_of(self.model.orgs, org), self.person(person)
        subject = self.governor(who, one)
        outcome, to = self.model.change_org_role(subject, one, somebody, role), OrgRole(role)
        self.calls(subject, lambda tx, act: members.change_org_role(tx, act, one, somebody, read=lambda: to), outcome)

    @rule(who=SOMEBODY, org=ANY, person=ANY)
    def remove_from_org(self, who: int, org: int, person: int) -> None:
        one, somebody = self.one_of(self.model.orgs, org), self.person(person)
        subject = self.governor(who, one)
        outcome = self.model.remove_from_org(subject, one, somebody)
        self.calls(subject, lambda tx, act: members.remove_from_organization(tx, act, one, somebody), outcome)

    @rule(who=SOMEBODY, team=ANY)
    def ask_to_join(self, who: int, team: int) -> None:
        one, name = self.team(team), uuid4().hex
        subject = self.subject(who, lambda somebody: somebody not in self.model.keys)
        outcome = self.model.ask_to_join(subject, one, name)
        made = self.calls(subject, lambda tx, act: join_requests.create(tx, act, one), outcome)
        if made:
            self.model.requests[made.id] = self.model.requests.pop(name)

    @precondition(lambda self: self.model.requests)
    @rule(who=SOMEBODY, request=ANY, approve=st.booleans())
    def answer_request(self, who: int, request: int, *, approve: bool) -> None:
        one = self.one_of(self.model.requests, request)
        subject = self.chief(who, self.model.requests[one][1])
        answer = JoinStatus.APPROVED if approve else JoinStatus.REJECTED
        outcome = self.model.answer_request(subject, one, approve=approve)
        self.calls(subject, lambda tx, act: join_requests.resolve(tx, act, one, lambda: answer), outcome)

    @rule(who=SOMEBODY, operation=st.sampled_from(["read_render", "all", "admin"]), team=st.none() | ANY)
    def make_key(self, who: int, operation: str, team: int | None) -> None:
        org, name = self.real.org, uuid4().hex
        own = [one for one, of in self.model.org_of.items() if of == org]
        subject = self.governor(who, org)
        teams = () if team is None or not own else (self.one_of(own, team),)
        key = Key(org, operation, "", "", frozenset(teams) or None)
        outcome = self.model.make_key(subject, name, key)
        new = NewKey(name=name, org_id=org, team_ids=teams, operation=operation)
        made = self.calls(subject, lambda tx, act: keys.create(tx, act, lambda: new), outcome)
        if made:
            self.model.keys[made.key.id] = self.model.keys.pop(name)
            self.real.tokens[made.key.id] = made.secret

    @precondition(lambda self: self.model.keys)
    @rule(who=SOMEBODY, key=ANY)
    def adopt_key(self, who: int, key: int) -> None:
        subject, one = self.person(who), self.one_of(self.model.keys, key)
        self.calls(subject, lambda tx, act: key_changes.adopt(tx, act, one), self.model.adopt_key(subject, one))

    @precondition(lambda self: self.model.keys)
    @rule(who=SOMEBODY, key=ANY)
    def delete_key(self, who: int, key: int) -> None:
        one = self.one_of(self.model.keys, key)
        subject = self.one_of(self.real.people, who)
        outcome = self.model.delete_key(subject, one)
        self.calls(subject, lambda tx, act: keys.revoke(tx, act, one), outcome)
        if one not in self.model.keys:
            del self.real.tokens[one]

    @precondition(lambda self: len(self.model.teams) == TEAMS and self.model.spread > 1)  # one goes, a prompt stays
    @rule(who=SOMEBODY, team=ANY)
    def delete_team(self, who: int, team: int) -> None:
        one = self.team(team)
        subject = self.chief(who, one)
        outcome = self.model.delete_team(subject, one)
        self.calls(subject, lambda tx, act: teams.delete(tx, act, one), outcome)


QUICK = (Phase.generate,)
LONG = (Phase.generate, Phase.shrink)  # which takes minutes


@pytest.mark.parametrize(
    ("engine", "examples", "steps", "phases"),
    [
        ("sqlite", 60, 30, QUICK),
        pytest.param("sqlite", 200, 60, LONG, marks=[pytest.mark.slow, pytest.mark.timeout(1800)]),
        pytest.param("postgresql", 60, 60, LONG, marks=[pytest.mark.slow, pytest.mark.timeout(1800)]),
    ],
    indirect=["engine"],
    scope="session",
)
def test_whatever_anybody_does_the_store_is_as_the_rules_say(
    store: SqlStore, examples: int, steps: int, phases: tuple[Phase, ...]
) -> None:
    limits = settings(
        max_examples=examples,
        stateful_step_count=steps,
        phases=phases,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(type("Machine", (Machine,), {"store": store}), settings=limits)
