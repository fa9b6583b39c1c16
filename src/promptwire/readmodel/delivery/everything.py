"""Everything: what changed since a cursor, of all that somebody sees."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from promptwire.domain.errors import NotFound
from promptwire.domain.label_limits import readable
from promptwire.domain.organizations import Team
from promptwire.domain.subjects import Subject
from promptwire.domain.versions import LIVE
from promptwire.ports.delivery import Head, Place
from promptwire.ports.storage import Transaction
from promptwire.readmodel.delivery.deltas import is_concerned, was_had
from promptwire.readmodel.delivery.lookup import Meaning, found
from promptwire.readmodel.delivery.pages import AT_ONCE, Page
from promptwire.readmodel.delivery.sights import teams_of
from promptwire.readmodel.delivery.touches import Touch
from promptwire.wire.sync import Asked, Found, Gone

PROMPTS = 500
"""Prompts that are looked at for one page."""


@dataclass(frozen=True, slots=True)
class Part:
    """A page, and where it ends if there is more."""

    page: Page
    after: str = ""
    """Of a full set: the id of the last prompt."""
    seq: int | None = None
    """Of what changed: the entry of the log up to which it is told."""


def read_all(tx: Transaction, subject: Subject, after: str) -> Part:
    """Read every prompt behind one, as many as fit on a page."""
    teams = teams_of(tx, subject)
    places = tx.delivery.owned(teams.keys(), after, PROMPTS) if teams else ()
    page = Page(set())
    page.put_purged(tx, (place.prompt_id for place in places))
    prompts = _Prompts(tx, subject, teams, places=places)
    for at in range(0, len(places), AT_ONCE):
        some = places[at : at + AT_ONCE]
        page.put(tx, [meaning for place in some for meaning in prompts.meanings(place)])
        if page.is_full and at + AT_ONCE < len(places):
            return Part(page, after=some[-1].prompt_id)
    return Part(page, after=places[-1].prompt_id if len(places) == PROMPTS else "")


def read_changed(tx: Transaction, subject: Subject, touches: Sequence[Touch]) -> Part:
    """Read the prompts that some changes are about, in the order of the last change of each."""
    teams = teams_of(tx, subject)
    by_prompt = _by_prompt(touches)
    some = list(by_prompt)[:PROMPTS]
    places = {place.prompt_id: place for place in tx.delivery.places(some) if place.team_id in teams}
    prompts = _Prompts(tx, subject, teams, places=places.values())
    page = Page(set())
    for prompt_id in some:
        place, told = places.get(prompt_id), by_prompt[prompt_id]
        meanings = [*_left(prompt_id, told, teams, place), *(prompts.changed(place, told) if place else ())]
        page.had |= {
            one.outcome.content_hash for one in meanings if isinstance(one.outcome, Found) and was_had(one, told)
        }
        page.put(tx, [one for one in meanings if is_concerned(one, told)])
        if page.is_full and prompt_id != next(reversed(by_prompt)):
            return Part(page, seq=told[-1].seq)
    return Part(page, seq=by_prompt[some[-1]][-1].seq if len(by_prompt) > PROMPTS else None)


def _by_prompt(touches: Sequence[Touch]) -> dict[str, list[Touch]]:
    by_prompt: defaultdict[str, list[Touch]] = defaultdict(list)
    for touch in touches:
        if touch.prompt_id:
            by_prompt[touch.prompt_id].append(touch)
    return dict(sorted(by_prompt.items(), key=lambda item: item[1][-1].seq))


def _left(
    prompt_id: str, touches: Sequence[Touch], teams: Mapping[str, Team], place: Place | None
) -> Sequence[Meaning]:
    """Say that a prompt is where it was no more: by the name it had in each team that is seen."""
    left = {team_id for touch in touches if touch.moves_prompt for team_id in touch.team_ids} & teams.keys()
    slugs = {touch.slug for touch in touches if touch.slug} | ({place.slug} if place else set())
    called = _called(teams)
    names = {f"{called[team_id]}/{slug}" for team_id in left if not place or team_id != place.team_id for slug in slugs}
    gone = NotFound("prompt").code
    return [Meaning(prompt_id, Gone(asked=Asked(name), reason=gone)) for name in sorted(names)]


def _called(teams: Mapping[str, Team]) -> Mapping[str, str]:
    """Give the slug of each team by its id, or the id where several teams that are seen have the same slug."""
    slugs = Counter(team.slug for team in teams.values())
    return {team.id: team.slug if slugs[team.slug] == 1 else team.id for team in teams.values()}


class _Prompts:
    """The live version and the labels of some prompts."""

    def __init__(
        self, tx: Transaction, subject: Subject, teams: Mapping[str, Team], *, places: Collection[Place]
    ) -> None:
        self._limit = readable(subject)
        ids = [place.prompt_id for place in places]
        self._called = _called(teams)
        self._teams = teams
        self._labels: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for pointer in tx.delivery.pointers(ids):
            self._labels[pointer.prompt_id][pointer.label] = pointer.version_id
        self._live = {head.prompt_id: head for head in tx.delivery.live(ids)}
        labelled = {version_id for labels in self._labels.values() for version_id in labels.values()}
        self._heads = {head.version_id: head for head in tx.delivery.heads(labelled)}

    def meanings(self, place: Place) -> Sequence[Meaning]:
        """Give what every name of a prompt means: live, if it is, and its labels."""
        live = self._live.get(place.prompt_id)
        labels = self._labels[place.prompt_id]
        allowed = {label: version_id for label, version_id in labels.items() if self._limit.allows(label)}
        named = [(self._asked(place, label), self._heads[version_id]) for label, version_id in allowed.items()]
        if live and self._limit.allows(LIVE):
            named.insert(0, (self._asked(place, None), live))
        return [self._meaning(place, asked, head) for asked, head in named]

    def changed(self, place: Place, touches: Sequence[Touch]) -> Sequence[Meaning]:
        """Give what its names mean since some changes, and those that mean nothing any more."""
        labels = self._labels[place.prompt_id]
        moved = {touch.label for touch in touches if touch.label and self._limit.allows(touch.label)}
        lost = sorted(moved - labels.keys() - {LIVE})
        gone = [Gone(asked=self._asked(place, label), reason=NotFound("version").code) for label in lost]
        if place.prompt_id not in self._live and LIVE in moved:
            gone.append(Gone(asked=self._asked(place, None), reason=NotFound("live version").code))
        return [*self.meanings(place), *(Meaning(place.prompt_id, one) for one in gone)]

    def _asked(self, place: Place, label: str | None) -> Asked:
        return Asked(f"{self._called[place.team_id]}/{place.slug}", label)

    def _meaning(self, place: Place, asked: Asked, head: Head) -> Meaning:
        team, labels = self._teams[place.team_id], self._labels[place.prompt_id]
        return Meaning(place.prompt_id, found(asked, place, head, team=team.slug, labels=labels), head.version_id)
