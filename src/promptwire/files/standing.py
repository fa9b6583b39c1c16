"""How a prompt stands: what became of it here, and on the server, since both were last the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from promptwire.files.errors import FileError
from promptwire.files.lock import Entry, Lock
from promptwire.files.prompt_file import SUFFIX, PromptFile, State
from promptwire.files.reading import Parsed, Source
from promptwire.wire.content import Content

Place: TypeAlias = "tuple[str, str]"
"""The slug of a team, which is the name of its folder, and the slug of a prompt."""


class Standing(Enum):
    """What became of it, in words for people."""

    SAME = "same"
    NEW_HERE = "new here"
    NEW_THERE = "new on the server"
    CHANGED_HERE = "changed here"
    CHANGED_THERE = "changed on the server"
    CHANGED_BOTH = "changed on both sides"
    DELETED_HERE = "deleted here"
    DELETED_HERE_CHANGED_THERE = "deleted here, changed on the server"
    GONE_THERE = "archived on the server"
    CHANGED_HERE_GONE_THERE = "changed here, archived on the server"
    FORGOTTEN = "gone on both sides"
    INVALID = "not a prompt"
    UNRESOLVED = "a conflict to settle"

    @property
    def is_conflict(self) -> bool:
        """Tell whether both sides changed it, and somebody has to look."""
        return self in _CONFLICTS


_CONFLICTS = frozenset(
    {
        Standing.CHANGED_BOTH,
        Standing.DELETED_HERE_CHANGED_THERE,
        Standing.CHANGED_HERE_GONE_THERE,
        Standing.UNRESOLVED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Local:
    """A prompt file in the folder."""

    path: str
    """Below the folder, with `/` between its parts."""
    team: str
    slug: str
    source: Source
    parsed: Parsed

    @property
    def file(self) -> PromptFile:
        """Give what it says."""
        return self.parsed.file

    @property
    def stem(self) -> str:
        """Give its name without `.prompt.md`."""
        return self.path.rpartition("/")[2].removesuffix(SUFFIX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A file in the folder that is no prompt, or none yet: somebody has to look at it first."""

    path: str
    team: str
    slug: str
    """What it would be by its name."""
    error: FileError


@dataclass(frozen=True, slots=True)
class Files:
    """All that is in the folder."""

    prompts: Mapping[Place, Local] = field(default_factory=dict)
    broken: tuple[Broken, ...] = ()
    lock: Lock = field(default_factory=Lock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """A prompt on the server, and its newest version that is in use."""

    prompt_id: str
    team: str
    """The slug of its team."""
    slug: str
    name: str
    description: str = ""
    content: Content | None = None
    """None for a prompt without any version in use."""
    version: int = 0
    version_id: str = ""
    status: str = ""
    was_live: bool = False
    """Whether that version is, or was, live."""
    source: str | None = None
    """Where that version came from, as whoever wrote it said."""
    archived: bool = False
    last_number: int = 0
    """The highest number of all its versions."""

    @property
    def state(self) -> State | None:
        """Give what is kept in step of it."""
        if self.content is None:
            return None
        return State(name=self.name, description=self.description, content=self.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One prompt, on all sides on which it is."""

    team: str
    slug: str
    path: str | None
    """Where its file is, or was; None where it never had one."""
    local: Local | None = None
    remote: Remote | None = None
    base: Entry | None = None
    error: FileError | None = None
    """What is wrong with the file."""
    standing: Standing

    @property
    def name(self) -> str:
        """Give what to call it."""
        return f"{self.team}/{self.slug}"

    @property
    def is_moved(self) -> bool:
        """Tell whether the prompt went to another team on the server, and its file has not followed yet."""
        return self.local is not None and self.local.team != self.team


def stand(base: State | None, here: State | None, there: State | None) -> Standing:
    """Say what became of a prompt since `base`, by what it is here and there; None where it is not."""
    if here is None or there is None:
        return _one_sided(base, here, there)
    if here.is_like(there):
        return Standing.SAME
    if base is None:
        return Standing.CHANGED_BOTH
    if here.is_like(base):
        return Standing.CHANGED_THERE
    return Standing.CHANGED_HERE if there.is_like(base) else Standing.CHANGED_BOTH


def _one_sided(base: State | None, here: State | None, there: State | None) -> Standing:
    if here is None and there is None:
        return Standing.FORGOTTEN
    if here is not None:
        if base is None:
            return Standing.NEW_HERE
        return Standing.GONE_THERE if here.is_like(base) else Standing.CHANGED_HERE_GONE_THERE
    if base is None:
        return Standing.NEW_THERE
    return Standing.DELETED_HERE if base.is_like(there) else Standing.DELETED_HERE_CHANGED_THERE
