"""Deltas: what names mean that may mean something else since a cursor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from promptwire.domain.subjects import Subject
from promptwire.ports.storage import Transaction
from promptwire.readmodel.delivery.lookup import Meaning, look_up
from promptwire.readmodel.delivery.names import Names, label_of, slug_of
from promptwire.readmodel.delivery.pages import NAMES, Page
from promptwire.readmodel.delivery.touches import Touch
from promptwire.wire.codes import ErrorCode
from promptwire.wire.sync import Asked, Found, Gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """What changed since a cursor, as far as names may be concerned."""

    known: Names
    """What the cursor was given for."""
    add: Sequence[Asked]
    by_slug: Mapping[str, Sequence[Touch]]
    """What changed of the prompts with a slug, in order; the slugs in the order of their last change."""
    have: Sequence[str]

    def first(self) -> tuple[Sequence[str], int | None]:
        """Give as many slugs as one page takes names of, and where in the log they end, if there are more."""
        slugs: list[str] = []
        names = 0
        for slug in self.by_slug:
            names += len(self.known.by_slug[slug])
            if slugs and names > NAMES:
                return slugs, self.by_slug[slugs[-1]][-1].seq
            slugs.append(slug)
        return slugs, None


def read_delta(tx: Transaction, subject: Subject, delta: Delta) -> tuple[Page | None, int | None]:
    """Give a page of what may mean something else, and where in the log it ends, if there is more.

    There is no page where what is added does not fit on one: a full set can be continued, so that is sent instead.
    """
    if len(delta.add) > NAMES:
        return None, None
    slugs, reached = delta.first()
    beside = {slug_of(one) for one in delta.add}.difference(slugs)
    held = [one for slug in (*slugs, *beside) for one in delta.known.by_slug.get(slug, ())]
    meanings = look_up(tx, subject, [*held, *delta.add])
    old, new = meanings[: len(held)], meanings[len(held) :]
    page = Page({*delta.have, *_had(old, delta.by_slug)})
    page.put_purged(tx, (one.prompt_id for one in new))
    page.put(tx, new)
    if page.is_full and new:
        return None, None
    for slug in slugs:
        page.put(tx, [one for one in old if _slug(one) == slug and is_concerned(one, delta.by_slug[slug])])
        if page.is_full and slug != slugs[-1]:
            return page, delta.by_slug[slug][-1].seq
    return page, reached


def _slug(meaning: Meaning) -> str:
    return slug_of(meaning.outcome.asked)


def _had(meanings: Sequence[Meaning], by_slug: Mapping[str, Sequence[Touch]]) -> Iterator[str]:
    """Give the hashes of contents that the process has."""
    for one in meanings:
        if isinstance(one.outcome, Found) and was_had(one, by_slug.get(_slug(one), ())):
            yield one.outcome.content_hash


def was_had(meaning: Meaning, touches: Sequence[Touch]) -> bool:
    """Tell whether a name that means a version meant it at the cursor too, with the same text."""
    outcome = meaning.outcome
    if not isinstance(outcome, Found):
        return False
    if outcome.asked.version is not None:  # which a label may have opened to a key that is limited to labels
        return not any(touch.moves_prompt or outcome.version_id in touch.version_ids for touch in touches)
    return not any(_redirected(meaning, touch) or touch.rewrites(outcome.version_id) for touch in touches)


def is_concerned(meaning: Meaning, touches: Sequence[Touch]) -> bool:
    """Tell whether a name means something else than at the cursor, or the version it means has changed."""
    hidden = isinstance(meaning.outcome, Gone) and meaning.outcome.reason == ErrorCode.FORBIDDEN
    return any(
        touch.moves_prompt or meaning.version_id in touch.version_ids or (not hidden and _redirected(meaning, touch))
        for touch in touches
    )


def _redirected(meaning: Meaning, touch: Touch) -> bool:
    """Tell whether a change may have led a name elsewhere."""
    asked = meaning.outcome.asked
    if touch.moves_prompt:
        return True  # also of another prompt with this slug: a bare slug may have become ambiguous, or be so no more
    return touch.prompt_id == meaning.prompt_id and touch.redirects(label_of(asked), asked.version)
