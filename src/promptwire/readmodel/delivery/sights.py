"""Sights: which prompts a credential sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from promptwire.domain.changes import Scope
from promptwire.domain.label_limits import NO_LIMIT, readable
from promptwire.domain.organizations import Team
from promptwire.domain.subjects import KeySubject, Subject
from promptwire.ports.storage import Transaction


@dataclass(frozen=True, slots=True)
class Sight:
    """What one or many credentials see: all prompts of an organization, or those of some teams."""

    name: str
    """The same for all who see the same, and another one when that changes."""
    scopes: tuple[str, ...]
    """The scopes of the change log in which something may be told of what is seen."""
    team_ids: frozenset[str] | None
    """None means every team of the organization, later ones too."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks, and what they see."""

    subject: Subject
    sight: Sight

    @property
    def key_id(self) -> str | None:
        """Give the id of the key that asks, if it is one."""
        return self.subject.key.id if isinstance(self.subject, KeySubject) else None


def sight_of(subject: Subject, teams: Mapping[str, Team]) -> Sight:
    """Give what a subject sees, who sees the prompts of these teams now."""
    limit = readable(subject)
    limited = "" if limit == NO_LIMIT else f" {limit}"
    if isinstance(subject, KeySubject) and subject.key.team_ids is None:
        scope = str(Scope("org", subject.key.org_id))
        return Sight(scope + limited, (scope,), None)
    scopes = {str(team.scope) for team in teams.values()}
    return Sight(" ".join(sorted(teams)) + limited, tuple(sorted(scopes)), frozenset(teams))


def teams_of(tx: Transaction, subject: Subject) -> Mapping[str, Team]:
    """Read the teams whose prompts a subject sees (DESIGN section 2b)."""
    return {team.id: team for team in _visible(tx, subject)}


def _visible(tx: Transaction, subject: Subject) -> Sequence[Team]:
    if isinstance(subject, KeySubject):
        key = subject.key
        return [team for team in tx.teams.of_org(key.org_id) if key.covers(team_id=team.id, org_id=team.org_id)]
    return tx.teams.of_user(subject.user.id)
