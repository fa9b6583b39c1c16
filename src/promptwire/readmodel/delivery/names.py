"""Names: sets of what processes use, remembered so that they need not be sent each time."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Sequence

from promptwire.domain.errors import InvalidInput
from promptwire.domain.texts import MAX_NAME
from promptwire.domain.versions import ByLabel, ByLive, ByNumber, Reference, by_label
from promptwire.readmodel.delivery.cursors import tag
from promptwire.wire.sync import Asked

_REMEMBERED = 400_000
"""Names, of all sets together."""
_MAX_NUMBER = 2**31 - 1


class Names:
    """What a process uses, in one order."""

    __slots__ = ("asked", "by_slug", "tag")

    def __init__(self, asked: Iterable[Asked]) -> None:
        self.asked: Sequence[Asked] = sorted(set(asked), key=_order)
        self.tag = tag("\0".join(f"{one.prompt}\1{one.label}\1{one.version}" for one in self.asked))
        by_slug: defaultdict[str, list[Asked]] = defaultdict(list)
        for one in self.asked:
            by_slug[slug_of(one)].append(one)
        self.by_slug = dict(by_slug)

    def with_more(self, more: Collection[Asked]) -> Names:
        """Give these and more."""
        return Names([*self.asked, *more]) if more else self


class RememberedNames:
    """Sets of names by their tag, as many as fit; what was not asked for longest goes first."""

    def __init__(self) -> None:
        self._sets: OrderedDict[bytes, Names] = OrderedDict()
        self._count = 0

    def get(self, asked: bytes) -> Names | None:
        """Give the names with a tag, if they are remembered."""
        names = self._sets.get(asked)
        if names:
            self._sets.move_to_end(asked)
        return names

    def put(self, names: Names) -> None:
        """Remember names."""
        if self._sets.get(names.tag) is None:
            self._count += len(names.asked)
        self._sets[names.tag] = names
        self._sets.move_to_end(names.tag)
        while self._count > _REMEMBERED and len(self._sets) > 1:
            self._count -= len(self._sets.popitem(last=False)[1].asked)


def slug_of(asked: Asked) -> str:
    """Give the slug of a name, without its team."""
    return asked.prompt.rpartition("/")[2]


def team_of(asked: Asked) -> str | None:
    """Give the team of a name, where it says one."""
    return asked.prompt.rpartition("/")[0] or None


def reference_of(asked: Asked) -> Reference:
    """Give which version of its prompt a name means."""
    if asked.version is not None:
        return ByNumber(asked.version)
    return ByLive() if asked.label is None else by_label(asked.label)


def label_of(asked: Asked) -> str | None:
    """Give the label of a name; None where it means the live version or a number."""
    reference = reference_of(asked)
    return reference.label if isinstance(reference, ByLabel) else None


def check(asked: Asked, where: str) -> Asked:
    """Give back a name that may mean something.

    Raises:
        InvalidInput: When it cannot; `where` says which one it is.
    """
    parts = asked.prompt.split("/")
    if len(parts) > 2 or not all(parts) or len(parts[-1]) > MAX_NAME:  # noqa: PLR2004 - team and slug
        raise InvalidInput(f"{where}: prompt must be a slug or team/slug", "prompt")
    if asked.label is not None and asked.version is not None:
        raise InvalidInput(f"{where}: give label or version, not both", "version")
    if asked.label == "":
        raise InvalidInput(f"{where}: label must not be empty", "label")
    if asked.version is not None and not 1 <= asked.version <= _MAX_NUMBER:
        raise InvalidInput(f"{where}: version must be a number from 1 up", "version")
    return asked


def _order(asked: Asked) -> tuple[str, str, int]:
    return asked.prompt, asked.label or "", asked.version or 0
