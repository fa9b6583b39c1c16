"""What calls for prompts come to by the model: the error, or what they change in the model and what the log says."""

from __future__ import annotations

from promptwire.domain.errors import Forbidden, NotFound, ProtectedLabelRefused, WrongStatus
from support.model import Company, Outcome, Prompt, Refusal

NEXT = {"draft": "stable", "stable": "live"}


class PromptModel(Company):
    """The company, and what its people and keys may do with its prompts."""

    def create_prompt(self, who: str, team: str, name: str) -> Outcome:
        if refused := self.in_team(who, team, "editor"):
            return refused
        self.prompts[name] = Prompt(team)
        return ["prompt.created"]

    def set_archived(self, who: str, prompt: str, *, archived: bool) -> Outcome:
        known, status = self.prompts[prompt], "archived" if archived else "active"
        if refused := self.on_prompt(who, prompt, "admin"):
            return refused
        if archived and (refused := self.to_move(who, known.team, known.in_use)):
            return refused
        if known.status == status:
            return []
        known.status = status
        return ["prompt.archived" if archived else "prompt.restored"]

    def move(self, who: str, prompt: str, team: str) -> Outcome:
        known = self.prompts[prompt]
        if refused := self.on_prompt(who, prompt, "admin"):
            return refused
        role = self.team_role(who, team)
        if role != "admin":
            return Forbidden if role or self._has_part(who, team) else NotFound
        for one in (known.team, team):
            if refused := self.to_move(who, one, known.in_use):
                return refused
        scopes = {self.org_of[known.team], self.org_of[team]}
        known.team = team
        return ["prompt.moved"] * len(scopes)

    def _has_part(self, who: str, team: str) -> bool:
        key = self.keys.get(who)
        if key and key.teams is not None and team not in key.teams:
            return False
        return who in self.admins or self.org_role(who, self.org_of[team]) is not None

    def add_version(self, who: str, prompt: str, text: str, of: int | None = None) -> Outcome:
        """Write a new draft, with the text of a version if one is given."""
        known = self.prompts[prompt]
        if refused := self.on_prompt(who, prompt, "editor"):
            return refused
        if of is not None and of not in known.versions:
            return NotFound
        known.last += 1
        known.versions[known.last] = ("draft", text if of is None else known.versions[of][1])
        return ["version.created"]

    def update(self, who: str, prompt: str, number: int, text: str) -> Outcome:
        known = self.prompts[prompt]
        if refused := self._on_version(who, prompt, number) or self.to_move(who, known.team, known.on(number)):
            return refused
        status, now = known.versions[number]
        if status != "draft":
            return WrongStatus
        known.versions[number] = (status, text)
        return ["version.updated"] if text != now else []

    def _on_version(self, who: str, prompt: str, number: int) -> Refusal | None:
        refused = self.on_prompt(who, prompt, "editor")
        return refused or (None if number in self.prompts[prompt].versions else NotFound)

    def promote(self, who: str, prompt: str, number: int, to: str | None) -> Outcome:
        known = self.prompts[prompt]
        if refused := self._on_version(who, prompt, number):
            return refused
        status = known.versions[number][0]
        if status == "archived" or (status == "live" and to != "live"):
            return WrongStatus
        target = to or NEXT[status]
        if target == "live" and self.to_move(who, known.team, ["live"]):
            return ProtectedLabelRefused
        if target == status:
            return []
        displaced = known.live if target == "live" else None
        if displaced is not None:
            self._become(known, displaced, "stable")
        self._become(known, number, target)
        return ["version.displaced"] * (displaced is not None) + ["version.promoted"]

    def _become(self, prompt: Prompt, number: int, status: str) -> None:
        prompt.versions[number] = (status, prompt.versions[number][1])

    def demote(self, who: str, prompt: str, number: int) -> Outcome:
        known = self.prompts[prompt]
        if refused := self._on_version(who, prompt, number) or self.to_move(who, known.team, ["live"]):
            return refused
        if known.live != number:
            return WrongStatus
        self._become(known, number, "stable")
        return ["version.demoted"]

    def archive(self, who: str, prompt: str, number: int) -> Outcome:
        known = self.prompts[prompt]
        if refused := self._on_version(who, prompt, number) or self.to_move(who, known.team, known.on(number)):
            return refused
        if known.versions[number][0] == "archived":
            return WrongStatus
        self._become(known, number, "archived")
        return ["version.archived"]

    def delete(self, who: str, prompt: str, number: int) -> Outcome:
        known = self.prompts[prompt]
        if refused := self._on_version(who, prompt, number):
            return refused
        status, labels = known.versions[number][0], known.on(number)
        if status == "archived":
            return []
        if refused := self.to_move(who, known.team, labels):
            return refused
        if status != "draft":
            return self.archive(who, prompt, number)
        for label in labels:
            del known.labels[label]
        del known.versions[number]
        return [*["label.removed"] * len(labels), "version.deleted"]

    def label(self, who: str, prompt: str, number: int, label: str) -> Outcome:
        known = self.prompts[prompt]
        if refused := self._on_version(who, prompt, number) or self.to_move(who, known.team, [label]):
            return refused
        return self._place(known, number, label)

    def _place(self, prompt: Prompt, number: int, label: str) -> list[str]:
        now = prompt.labels.get(label)
        prompt.labels[label] = number
        return [] if now == number else ["label.set" if now is None else "label.moved"]

    def unlabel(self, who: str, prompt: str, label: str) -> Outcome:
        known = self.prompts[prompt]
        if refused := self.on_prompt(who, prompt, "editor") or self.to_move(who, known.team, [label]):
            return refused
        if label not in known.labels:
            return NotFound
        del known.labels[label]
        return ["label.removed"]

    def apply_labels(self, who: str, prompt: str, number: int, *, add: str, remove: str) -> Outcome:
        """Do what EvalGuard's route does, with one label to add and one to remove."""
        known = self.prompts[prompt]
        if refused := self.on_labels_of_org(who, known.team) or self.to_move(who, known.team, [add, remove]):
            return refused
        removed = known.labels.get(remove) == number
        if removed:
            del known.labels[remove]
        return ["label.removed"] * removed + self._place(known, number, add)

    def protect(self, who: str, team: str, label: str, role: str) -> Outcome:
        now = self.protected[team].get(label)
        if refused := self.on_policy(who, team, role, now or role):
            return refused
        self.protected[team][label] = role
        return [] if now == role else ["protected_label.set"]

    def unprotect(self, who: str, team: str, label: str) -> Outcome:
        if refused := self.on_policy(who, team):
            return refused
        now = self.protected[team].get(label)
        if now is None:
            return NotFound
        if refused := self.on_policy(who, team, now):
            return refused
        del self.protected[team][label]
        self.gated[team].pop(label, None)
        return ["protected_label.removed"]

    def add_payload(self, who: str, prompt: str) -> Outcome:
        if refused := self.on_prompt(who, prompt, "editor"):
            return refused
        self.prompts[prompt].payloads += 1
        return ["payload.created"]
