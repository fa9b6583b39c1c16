"""Touches: what an entry of the change log means to who uses prompts, if anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from promptwire.domain.changes import Entry, Fact
from promptwire.domain.versions import LIVE
from promptwire.readmodel.topics import PURGED

MOVES = frozenset({"prompt.moved", "prompt.deleted"})
"""What takes a prompt elsewhere."""
_SILENT = frozenset({"prompt.updated", "prompt.archived", "prompt.restored"})
"""What changes nothing of what any name means: an archived prompt is still rendered (contracts/px0.md 1.4)."""
_TEXTS = frozenset({"version.created", "version.updated", PURGED})


@dataclass(frozen=True, slots=True)
class Touch:
    """One change of what names may mean."""

    seq: int
    action: str
    prompt_id: str | None
    """None: prompts of a whole team come into sight, or go out of it."""
    label: str | None
    """The label that leads elsewhere; `live` for the live status."""
    version_ids: frozenset[str]
    """The versions that have another status, text or label, or came or went."""
    number: int | None
    team_ids: frozenset[str]
    """The teams the prompt was or is in, where the entry says so."""
    slug: str | None

    @property
    def moves_prompt(self) -> bool:
        """Tell whether the prompt came, went, or moved."""
        return self.action.startswith("prompt.")

    def redirects(self, label: str | None, number: int | None) -> bool:
        """Tell whether a name of the prompt, a label, a number, or neither, may mean another version since."""
        if self.moves_prompt:
            return True
        if number is not None:
            return self.number == number and self.action.startswith("version.")
        return self.label == (label or LIVE)

    def rewrites(self, version_id: str) -> bool:
        """Tell whether a version has another text since."""
        return self.action in _TEXTS and version_id in self.version_ids


def touch_of(entry: Entry) -> Touch | None:
    """Give what an entry means to who uses prompts; None for nothing. What is not known means something."""
    change = entry.change
    if change.action in {"team.moved", "team.deleted"}:
        return Touch(entry.seq, change.action, None, None, frozenset(), None, frozenset({change.object_id}), None)
    if change.object_kind not in {"prompt", "version", "label"} or change.action in _SILENT or not change.prompt_id:
        return None
    facts = (change.before, change.after)
    versions = {change.object_id} if change.object_kind == "version" else set()
    versions |= _texts(one.get("version_id") for one in facts)
    numbers = [one.get("number") for one in facts if one.get("number") is not None]
    return Touch(
        seq=entry.seq,
        action=change.action,
        prompt_id=change.prompt_id,
        label=change.label,
        version_ids=frozenset(versions),
        number=numbers[0] if numbers and isinstance(numbers[0], int) else None,
        team_ids=frozenset(_texts(one.get("team_id") for one in facts)),
        slug=next(iter(_texts(one.get("slug") for one in facts)), None),
    )


def _texts(facts: Iterable[Fact]) -> set[str]:
    return {one for one in facts if isinstance(one, str)}
