"""What calls for people and keys come to by the model, as `model_prompts` has it for prompts."""

from __future__ import annotations

from promptwire.domain.errors import AlreadyExists, Forbidden, InvalidInput, LastAdministrator, NotFound
from support.model import ORG, Key, Outcome
from support.model_requests import RequestModel


class Model(RequestModel):
    """The company, and what its people and keys may make of it."""

    def add_member(self, who: str, team: str, person: str, role: str) -> Outcome:
        if refused := self.to_administer_team(who, team):
            return refused
        asked = next((one for one, wish in self.requests.items() if wish == (person, team)), None)
        known = person in self.teams[team] or person in self.orgs[self.org_of[team]]
        if not (asked or known or who in self.admins):
            return NotFound
        actions = [] if person in self.teams[team] else self.join(person, team, role)
        if asked:
            del self.requests[asked]
        return actions + ["join_request.approved"] * (asked is not None)

    def change_member(self, who: str, team: str, person: str, role: str) -> Outcome:
        return self.to_administer_team(who, team) or self.change(person, team, role)

    def remove_member(self, who: str, team: str, person: str) -> Outcome:
        if refused := self.to_administer_team(who, team):
            return refused
        return self.dismiss(person, team) if person in self.orgs[self.org_of[team]] else InvalidInput

    def leave(self, who: str, team: str) -> Outcome:
        if who in self.keys:
            return Forbidden
        return self.dismiss(who, team) or NotFound

    def change_org_role(self, who: str, org: str, person: str, role: str) -> Outcome:
        governor, now = self.governor(who, org), self.orgs[org].get(person)
        if governor is None:
            return Forbidden
        if now is None or now == role:
            return NotFound if now is None else []
        if "owner" in {now, role}:
            if governor != "owner":
                return Forbidden
            if self.owners(org) == [person]:
                return LastAdministrator
        self.orgs[org][person] = role
        return ["organization_member.role_changed"]

    def remove_from_org(self, who: str, org: str, person: str) -> Outcome:
        now = self.orgs[org].get(person)
        governor = now if who == person and now else self.governor(who, org)
        if governor is None:
            return Forbidden
        if now is None:
            return NotFound
        if now == "owner" and governor != "owner":
            return Forbidden
        if now == "owner" and self.owners(org) == [person]:
            return LastAdministrator
        theirs = [team for team, of in self.org_of.items() if of == org and person in self.teams[team]]
        if any(self.is_last(person, team) for team in theirs):
            return LastAdministrator
        for team in theirs:
            del self.teams[team][person]
        del self.orgs[org][person]
        return [*["team_member.removed"] * len(theirs), "organization_member.removed"]

    def ask_to_join(self, who: str, team: str, request: str) -> Outcome:
        if who in self.keys:
            return Forbidden
        if who in self.teams[team]:
            return InvalidInput
        if (who, team) in self.requests.values():
            return AlreadyExists
        self.requests[request] = (who, team)
        return ["join_request.created"]

    def answer_request(self, who: str, request: str, *, approve: bool) -> Outcome:
        person, team = self.requests[request]
        if self.over_team(who, team) != "admin":
            return Forbidden if who == person or self.sees_team(who, team) else NotFound
        del self.requests[request]
        if not approve:
            return ["join_request.rejected"]
        return [*(self.join(person, team, "editor") if person not in self.teams[team] else []), "join_request.approved"]

    def make_key(self, who: str, name: str, key: Key) -> Outcome:
        role = self.governor(who, key.org)
        if role is None or who in self.keys:
            return Forbidden
        key.pinned, key.maker = role, who
        self.keys[name] = key
        return ["key.created"]

    def adopt_key(self, who: str, name: str) -> Outcome:
        key = self.keys[name]
        role = self.org_role(who, key.org)
        if role is None:
            return Forbidden if who in self.admins else NotFound
        if role not in {"admin", "owner"}:
            return Forbidden
        before = (key.maker, key.pinned)
        key.maker, key.pinned = who, min(key.pinned, role, key=ORG.index)
        return ["key.adopted"] if (key.maker, key.pinned) != before else []

    def delete_key(self, who: str, name: str) -> Outcome:
        org = self.keys[name].org
        if self.governor(who, org) is None:
            return NotFound if self.org_role(who, org) is None else Forbidden
        del self.keys[name]
        return ["key.deleted"]

    def delete_team(self, who: str, team: str) -> Outcome:
        owned = {name: prompt for name, prompt in self.prompts.items() if prompt.team == team}
        in_use = [label for prompt in owned.values() for label in prompt.in_use]
        if refused := self.to_administer_team(who, team) or self.to_move(who, team, in_use):
            return refused
        labels = sum(len(prompt.labels) for prompt in owned.values())
        limited = [key for key in self.keys.values() if key.teams and team in key.teams]
        for key in limited:
            key.teams = (key.teams or frozenset()) - {team}
        for name in owned:
            del self.prompts[name]
        del self.teams[team], self.org_of[team], self.protected[team]
        self.requests = {name: wish for name, wish in self.requests.items() if wish[1] != team}
        removed = ["label.removed"] * labels + ["prompt.deleted"] * len(owned)
        return [*removed, *["key.updated"] * len(limited), "team.deleted"]
