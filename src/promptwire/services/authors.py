"""Who wrote a version, by name, for those who may see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from promptwire.domain.organizations import Team
from promptwire.domain.roles import Operation
from promptwire.domain.subjects import KeySubject
from promptwire.domain.versions import Version
from promptwire.ports.storage import Transaction
from promptwire.services.calls import Act


@dataclass(frozen=True, slots=True)
class Authored:
    """A version, and what its author is called now."""

    version: Version
    author_name: str | None
    """The e-mail address of a person, the name of a key; None where there is none to be seen."""


def authored(tx: Transaction, act: Act, version: Version) -> Authored:
    """Give a version with its author's name, to somebody who may see the version."""
    return all_authored(tx, act, [version])[0]


def named(work: Callable[[Transaction, Act], Version]) -> Callable[[Transaction, Act], Authored]:
    """Let a unit of work that gives a version give its author's name with it."""
    return lambda tx, act: authored(tx, act, work(tx, act))


def all_authored(tx: Transaction, act: Act, versions: Sequence[Version]) -> list[Authored]:
    """Give versions of one prompt with their authors' names.

    A person is named while they belong to the team or its organization, as its lists of members name them; and to
    nobody who reads with a key that can do no more than read, for such keys lie in applications.
    """
    team = _team(tx, versions[0]) if versions else None
    names = {author: name_in(tx, act, team, author) for author in {_author(version) for version in versions}}
    return [Authored(version, names[_author(version)]) for version in versions]


def _author(version: Version) -> tuple[str, str]:
    return version.author_kind, version.author_id


def name_in(tx: Transaction, act: Act, team: Team | None, author: tuple[str, str]) -> str | None:
    """Give what an author of a team's prompts, by kind and id, is called now; None where there is none to be seen."""
    kind, author_id = author
    if isinstance(act.subject, KeySubject) and act.subject.key.operation is Operation.READ_RENDER:
        return None
    if kind == "api_key":
        return tx.keys.name(author_id)
    user = tx.users.get(author_id) if kind == "user" and team and _belongs(tx, team, author_id) else None
    return user.email if user else None


def _team(tx: Transaction, version: Version) -> Team | None:
    prompt = tx.prompts.get(version.prompt_id)
    return tx.teams.get(prompt.team_id) if prompt else None


def _belongs(tx: Transaction, team: Team, user_id: str) -> bool:
    if tx.teams.role(team.id, user_id):
        return True
    return bool(team.org_id and tx.organizations.role(team.org_id, user_id))
