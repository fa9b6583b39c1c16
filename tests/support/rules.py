"""The rules by which random people and keys do random things to prompts, on a real store beside its model."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from promptwire.domain.drafts import Draft
from promptwire.domain.labels import label_request
from promptwire.domain.prompts import NewPrompt
from promptwire.domain.versions import ByNumber, Status
from promptwire.ports.storage import Transaction
from promptwire.services import labels, lifecycle, moving, payloads, prompts, versions
from promptwire.services.calls import Act
from promptwire.storage.store import SqlStore
from support.log import check_log
from support.model import Outcome
from support.modelled import Modelled

SOMEBODY = ANY = st.integers(0, 299)
NUMBER = st.integers(1, 3)
LABELS = st.sampled_from(["prod", "Prod", "qa"])
TEXTS = st.sampled_from(["one", "two"])


class PromptRules(RuleBasedStateMachine):
    """A company on a real store beside its model; each rule is one call by somebody."""

    store: SqlStore

    def __init__(self) -> None:
        super().__init__()
        self.real = Modelled(self.store)
        self.model = self.real.model

    def calls(self, who: str, work: Callable[[Transaction, Act], Any], outcome: Outcome) -> Any:
        """Let somebody call a use case, which must come to what the model says."""
        got, result = self.real.call(who, work)
        assert _counted(got) == _counted(outcome)
        return result

    def one_of(self, found: Iterable[str], at: int) -> str:
        listed = list(found)  # in the order in which they were made, so that a run can be repeated
        return listed[at % len(listed)]

    def prompt(self, at: int) -> str:
        return self.one_of(self.model.prompts, at)

    def team(self, at: int) -> str:
        return self.one_of(self.model.teams, at)

    def person(self, at: int) -> str:
        return self.one_of(self.real.people, at)

    def subject(self, at: int, may: Callable[[str], bool]) -> str:
        """Give anybody, half of the time somebody who may."""
        able = [one for one in self.real.tokens if may(one)]
        return self.one_of(able if able and at % 2 else self.real.tokens, at // 2)

    def author(self, at: int, prompt: str, needed: str = "editor") -> str:
        return self.subject(at, lambda one: self.model.on_prompt(one, prompt, needed) is None)

    def chief(self, at: int, team: str) -> str:
        return self.subject(at, lambda one: self.model.over_team(one, team) == "admin")

    def governor(self, at: int, org: str) -> str:
        return self.subject(at, lambda one: self.model.governor(one, org) is not None)

    @invariant()
    def store_is_as_the_model_says(self) -> None:
        self.real.check()

    def teardown(self) -> None:
        check_log(self.store)
        self.real.check_told()

    @rule(who=SOMEBODY, team=ANY)
    def create_prompt(self, who: int, team: int) -> None:
        to, name = self.team(team), f"p{uuid4().hex}"
        subject = self.subject(who, lambda one: self.model.in_team(one, to, "editor") is None)
        outcome = self.model.create_prompt(subject, to, name)
        made = self.calls(subject, lambda tx, act: prompts.create(tx, act, to, lambda: NewPrompt(name=name)), outcome)
        if made:
            self.model.prompts[made.id] = self.model.prompts.pop(name)

    @rule(who=SOMEBODY, prompt=ANY, archived=st.booleans())
    def archive_or_restore_prompt(self, who: int, prompt: int, *, archived: bool) -> None:
        one = self.prompt(prompt)
        subject = self.author(who, one, "admin")
        work = prompts.archive if archived else prompts.restore
        outcome = self.model.set_archived(subject, one, archived=archived)
        self.calls(subject, lambda tx, act: work(tx, act, one), outcome)

    @rule(who=SOMEBODY, prompt=ANY, team=ANY)
    def move_prompt(self, who: int, prompt: int, team: int) -> None:
        one, to = self.prompt(prompt), self.team(team)
        subject = self.author(who, one, "admin")
        outcome = self.model.move(subject, one, to)
        self.calls(subject, lambda tx, act: moving.move(tx, act, one, lambda: to), outcome)

    @rule(who=SOMEBODY, prompt=ANY, text=TEXTS)
    def create_version(self, who: int, prompt: int, text: str) -> None:
        one = self.prompt(prompt)
        subject = self.author(who, one)
        outcome = self.model.add_version(subject, one, text)
        self.calls(subject, lambda tx, act: versions.create(tx, act, one, lambda: Draft.of_text(text)), outcome)

    @rule(who=SOMEBODY, prompt=ANY, number=NUMBER)
    def duplicate_version(self, who: int, prompt: int, number: int) -> None:
        one = self.prompt(prompt)
        subject = self.author(who, one)
        outcome = self.model.add_version(subject, one, "", of=number)
        self.calls(subject, lambda tx, act: versions.duplicate(tx, act, one, ByNumber(number)), outcome)

    @rule(who=SOMEBODY, prompt=ANY, number=NUMBER, text=TEXTS)
    def update_version(self, who: int, prompt: int, number: int, text: str) -> None:
        one, at = self.prompt(prompt), ByNumber(number)
        subject = self.author(who, one)
        outcome = self.model.update(subject, one, number, text)
        self.calls(
            subject, lambda tx, act: versions.update(tx, act, one, at, read=lambda: Draft.of_text(text)), outcome
        )

    @rule(who=SOMEBODY, prompt=ANY, number=NUMBER, to=st.sampled_from([None, "stable", "live"]))
    def promote(self, who: int, prompt: int, number: int, to: str | None) -> None:
        one, at = self.prompt(prompt), ByNumber(number)
        subject = self.author(who, one)
        target = Status(to) if to else None
        outcome = self.model.promote(subject, one, number, to)
        self.calls(subject, lambda tx, act: lifecycle.promote(tx, act, one, at, read=lambda: target), outcome)

    @rule(who=SOMEBODY, prompt=ANY, number=NUMBER, what=st.sampled_from(["demote", "archive", "delete"]))
    def demote_archive_or_delete(self, who: int, prompt: int, number: int, what: str) -> None:
        one, at = self.prompt(prompt), ByNumber(number)
        subject = self.author(who, one)
        outcome = getattr(self.model, what)(subject, one, number)
        self.calls(subject, lambda tx, act: getattr(lifecycle, what)(tx, act, one, at), outcome)

    @rule(who=SOMEBODY, prompt=ANY, number=NUMBER, label=LABELS)
    def set_label(self, who: int, prompt: int, number: int, label: str) -> None:
        one, at = self.prompt(prompt), ByNumber(number)
        subject = self.author(who, one)
        outcome = self.model.label(subject, one, number, label)
        self.calls(subject, lambda tx, act: labels.set_one(tx, act, one, at, read=lambda: label), outcome)

    @rule(who=SOMEBODY, prompt=ANY, label=LABELS)
    def remove_label(self, who: int, prompt: int, label: str) -> None:
        one = self.prompt(prompt)
        subject = self.author(who, one)
        outcome = self.model.unlabel(subject, one, label)
        self.calls(subject, lambda tx, act: labels.remove_one(tx, act, one, label), outcome)

    @rule(who=SOMEBODY, prompt=ANY, number=ANY, add=LABELS, remove=LABELS)
    def apply_labels(self, who: int, prompt: int, number: int, *, add: str, remove: str) -> None:
        one = self.prompt(prompt)
        subject = self.author(who, one)
        version = self.real.version(one, number)
        if version is None or add == remove:
            return
        request = label_request([add], [remove])
        outcome = self.model.apply_labels(subject, one, version.number, add=add, remove=remove)
        self.calls(subject, lambda tx, act: labels.apply_to_version(tx, act, version.id, lambda: request), outcome)

    @rule(who=SOMEBODY, prompt=ANY)
    def add_payload(self, who: int, prompt: int) -> None:
        one = self.prompt(prompt)
        subject = self.author(who, one)
        outcome = self.model.add_payload(subject, one)
        self.calls(subject, lambda tx, act: payloads.create(tx, act, one, lambda: "{}"), outcome)


def _counted(outcome: Outcome) -> Outcome:
    """Give an outcome so that the labels and prompts that go with a team may do so in any order."""
    return sorted(outcome) if isinstance(outcome, list) and "team.deleted" in outcome else outcome
