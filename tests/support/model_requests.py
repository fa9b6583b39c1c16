"""What change requests come to by the model: who sees, approves and withdraws them, and what the last approval does."""

from __future__ import annotations

from dataclasses import dataclass, field

from promptwire.domain.errors import Forbidden, InvalidInput, NotFound, ProtectedLabelRefused
from promptwire.domain.move_errors import RequestClosed
from support.model import ORG, Outcome, Prompt
from support.model_prompts import PromptModel


@dataclass
class Asked:
    """A wish to put a label on a version, and what was true when it was made."""

    who: str
    person: str
    prompt: str
    number: int
    label: str
    origin: int | None
    text: str
    by_key: bool
    closed: bool = False
    approvers: list[str] = field(default_factory=list)


@dataclass
class RequestModel(PromptModel):
    """The company, with labels that ask for approvals."""

    asked: dict[str, Asked] = field(default_factory=dict)
    """Every change request there ever was."""

    def gate(self, who: str, team: str, label: str, approvals: int) -> Outcome:
        if refused := self.on_policy(who, team):
            return refused
        now = self.protected[team].get(label)
        if now is None:
            return InvalidInput
        if refused := self.on_policy(who, team, now):
            return refused
        before = self.gated[team].get(label, 0)
        self.gated[team][label] = approvals
        return [] if before == approvals else ["protected_label.set"]

    def ask_for_label(self, who: str, name: str, prompt: str, number: int, label: str) -> Outcome:
        known = self.prompts[prompt]
        outcome = self.label(who, prompt, number, label)
        if outcome is not ProtectedLabelRefused:
            return outcome
        person = self.keys[who].maker if who in self.keys else who
        asked = Asked(
            who, person, prompt, number, label, known.labels.get(label), known.versions[number][1], who in self.keys
        )
        for one in self.asked.values():
            same = (one.who, one.prompt, one.number, one.label, one.origin, one.text)
            if not one.closed and same == (who, prompt, number, label, asked.origin, asked.text):
                return []
        self.asked[name] = asked
        return ["change_request.opened"]

    def approve(self, who: str, name: str) -> Outcome:
        asked = self.asked[name]
        known = self.prompts.get(asked.prompt)
        if known is None or not self._sees(who, asked, known.team):
            return NotFound
        if asked.closed:
            return RequestClosed
        if who in self.keys or not self._approves(who, asked, known.team) or who == asked.person:
            return Forbidden
        actions = [] if who in asked.approvers else ["change_request.approved"]
        asked.approvers += [who] * bool(actions)
        given = sum(self._approves(one, asked, known.team) for one in asked.approvers)
        least = 1 if self._is_too_low(asked.who, asked, known.team) else 0
        if given < max(self.gated[known.team].get(asked.label.lower(), 0), least):
            return actions
        asked.closed = True
        if not self._can_be_done(asked, known):
            return [*actions, "change_request.failed"]
        return [*actions, *self._place(known, asked.number, asked.label), "change_request.applied"]

    def may_approve(self, who: str, name: str) -> bool:
        asked = self.asked[name]
        known = self.prompts.get(asked.prompt)
        return known is not None and who not in self.keys and self._approves(who, asked, known.team)

    def withdraw(self, who: str, name: str) -> Outcome:
        asked = self.asked[name]
        known = self.prompts.get(asked.prompt)
        if known is None or not self._sees(who, asked, known.team):
            return NotFound
        if asked.closed:
            return RequestClosed
        if who not in {asked.who, asked.person}:
            return Forbidden
        asked.closed = True
        return ["change_request.withdrawn"]

    def _sees(self, who: str, asked: Asked, team: str) -> bool:
        if self.team_role(who, team):
            return True
        role = None if who in self.keys else self.org_role(who, self.org_of[team])
        return role in {"admin", "owner"} or (role is not None and self._approves(who, asked, team))

    def _approves(self, who: str, asked: Asked, team: str) -> bool:
        return asked.label.lower() in self.protected[team] and not self._is_too_low(who, asked, team)

    def _is_too_low(self, who: str, asked: Asked, team: str) -> bool:
        role, needed = self.org_role(who, self.org_of[team]), self.protected[team].get(asked.label.lower(), ORG[0])
        return role is None or ORG.index(role) < ORG.index(needed)

    def _can_be_done(self, asked: Asked, known: Prompt) -> bool:
        is_there = not asked.by_key or asked.who in self.keys
        may_ask = (
            self.on_prompt(asked.who, asked.prompt, "editor") is None
            or self.on_labels_of_org(asked.who, known.team) is None
        )
        as_it_was = known.versions.get(asked.number, ("", None))[1] == asked.text
        return is_there and may_ask and as_it_was and known.labels.get(asked.label) == asked.origin
