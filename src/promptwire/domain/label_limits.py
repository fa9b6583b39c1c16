"""The labels that an API key may read and those it may move, where it is limited to some; `live` stands for the status.

Pure, so that the read model asks the same functions as the use cases.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from promptwire.domain.errors import Forbidden, InvalidInput
from promptwire.domain.protected_labels import check_protected_label
from promptwire.domain.subjects import KeySubject, OperatorSubject, Subject
from promptwire.domain.versions import LIVE, ByLabel, ByNumber, Reference, Status, Version

MAX_LIMIT = 50
"""Labels in one limit."""


@dataclass(frozen=True, slots=True)
class LabelLimit:
    """What a key may read, or move; None is everything."""

    labels: frozenset[str] | None = None

    def allows(self, label: str) -> bool:
        """Tell whether a label, in exactly this spelling, is within the limit."""
        return self.labels is None or label in self.labels

    def allows_any(self, labels: Iterable[str]) -> bool:
        """Tell whether one of the labels is within the limit; without a limit, also where there is none."""
        return self.labels is None or not self.labels.isdisjoint(labels)

    def __str__(self) -> str:
        """Name the labels."""
        return ", ".join(map(repr, sorted(self.labels or ()))) or "none"


NO_LIMIT = LabelLimit()


def readable(subject: Subject | OperatorSubject) -> LabelLimit:
    """Give what a subject may read of the prompts it sees: all of it, but for a key that is limited."""
    return _limit(subject.key.readable_labels) if isinstance(subject, KeySubject) else NO_LIMIT


def movable(subject: Subject | OperatorSubject) -> LabelLimit:
    """Give what a subject may move, were there no other rule: everything, but for a key that is limited."""
    return _limit(subject.key.movable_labels) if isinstance(subject, KeySubject) else NO_LIMIT


def _limit(labels: tuple[str, ...] | None) -> LabelLimit:
    return NO_LIMIT if labels is None else LabelLimit(frozenset(labels))


def leading_to(version: Version) -> tuple[str, ...]:
    """Give the labels of a version, and `live` where it is live."""
    return (*version.labels, LIVE) if version.status is Status.LIVE else version.labels


def check_reads(limit: LabelLimit, reference: Reference, leading: Collection[str]) -> None:
    """Let a reference be read, given the labels that lead to its version now (`leading_to`).

    By a label or as live, that label must be within the limit; by number, one of those that lead to the version.

    Raises:
        Forbidden: Naming the label, and the limit.
    """
    if isinstance(reference, ByNumber):
        if not limit.allows_any(leading):
            raise Forbidden(needs=f"an API key that may read version {reference.number}", has=_reads(limit))
        return
    label = reference.label if isinstance(reference, ByLabel) else LIVE
    if not limit.allows(label):
        raise Forbidden(needs=f"an API key that may read label {label!r}", has=_reads(limit))


def _reads(limit: LabelLimit) -> str:
    return f"one limited to reading {limit}"


def check_moves_within(limit: LabelLimit, labels: Iterable[str]) -> None:
    """Let labels be moved that are all within a limit.

    Raises:
        Forbidden: Naming the labels that are not, and the limit.
    """
    beyond = sorted({label for label in labels if not limit.allows(label)})
    if beyond:
        named = ", ".join(map(repr, beyond))
        raise Forbidden(needs=f"an API key that may move {named}", has=f"one limited to moving {limit}")


def check_readable(labels: Iterable[str] | None) -> tuple[str, ...] | None:
    """Give back the labels that a key shall be limited to reading; a key that may read none would be no key.

    Raises:
        InvalidInput: As `check_limit`, and when there are none.
    """
    checked = check_limit(labels, "readable_labels")
    if checked == ():
        raise InvalidInput("readable_labels must name a label", "readable_labels")
    return checked


def check_limit(labels: Iterable[str] | None, field: str) -> tuple[str, ...] | None:
    """Give back the labels that a key shall be limited to, each once; None is no limit.

    Raises:
        InvalidInput: When one could not be a label, or there are more than 50.
    """
    if labels is None:
        return None
    checked = tuple(dict.fromkeys(check_protected_label(label, field) for label in labels))
    if len(checked) > MAX_LIMIT:
        raise InvalidInput(f"{field} must name at most {MAX_LIMIT} labels", field)
    return checked
