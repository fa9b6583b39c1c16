"""What the in-memory server knows: prompts, versions, labels, and what changed when."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import uuid4

from promptwire.wire.codes import ErrorCode
from promptwire.wire.content import Content
from promptwire.wire.scores import Score
from promptwire.wire.sync import PURGED, Asked, Found, Gone


@dataclass(slots=True)
class _Prompt:
    team: str
    slug: str
    id: str = field(default_factory=lambda: str(uuid4()))
    versions: dict[int, tuple[str, Content]] = field(default_factory=dict)
    """By number: id and content."""
    labels: dict[str, int] = field(default_factory=dict)
    live: int | None = None
    changed_at: int = 0
    purged: set[int] = field(default_factory=set)


class GivenScore(NamedTuple):
    """A score that the server was given, and the version it is about."""

    prompt: str
    """The slug."""
    version: int
    score: Score


class Registry:
    """Prompts in memory; every change has the next revision."""

    def __init__(self) -> None:
        self.lock: threading.Condition = threading.Condition()
        self.revision: int = 0
        self.changes: list[tuple[int, str, str]] = []
        """Revision, prompt id and slug of every change, in order."""
        self.purges: list[tuple[int, str]] = []
        self._prompts: dict[str, dict[str, _Prompt]] = {}
        """By slug, then by team."""

    def add(self, name: str, content: Content) -> int:
        """Add a version to a prompt, which is made if need be; gives its number."""
        team, slug = _split(name)
        with self.lock:
            owner = team or "team"
            prompt = self._prompts.setdefault(slug, {}).setdefault(owner, _Prompt(owner, slug))
            number = max([*prompt.versions, *prompt.purged], default=0) + 1
            prompt.versions[number] = (str(uuid4()), content)
            self._touch(prompt)
            return number

    def change(self, name: str, change: Callable[[_Prompt], None]) -> None:
        """Change a prompt that exists.

        Raises:
            KeyError: When there is none of the name.
        """
        with self.lock:
            (prompt,) = self._matching(name) or _missing(name)
            change(prompt)
            self._touch(prompt)

    def purge(self, name: str, version: int) -> None:
        """Erase a version for good."""

        def erase(prompt: _Prompt) -> None:
            version_id, _ = prompt.versions.pop(version)
            prompt.purged.add(version)
            prompt.labels = {label: number for label, number in prompt.labels.items() if number != version}
            prompt.live = None if prompt.live == version else prompt.live
            self.purges.append((self.revision + 1, version_id))

        self.change(name, erase)

    def find(self, asked: Asked) -> tuple[Found, Content] | Gone:
        """Give what a name means now."""
        matching = self._matching(asked.prompt)
        if not matching:
            return Gone(asked=asked, reason=ErrorCode.PROMPT_NOT_FOUND)
        if len(matching) > 1:
            names = tuple(sorted(f"{one.team}/{one.slug}" for one in matching))
            return Gone(asked=asked, reason=ErrorCode.AMBIGUOUS_SLUG, candidates=names)
        return _resolved(matching[0], asked)

    def version(self, prompt: str, which: str, team: str = "") -> tuple[str, int] | None:
        """Give slug and number of the version that a path of the API names; None where there is none."""
        named = [one for owners in self._prompts.values() for one in owners.values() if one.id == prompt]
        matching = named or self._matching(f"{team}/{prompt}" if team else prompt)
        if len(matching) != 1:
            return None
        (found,) = matching
        asked = Asked(found.slug, None, int(which)) if which.isdigit() else Asked(found.slug, which)
        resolved = _resolved(found, asked)
        return None if isinstance(resolved, Gone) else (found.slug, resolved[0].version)

    def changed_since(self, asked: Asked, revision: int) -> bool:
        """Say whether a name may mean something else than at a revision."""
        slug = _split(asked.prompt)[1]
        return any(one.changed_at > revision for one in self._prompts.get(slug, {}).values())

    def _matching(self, name: str) -> Sequence[_Prompt]:
        team, slug = _split(name)
        return [one for owner, one in self._prompts.get(slug, {}).items() if team in {"", owner}]

    def _touch(self, prompt: _Prompt) -> None:
        self.revision += 1
        prompt.changed_at = self.revision
        self.changes.append((self.revision, prompt.id, prompt.slug))
        self.lock.notify_all()


def _resolved(prompt: _Prompt, asked: Asked) -> tuple[Found, Content] | Gone:
    number = asked.version
    if asked.label not in {None, "live"}:
        number = prompt.labels.get(asked.label or "")
    elif number is None:
        number = prompt.live
        if number is None:
            return Gone(asked=asked, reason=ErrorCode.NO_LIVE_VERSION)
    if number in prompt.purged:
        return Gone(asked=asked, reason=PURGED)
    if number is None or number not in prompt.versions:
        return Gone(asked=asked, reason=ErrorCode.VERSION_NOT_FOUND)
    version_id, content = prompt.versions[number]
    found = Found(
        asked=asked,
        slug=prompt.slug,
        team=prompt.team,
        prompt_id=prompt.id,
        version_id=version_id,
        version=number,
        status="live" if number == prompt.live else "stable",
        labels=tuple(sorted(label for label, at in prompt.labels.items() if at == number)),
        content_hash=content.content_hash,
    )
    return found, content


def _split(name: str) -> tuple[str, str]:
    team, _, slug = name.rpartition("/")
    return team, slug


def _missing(name: str) -> Sequence[_Prompt]:
    raise KeyError(f"there is no prompt {name!r}")
