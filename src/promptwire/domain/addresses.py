"""What a slug means to somebody who sees the prompts of some teams (DESIGN section 2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from promptwire.domain.errors import AmbiguousSlug, NotFound
from promptwire.domain.organizations import Team
from promptwire.domain.texts import parse_uuid


def teams_named(teams: Iterable[Team], name: str | None) -> dict[str, Team]:
    """Give those teams by id that a slug or an id names; all of them where nothing is named."""
    named = (name, parse_uuid(name)) if name else None
    return {one.id: one for one in teams if named is None or one.slug in named or one.id in named}


def check_only(slug: str, teams: Sequence[Team]) -> None:
    """Let a slug be used that a prompt in exactly one of the teams has, each named once for its prompt.

    Raises:
        NotFound: Where there is none.
        AmbiguousSlug: Where there are several.
    """
    if not teams:
        raise NotFound("prompt")
    if len(teams) > 1:
        raise AmbiguousSlug(slug, _candidates(slug, teams))


def _candidates(slug: str, teams: Sequence[Team]) -> tuple[str, ...]:
    """Name a prompt in each team; teams of two organizations may share a slug, their ids tell them apart."""
    slugs = [team.slug for team in teams]
    return tuple(sorted(f"{team.slug if slugs.count(team.slug) == 1 else team.id}/{slug}" for team in teams))
