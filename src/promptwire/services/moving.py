"""Moving a prompt to another team, with all that it has."""

from __future__ import annotations

from dataclasses import replace

from promptwire.domain.changes import Facts, Scope
from promptwire.domain.errors import AlreadyExists, Forbidden, NotFound
from promptwire.domain.organizations import Team
from promptwire.domain.plans import departure
from promptwire.domain.prompts import Prompt
from promptwire.domain.roles import TeamRole
from promptwire.ports.storage import Transaction
from promptwire.services import moves
from promptwire.services.access import require_prompt, team_role
from promptwire.services.calls import Act, Input, Object, record
from promptwire.services.membership import has_part
from promptwire.services.moves import AskedTerms, plain


def move(tx: Transaction, act: Act, prompt_id: str, read: Input[str], *, terms: AskedTerms = plain) -> Prompt:
    """Give a prompt to a team, of this organization or another; needs an admin of both teams.

    Needs also what both registries ask for every label of the prompt, and for `live` where it has a live version.
    To the team it is in already, nothing changes but its time.

    Raises:
        NotFound, Forbidden, InvalidInput, InvalidBody, ProtectedLabelRefused: As their names say.
        AlreadyExists: When the team has a prompt with this name or slug.
    """
    prompt = require_prompt(tx, act, prompt_id, TeamRole.ADMIN)
    target_id, asked = read(), terms()
    for team_id in sorted({prompt.team_id, target_id}):  # in one order, or two moves could wait for each other
        tx.teams.lock(team_id)
    target = _require_target(tx, act, target_id)
    moves.make(tx, act, departure(prompt, moves.leads(tx, prompt), target.id), asked)
    moved = replace(prompt, team_id=target.id, updated_at=act.now)
    try:
        tx.prompts.update(moved)
    except AlreadyExists:
        raise AlreadyExists("prompt in the target team") from None
    _record(tx, act.because(asked.reason), prompt, tx.teams.get(prompt.team_id), target=target)
    return moved


def _require_target(tx: Transaction, act: Act, team_id: str) -> Team:
    team = tx.teams.get(team_id)
    role = team_role(tx, act, team) if team else None
    if team is None or not (role or has_part(tx, act, team)):
        raise NotFound("target team")
    if role is not TeamRole.ADMIN:
        raise Forbidden(needs="team role admin in the target team", has=role.value if role else None)
    return team


def _record(tx: Transaction, act: Act, prompt: Prompt, source: Team | None, *, target: Team) -> None:
    """Append to the log of the target, and to that of the source where it is another."""
    of = Object("prompt", prompt.id, prompt_id=prompt.id)
    before, after = _facts(prompt, source), _facts(prompt, target)
    for scope in dict.fromkeys(Scope.of_team(team.id, team.org_id) for team in (source, target) if team):
        record(tx, act, scope, "prompt.moved", of=of, before=before, after=after)


def _facts(prompt: Prompt, team: Team | None) -> Facts:
    place = {"team_id": team.id, "org_id": team.org_id} if team else {}
    return {"name": prompt.name, "slug": prompt.slug, **place}
