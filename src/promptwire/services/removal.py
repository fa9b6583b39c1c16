"""What goes with a team that is removed: its prompts, their labels, and the limits of keys (DESIGN section 4)."""

from __future__ import annotations

from promptwire.domain.organizations import Team
from promptwire.domain.plans import removal
from promptwire.ports.storage import Transaction
from promptwire.services import keys, moves
from promptwire.services.calls import Act, Object, record
from promptwire.services.entries import prompt_facts, prompt_object


def remove_team(tx: Transaction, act: Act, team: Team) -> None:
    """Remove a team that the subject may remove, and note each prompt and label that goes with it.

    Raises:
        ProtectedLabelRefused: When a prompt of it holds a label that the subject may not move.
    """
    tx.teams.lock_whole(team.id)
    owned = [prompt for one in tx.prompts.of_team(team.id, None) if (prompt := tx.prompts.lock(one.id))]
    moves.make_all(tx, act, [removal(prompt, moves.leads(tx, prompt)) for prompt in owned])
    for prompt in owned:
        of, before = prompt_object(prompt), prompt_facts(prompt)
        record(tx, act, team.scope, "prompt.deleted", of=of, before=before)
    keys.forget_team(tx, act, team)
    tx.teams.delete(team.id)
    record(tx, act, team.scope, "team.deleted", of=Object("team", team.id), before=team.facts)
