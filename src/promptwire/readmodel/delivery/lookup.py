"""Looking up what many names mean now, in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from promptwire.domain.addresses import check_only, teams_named
from promptwire.domain.errors import AmbiguousSlug, NotFound
from promptwire.domain.organizations import Team
from promptwire.domain.versions import ByLabel, ByNumber
from promptwire.ports.delivery import Head, Place, Pointer
from promptwire.ports.storage import Transaction
from promptwire.readmodel.delivery.names import reference_of, slug_of, team_of
from promptwire.wire.sync import Asked, Found, Gone


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name means: a version of a prompt, or why none."""

    prompt_id: str | None
    outcome: Found | Gone


def look_up(tx: Transaction, teams: Mapping[str, Team], asked: Sequence[Asked]) -> Sequence[Meaning]:
    """Give what each name means to who sees the prompts of these teams."""
    owners: defaultdict[str, list[Place]] = defaultdict(list)
    for place in tx.delivery.named({slug_of(one) for one in asked}, teams.keys()) if teams else ():
        owners[place.slug].append(place)
    placed = [_place(one, owners[slug_of(one)], teams) for one in asked]
    prompts = _Prompts(tx, [(one, place) for one, place in zip(asked, placed, strict=True) if isinstance(place, Place)])
    return [
        Meaning(place.prompt_id, prompts.meaning(one, place, teams[place.team_id].slug))
        if isinstance(place, Place)
        else Meaning(None, place)
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

    def __init__(self, tx: Transaction, named: Sequence[tuple[Asked, Place]]) -> None:
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

    def meaning(self, asked: Asked, place: Place, team: str) -> Found | Gone:
        """Give the version that a name of a prompt means."""
        head = self._head(asked, place.prompt_id)
        if head is None:
            error = NotFound("live version" if asked.version is None and not _label(asked) else "version")
            return Gone(asked=asked, reason=error.code)
        return found(asked, place, head, team=team, labels=self._labels[place.prompt_id])

    def _head(self, asked: Asked, prompt_id: str) -> Head | None:
        reference = reference_of(asked)
        if isinstance(reference, ByNumber):
            return self._numbered.get((prompt_id, reference.number))
        if isinstance(reference, ByLabel):
            return self._heads.get(self._labels[prompt_id].get(reference.label, ""))
        return self._live.get(prompt_id)


def _label(asked: Asked) -> bool:
    return isinstance(reference_of(asked), ByLabel)


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
