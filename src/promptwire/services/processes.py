"""Running processes and what they serve, for who may read the prompts (services/reports.py writes them down)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from promptwire.domain.label_limits import readable
from promptwire.domain.processes import Aim, Process, Standing, silent_since
from promptwire.domain.roles import TeamRole
from promptwire.domain.use import BY_NUMBER
from promptwire.ports.storage import Transaction
from promptwire.services.access import require_prompt
from promptwire.services.calls import Act, Input
from promptwire.services.use import teams_asked


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedProcesses:
    """Which processes are asked for."""

    report_every: timedelta
    """How often processes report."""
    label: str | None = None
    """Only those that ask for this label; `live` for the live version."""
    behind: bool = False
    """Only those that serve something else than they should."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """The processes that serve a prompt now."""

    aims: Mapping[str, Aim]
    """Where each label that somebody asks for, and `live`, leads."""
    standings: Sequence[Standing]
    """Of all of them, those behind first."""
    shown: Sequence[Standing]
    """Of those that were asked for."""


def of_prompt(tx: Transaction, act: Act, prompt_id: str, read: Input[AskedProcesses]) -> Fleet:
    """Tell which running processes serve which version of a prompt, and whether they should; needs a viewer.

    Raises:
        NotFound, InvalidInput: As their names say.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.VIEWER)
    asked, limit = read(), readable(act.subject)
    aims = tx.processes.aims([prompt.id])
    found = tx.processes.of_prompt(prompt.id, silent_since(act.now, asked.report_every))
    standings = [
        Standing(process=process, serving=serving, aim=aims.get((prompt.id, serving.label)))
        for process, serving in found
        if asked.label in {None, serving.label} and limit.allows(serving.label)
    ]
    standings.sort(key=_order)
    labels = {one.serving.label for one in standings} - {BY_NUMBER}
    return Fleet(
        aims={label: aims[prompt.id, label] for label in sorted(labels) if (prompt.id, label) in aims},
        standings=standings,
        shown=[one for one in standings if not (asked.behind and one.is_converged)],
    )


def _order(standing: Standing) -> tuple[bool, str, str, str, str]:
    process = standing.process
    return (standing.is_converged, process.service, process.instance, process.id, standing.serving.label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A running process, with how many prompts it serves that the subject sees."""

    process: Process
    prompts: int
    behind: int
    """How many of the things it serves are not what they should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedMembers:
    """Of which teams processes are asked for."""

    report_every: timedelta
    team_id: str | None
    org_id: str | None


def running(tx: Transaction, act: Act, read: Input[AskedMembers]) -> Sequence[Member]:
    """List the running processes that serve prompts of a team, an organization, or of all that the subject sees.

    Raises:
        InvalidInput: As its name says.
        Forbidden: For a team that the subject has no part in.
    """
    asked = read()
    ids = sorted(team.id for team in teams_asked(tx, act, asked.team_id, asked.org_id))
    found = tx.processes.of_teams(ids, silent_since(act.now, asked.report_every)) if ids else ()
    aims = tx.processes.aims(sorted({serving.prompt_id for _, serving in found}))
    by_process: dict[str, list[Standing]] = {}
    for process, serving in found:
        standing = Standing(process=process, serving=serving, aim=aims.get((serving.prompt_id, serving.label)))
        by_process.setdefault(process.id, []).append(standing)
    members = [_member(standings) for standings in by_process.values()]
    return sorted(members, key=lambda one: (one.process.service, one.process.instance, one.process.id))


def _member(standings: Sequence[Standing]) -> Member:
    return Member(
        process=standings[0].process,
        prompts=len({one.serving.prompt_id for one in standings}),
        behind=sum(not one.is_converged for one in standings),
    )
