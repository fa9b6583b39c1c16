"""The rules by which random people and keys ask for moves, approve and withdraw them, beside the model."""

from __future__ import annotations

from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from promptwire.domain.moves import Terms
from promptwire.domain.policies import PolicyUpdate
from promptwire.domain.versions import ByNumber
from promptwire.services import change_requests, labels, protected_labels
from support.rules import ANY, LABELS, NUMBER, SOMEBODY, PromptRules

BY_REQUEST = Terms(request_approval=True)


class RequestRules(PromptRules):
    """A company whose labels ask for approvals, on a real store beside its model."""

    @rule(who=SOMEBODY, at=ANY, approvals=st.integers(0, 2))
    def gate(self, who: int, at: int, approvals: int) -> None:
        protected = [(team, label) for team, known in self.model.protected.items() for label in known]
        one, label = protected[at % len(protected)] if protected else (self.team(at), "prod")
        subject = self.governor(who, self.model.org_of[one])
        outcome = self.model.gate(subject, one, label, approvals)
        update = PolicyUpdate(fields={"approvals": approvals})
        self.calls(subject, lambda tx, act: protected_labels.put(tx, act, one, label, read=lambda: update), outcome)

    @rule(who=SOMEBODY, prompt=ANY, number=NUMBER, label=LABELS, answer=st.none() | SOMEBODY)
    def ask_for_label(self, who: int, prompt: int, number: int, label: str, answer: int | None) -> None:
        self._ask(who, prompt, number, label=label, answer=answer)

    def _ask(self, who: int, prompt: int, number: int, *, label: str, answer: int | None) -> None:
        """Ask, and let somebody answer at once in some of the cases, for of many rules few follow one another."""
        gated = [one for one, known in self.model.prompts.items() if label.lower() in self.model.protected[known.team]]
        one, name = self.one_of(gated or self.model.prompts, prompt), uuid4().hex
        existing = sorted(self.model.prompts[one].versions)
        number = existing[number % len(existing)] if existing else number
        at = ByNumber(number)
        subject = self.subject(who, lambda somebody: self._would_have_to_ask(somebody, one, label))
        outcome = self.model.ask_for_label(subject, name, one, number, label)
        moved = self.calls(
            subject,
            lambda tx, act: labels.set_one(tx, act, one, at, read=lambda: label, terms=lambda: BY_REQUEST),
            outcome,
        )
        if name in self.model.asked:
            self.model.asked[moved.request.request.id] = self.model.asked.pop(name)
            if answer is not None:
                self._approve(answer, moved.request.request.id)

    def _would_have_to_ask(self, who: str, prompt: str, label: str) -> bool:
        refused = self.model.to_move(who, self.model.prompts[prompt].team, [label])
        return self.model.on_prompt(who, prompt, "editor") is None and refused is not None

    @precondition(lambda self: self.model.asked)
    @rule(who=SOMEBODY, request=ANY)
    def approve(self, who: int, request: int) -> None:
        self._approve(who, self.one_of(self.model.asked, request))

    def _approve(self, who: int, one: str) -> None:
        subject = self.subject(who, lambda somebody: self.model.may_approve(somebody, one))
        outcome = self.model.approve(subject, one)
        self.calls(subject, lambda tx, act: change_requests.approve(tx, act, one, lambda: None), outcome)

    @rule(who=SOMEBODY, prompt=ANY, number=NUMBER, answer=SOMEBODY)
    def ask_for_prod(self, who: int, prompt: int, number: int, answer: int) -> None:
        """Do it once more, for what is most often in the way, so that it happens often."""
        self._ask(who, prompt, number, label="prod", answer=answer | 1)

    @precondition(lambda self: self.model.asked)
    @rule(who=SOMEBODY, request=ANY)
    def withdraw(self, who: int, request: int) -> None:
        one = self.one_of(self.model.asked, request)
        subject = self.subject(who, lambda somebody: somebody == self.model.asked[one].who)
        outcome = self.model.withdraw(subject, one)
        self.calls(subject, lambda tx, act: change_requests.withdraw(tx, act, one, lambda: None), outcome)
