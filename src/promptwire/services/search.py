"""Looking for prompts in a team: lists, what they say of each prompt, and what they can be narrowed down to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from promptwire.domain.errors import Forbidden
from promptwire.domain.label_limits import NO_LIMIT, check_reads, readable
from promptwire.domain.organizations import Team
from promptwire.domain.pages import Page
from promptwire.domain.prompts import Prompt
from promptwire.domain.roles import TeamRole
from promptwire.domain.search import AnyPlace, Choices, Hit, Overview, Wanted, excerpt
from promptwire.domain.versions import by_label
from promptwire.ports.storage import Transaction
from promptwire.services.access import require_team
from promptwire.services.authors import name_in
from promptwire.services.calls import Act, Input

MAX_CHOICES = 200
"""Labels, and authors, to choose from."""

Names = Mapping[tuple[str, str], str | None]
"""What authors, by kind and id, are called now; None for those whom the reader may not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which prompts to list, and whether to say more of each."""

    wanted: Wanted
    overview: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The version by whose text a prompt was found."""

    number: int
    excerpt: str | None
    """A line of it that has one of the words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Prompts that were found, and what was asked for of them."""

    page: Page[Hit, AnyPlace]
    overviews: Mapping[str, Overview] | None
    matches: Mapping[str, Match] | None
    """By the prompt's id, where words were looked for; those that were found by their names alone are not there."""
    names: Names

    @property
    def prompts(self) -> Sequence[Prompt]:
        """Give the prompts."""
        return [hit.prompt for hit in self.page.items]


def none(read: Input[Asked]) -> Listed:
    """List nothing, as pages if they are asked for.

    Raises:
        InvalidInput: As its name says.
    """
    return Listed(page=Page(items=(), cut=read().wanted.cut), overviews=None, matches=None, names={})


def of_team(tx: Transaction, act: Act, team_id: str, read: Input[Asked]) -> Listed:
    """List a team's prompts, those that are wanted; needs a viewer.

    Raises:
        Forbidden: As its name says, and for a key that is limited to labels, if it asks for more than they lead to.
        InvalidInput: As its name says.
    """
    team = require_team(tx, act, team_id, TeamRole.VIEWER)
    asked = read()
    wanted = asked.wanted
    _check_reads(act, wanted.label, everything=wanted.is_about_versions or asked.overview)
    page = Page.of(tx.search.find(team.id, wanted), wanted.cut, lambda hit: hit.place)
    ids = [hit.prompt.id for hit in page.items]
    overviews = tx.search.overviews(ids) if asked.overview else None
    authors = {one.newest.author for one in (overviews or {}).values() if one.newest}
    return Listed(
        page=page,
        overviews=overviews,
        matches=_matches(tx, ids, wanted.words) if wanted.words else None,
        names=_names(tx, act, team, authors),
    )


def choices(tx: Transaction, act: Act, team_id: str) -> tuple[Choices, Names]:
    """Give what the list of a team's prompts can be narrowed down to; needs a viewer.

    Raises:
        Forbidden: As its name says, and for a key that is limited to labels.
    """
    team = require_team(tx, act, team_id, TeamRole.VIEWER)
    _check_reads(act, None, everything=True)
    found = tx.search.choices(team.id, MAX_CHOICES)
    return found, _names(tx, act, team, {author for author, _ in found.authors})


def _check_reads(act: Act, label: str | None, *, everything: bool) -> None:
    """Let a key that is limited to some labels learn nothing of versions that these do not lead to."""
    limit = readable(act.subject)
    if everything and limit != NO_LIMIT:
        raise Forbidden(needs="an API key that may read every label", has=f"one limited to reading {limit}")
    if label is not None:
        check_reads(limit, by_label(label), ())


def _matches(tx: Transaction, prompt_ids: Sequence[str], words: Sequence[str]) -> dict[str, Match]:
    said = tx.search.saying(prompt_ids, words)
    return {one: Match(number=number, excerpt=excerpt(content, words)) for one, (number, content) in said.items()}


def _names(tx: Transaction, act: Act, team: Team, authors: set[tuple[str, str]]) -> Names:
    return {author: name_in(tx, act, team, author) for author in authors}
