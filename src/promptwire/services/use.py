"""Use: how often prompts were used, for who may read them (services/reports.py writes it down)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from promptwire.domain.label_limits import readable
from promptwire.domain.organizations import Team
from promptwire.domain.processes import Serving
from promptwire.domain.roles import TeamRole
from promptwire.domain.use import Lifetime, Period, PromptUse, Slice, UseKey
from promptwire.ports.storage import Transaction
from promptwire.services.access import require_prompt, require_team, visible_teams
from promptwire.services.calls import Act, Input


@dataclass(frozen=True, slots=True, kw_only=True)
class UseOfPrompt:
    """How a prompt was used in a period."""

    prompt_id: str
    period: Period
    slices: Sequence[Slice]
    lifetimes: Sequence[Lifetime]
    servings: Sequence[Serving]

    @property
    def last_at(self) -> datetime | None:
        """Give when it was last used, however long ago."""
        return max((one.last_at for one in self.lifetimes), default=None)

    def processes(self, key: UseKey | None = None) -> int:
        """Count the processes that served it in the period, or one of its versions under a label from a source."""
        matching = self.servings if key is None else [one for one in self.servings if _is_of(one, key)]
        return len({one.process_id for one in matching})


def _is_of(serving: Serving, key: UseKey) -> bool:
    return (serving.version, serving.label, serving.source) == (key.version, key.label, key.source)


def of_prompt(tx: Transaction, act: Act, prompt_id: str, read: Input[Period]) -> UseOfPrompt:
    """Tell how a prompt was used in a period, by version and label; needs a viewer.

    Raises:
        NotFound, InvalidInput: As their names say.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.VIEWER)
    period = read()
    limit = readable(act.subject)
    return UseOfPrompt(
        prompt_id=prompt.id,
        period=period,
        slices=[one for one in tx.use.of_prompt(prompt.id, period) if limit.allows(one.key.label)],
        lifetimes=[one for one in tx.use.lifetimes(prompt.id) if limit.allows(one.key.label)],
        servings=[one for one in tx.processes.served(prompt.id, period) if limit.allows(one.label)],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOverview:
    """Which prompts are asked for."""

    team_id: str | None
    org_id: str | None
    days: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Which prompts are used most, and which by nobody."""

    since: datetime
    counting_since: datetime | None
    most_used: Sequence[PromptUse]
    unused: Sequence[PromptUse]
    teams: Mapping[str, Team]


def overview(tx: Transaction, act: Act, read: Input[AskedOverview]) -> Overview:
    """Tell which prompts are used most, and which nobody has used, of a team, an organization, or all one sees.

    Raises:
        InvalidInput: As its name says.
        Forbidden: For a team that the subject has no part in.
    """
    asked = read()
    teams = {team.id: team for team in teams_asked(tx, act, asked.team_id, asked.org_id)}
    since = act.now - timedelta(days=asked.days)
    ids = sorted(teams)
    return Overview(
        since=since,
        counting_since=tx.use.counting_since(),
        most_used=tx.use.most_used(ids, since, asked.limit) if ids else (),
        unused=tx.use.unused(ids, since, asked.limit) if ids else (),
        teams=teams,
    )


def teams_asked(tx: Transaction, act: Act, team_id: str | None, org_id: str | None) -> Iterable[Team]:
    """Give the team that was named, or those that the subject sees, of one organization if it was named.

    Raises:
        Forbidden: For a team that the subject has no part in.
    """
    if team_id is not None:
        return [require_team(tx, act, team_id, TeamRole.VIEWER)]
    return [team for team in visible_teams(tx, act) if org_id in {None, team.org_id}]
