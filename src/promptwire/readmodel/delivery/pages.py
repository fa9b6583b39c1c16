"""Pages: as much of an answer as is sent at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from promptwire.ports.storage import Transaction
from promptwire.readmodel.delivery.lookup import Meaning
from promptwire.wire.content import Content
from promptwire.wire.sync import Found, Gone

BYTES = 1024 * 1024
"""Of contents, about, after which an answer is ended."""
NAMES = 2_000
"""Names that are looked up for one page of a full set."""
AT_ONCE = 50
"""Names whose contents are read at once, between two looks at the size."""


@dataclass(slots=True)
class Page:
    """What is sent of a set of names."""

    had: set[str]
    """Hashes of contents that need not be sent."""
    found: list[Found] = field(default_factory=list)
    gone: list[Gone] = field(default_factory=list)
    contents: dict[str, Content] = field(default_factory=dict)
    purged: set[str] = field(default_factory=set)
    """Ids of versions whose texts were erased, of the prompts that are told anew: who holds them may not have heard."""
    size: int = 0

    @property
    def is_full(self) -> bool:
        """Tell whether no more should be put on it."""
        return self.size > BYTES

    def put(self, tx: Transaction, meanings: Sequence[Meaning]) -> None:
        """Put what names mean on the page, with the contents that it lacks."""
        missing: dict[str, str] = {}
        for meaning in meanings:
            outcome = meaning.outcome
            if isinstance(outcome, Gone):
                self.gone.append(outcome)
                continue
            self.found.append(outcome)
            if outcome.content_hash not in self.had and outcome.content_hash not in self.contents:
                missing[outcome.content_hash] = outcome.version_id
        self._add(tx.delivery.contents(missing.values()) if missing else {})

    def fill(self, tx: Transaction, meanings: Sequence[Meaning]) -> int:
        """Put names on the page until it is full; gives how many."""
        done = 0
        while done < len(meanings) and not self.is_full:
            self.put(tx, meanings[done : done + AT_ONCE])
            done += AT_ONCE
        return min(done, len(meanings))

    def put_purged(self, tx: Transaction, prompt_ids: Iterable[str | None]) -> None:
        """Put on the page which texts of some prompts were erased."""
        self.purged.update(tx.delivery.purged({one for one in prompt_ids if one}))

    def _add(self, contents: Mapping[str, Content]) -> None:
        self.contents |= contents
        self.size += sum(map(_size, contents.values()))


def _size(content: Content) -> int:
    others = (content.messages, content.model_params, content.tools, content.response_format, content.input_schema)
    return len(content.template or "") + sum(len(repr(one)) for one in others if one is not None)
