"""Scores of versions: taken from whoever may read the prompt, listed and compared. None of this is a change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from promptwire.domain.errors import NotFound
from promptwire.domain.pages import Cut, Moment, Page, moment_of
from promptwire.domain.roles import Operation
from promptwire.domain.scores import Comparison, GivenScore, Summary, compare, summaries
from promptwire.domain.subjects import KeySubject
from promptwire.domain.versions import ByLive, Reference, Version
from promptwire.ports.storage import Transaction
from promptwire.services.access import find_prompt
from promptwire.services.calls import Act, Input
from promptwire.services.finding import find_version
from promptwire.wire.scores import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The version that is meant: of a prompt by id or slug."""

    prompt: str
    reference: Reference
    team: str | None = None
    """The slug or id of the team, where several have such a slug."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of scores that were sent."""

    new: int
    known: int
    """How many came before, under the same id: the first one counts."""


def give(tx: Transaction, act: Act, place: Place, read: Input[Sequence[Score]]) -> Taken:
    """Take scores of a version, each id once; needs a viewer, or any key that reads the version.

    Raises:
        NotFound, AmbiguousSlug, Forbidden, InvalidInput, InvalidBody: As their names say.
    """
    prompt = find_prompt(tx, act, place.prompt, place.team)
    version = find_version(tx, act, prompt, place.reference)
    given = {score.id: score for score in reversed(read())}
    if tx.prompts.lock(prompt.id) is None:  # held, so that of two who bring the same scores one counts them
        raise NotFound("prompt")
    if tx.versions.by_number(prompt.id, version.number) is None:
        raise NotFound("version")
    known = tx.scores.known(prompt.id, sorted(given))
    new = [_made(score, act, version) for score_id, score in given.items() if score_id not in known]
    tx.scores.insert(new)
    return Taken(new=len(new), known=len(given) - len(new))


def _made(score: Score, act: Act, version: Version) -> GivenScore:
    kind, author_id = act.subject.log_name
    return GivenScore(
        id=score.id,
        version_id=version.id,
        prompt_id=version.prompt_id,
        name=score.name,
        value=score.value,
        trace_id=score.trace_id,
        comment=score.comment,
        author_kind=kind,
        author_id=author_id,
        created_at=act.now,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedScores:
    """Which single scores are asked for."""

    cut: Cut[Moment]
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoresOfVersion:
    """What the scores of a version say, and a page of them."""

    version: Version
    summaries: Sequence[Summary]
    page: Page[GivenScore, Moment]


def of_version(tx: Transaction, act: Act, place: Place, read: Input[AskedScores]) -> ScoresOfVersion:
    """Give what the scores of a version say together, and single ones, newest first; needs a viewer.

    A key that only reads learns no comments and traces: such keys lie in applications.

    Raises:
        NotFound, AmbiguousSlug, Forbidden, InvalidInput: As their names say.
    """
    prompt = find_prompt(tx, act, place.prompt, place.team)
    version = find_version(tx, act, prompt, place.reference)
    asked = read()
    found = tx.scores.of_version(version.id, asked.name, asked.cut)
    if isinstance(act.subject, KeySubject) and act.subject.key.operation is Operation.READ_RENDER:
        found = [replace(one, comment=None, trace_id=None) for one in found]
    said = summaries(tx.scores.tallies([version.id])[version.id])
    return ScoresOfVersion(version=version, summaries=said, page=Page.of(found, asked.cut, moment_of))


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What two versions got."""

    before: Version
    after: Version
    comparisons: Sequence[Comparison]


def compared(tx: Transaction, act: Act, before: Place, after: Reference | None) -> Compared:
    """Put the scores of two versions side by side; without a second one, the newest version; needs a viewer.

    Raises:
        NotFound, Forbidden: As their names say.
    """
    prompt = find_prompt(tx, act, before.prompt, before.team)
    first = find_version(tx, act, prompt, before.reference)
    second = find_version(tx, act, prompt, after) if after else _newest(tx, prompt.id, first)
    tallies = tx.scores.tallies([first.id, second.id])
    found = compare(summaries(tallies[first.id]), summaries(tallies[second.id]))
    return Compared(before=first, after=second, comparisons=found)


def _newest(tx: Transaction, prompt_id: str, other: Version) -> Version:
    newest = tx.versions.of_prompt(prompt_id, None, (), Cut(limit=1))
    return newest[0] if newest else other


LIVE_FIRST: Reference = ByLive()
"""What a version is compared with where nothing else is named."""
