"""The one place that decides whether a subject may move labels and the live status (DESIGN section 7)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from promptwire.domain.prompts import Prompt
from promptwire.domain.protected_labels import check_moves
from promptwire.domain.versions import LIVE, Status, Version
from promptwire.ports.storage import Transaction
from promptwire.services.access import org_role
from promptwire.services.calls import Act


def check(tx: Transaction, act: Act, team_id: str, labels: Collection[str]) -> None:
    """Let labels of a team's prompts move, `live` standing for the status; in a team of no organization all may.

    Raises:
        ProtectedLabelRefused: Naming every label that needs a higher role.
    """
    if not labels:
        return
    tx.teams.lock(team_id)
    registry = tx.protected_labels.of_team(team_id)
    team = tx.teams.get(team_id)
    if registry and team and team.org_id:
        check_moves(labels, registry, org_role(tx, act, team.org_id))


def check_version(tx: Transaction, act: Act, prompt: Prompt, version: Version) -> None:
    """Let what a version's labels serve change, and what the live status serves where it is live.

    Raises:
        ProtectedLabelRefused: Naming every label that needs a higher role.
    """
    live = (LIVE,) if version.status is Status.LIVE else ()
    check(tx, act, prompt.team_id, version.labels + live)


def check_whole_prompt(tx: Transaction, act: Act, prompt: Prompt, *other_teams: str) -> None:
    """Let every label of a prompt, and its live version, go out of use together, or to another team.

    The registry of that team is asked too, or protection could be shed by moving out and back
    (contracts/evalguard-labels.md A29).

    Raises:
        ProtectedLabelRefused: Naming every label that needs a higher role.
    """
    for team_id in (prompt.team_id, *other_teams):
        check_whole_prompts(tx, act, team_id, (prompt,))


def check_whole_prompts(tx: Transaction, act: Act, team_id: str, prompts: Iterable[Prompt]) -> None:
    """Let every label of several prompts, and their live versions, go out of use together, as one team's registry says.

    Raises:
        ProtectedLabelRefused: Naming every label that needs a higher role.
    """
    check(tx, act, team_id, {label for prompt in prompts for label in _in_use(tx, prompt)})


def _in_use(tx: Transaction, prompt: Prompt) -> set[str]:
    live = {LIVE} if tx.versions.live(prompt.id) else set()
    return live.union(tx.labels.holders(prompt.id))
