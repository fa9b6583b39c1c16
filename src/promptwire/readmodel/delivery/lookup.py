"""Looking up what many names mean now, in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from promptwire.domain.addresses import check_only, teams_named
from promptwire.domain.errors import AmbiguousSlug, Forbidden, NotFound
from promptwire.domain.label_limits import LabelLimit, check_reads, readable
from promptwire.domain.organizations import Team
from promptwire.domain.subjects import Subject
from promptwire.domain.versions import LIVE, ByLabel, ByNumber, Reference
from promptwire.ports.delivery import Head, Place, Pointer
from promptwire.ports.storage import Transaction
from promptwire.readmodel.delivery.names import reference_of, slug_of, team_of
from promptwire.readmodel.delivery.sights import teams_of
from promptwire.wire.sync import PURGED, Asked, Found, Gone


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name means: a version of a prompt, or why none."""

    prompt_id: str | None
    outcome: Found | Gone
    version_id: str | None = None
    """The version, also where it may not be read."""


def look_up(tx: Transaction, subject: Subject, asked: Sequence[Asked]) -> Sequence[Meaning]:
    """Give what each name means to somebody."""
    teams = teams_of(tx, subject)
    owners: defaultdict[str, list[Place]] = defaultdict(list)
    for place in tx.delivery.named({slug_of(one) for one in asked}, teams.keys()) if teams else ():
        owners[place.slug].append(place)
    placed = [_place(one, owners[slug_of(one)], teams) for one in asked]
    named = [(one, place) for one, place in zip(asked, placed, strict=True) if isinstance(place, Place)]
    prompts = _Prompts(tx, readable(subject), named)
    return [
        prompts.meaning(one, place, teams[place.team_id].slug) if isinstance(place, Place) else Meaning(None, place)
        for one, place in zip(asked, placed, strict=True)
    ]


def _place(asked: Asked, owners: Sequence[Place], teams: Mapping[str, Team]) -> Place | Gone:
    try:
        named = teams_named(teams.values(), team_of(asked))
        found = [place for place in owners if place.team_id in named]
        check_only(slug_of(asked), [named[place.team_id] for place in found])
    except NotFound as error:
        return Gone(asked=asked, reason=error.code)
    except AmbiguousSlug as error:
        return Gone(asked=asked, reason=error.code, candidates=error.candidates)
    return found[0]


class _Prompts:
    """The versions that some names of prompts mean."""

    def __init__(self, tx: Transaction, limit: LabelLimit, named: Sequence[tuple[Asked, Place]]) -> None:
        self._limit = limit
        ids = list(dict.fromkeys(place.prompt_id for _, place in named))
        references = [(reference_of(one), place.prompt_id) for one, place in named]
        self._labels = _by_prompt(tx.delivery.pointers(ids))
        self._live = {head.prompt_id: head for head in tx.delivery.live(ids)}
        numbered = {prompt_id for reference, prompt_id in references if isinstance(reference, ByNumber)}
        numbers = {reference.number for reference, _ in references if isinstance(reference, ByNumber)}
        self._numbered = {(one.prompt_id, one.number): one for one in tx.delivery.numbered(numbered, numbers)}
        labelled = {
            self._labels[prompt_id].get(reference.label, "")
            for reference, prompt_id in references
            if isinstance(reference, ByLabel)
        }
        self._heads = {head.version_id: head for head in tx.delivery.heads(labelled)}

    def meaning(self, asked: Asked, place: Place, team: str) -> Meaning:
        """Give the version that a name of a prompt means, if it may be read (domain/label_limits.py)."""
        reference, head = reference_of(asked), None
        try:
            if not isinstance(reference, ByNumber):
                check_reads(self._limit, reference, ())  # first, so that nothing is learned of other labels
            head = self._head(asked, place.prompt_id)
            if head is None:
                return Meaning(place.prompt_id, Gone(asked=asked, reason=_missing(reference)))
            if head.is_purged:
                return Meaning(place.prompt_id, Gone(asked=asked, reason=PURGED), head.version_id)
            outcome = found(asked, place, head, team=team, labels=self._labels[place.prompt_id])
            check_reads(self._limit, reference, (*outcome.labels, LIVE) if outcome.status == LIVE else outcome.labels)
        except Forbidden as error:
            return Meaning(place.prompt_id, Gone(asked=asked, reason=error.code), head.version_id if head else None)
        return Meaning(place.prompt_id, outcome, head.version_id)

    def _head(self, asked: Asked, prompt_id: str) -> Head | None:
        reference = reference_of(asked)
        if isinstance(reference, ByNumber):
            return self._numbered.get((prompt_id, reference.number))
        if isinstance(reference, ByLabel):
            return self._heads.get(self._labels[prompt_id].get(reference.label, ""))
        return self._live.get(prompt_id)


def _missing(reference: Reference) -> str:
    return NotFound("version" if isinstance(reference, ByNumber | ByLabel) else "live version").code


def _by_prompt(pointers: Collection[Pointer]) -> defaultdict[str, dict[str, str]]:
    labels: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for pointer in pointers:
        labels[pointer.prompt_id][pointer.label] = pointer.version_id
    return labels


def found(asked: Asked, place: Place, head: Head, *, team: str, labels: Mapping[str, str]) -> Found:
    """Say which version a name means."""
    return Found(
        asked=asked,
        slug=place.slug,
        team=team,
        prompt_id=place.prompt_id,
        version_id=head.version_id,
        version=head.number,
        status=head.status,
        labels=tuple(label for label, version_id in labels.items() if version_id == head.version_id),
        content_hash=head.content_hash,
    )
