"""How a prompt stands: what became of it here, and on the server, since both were last the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from promptwire.files.errors import FileError, Unresolved
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


Knows: TypeAlias = Callable[[Local, Remote], bool]
"""Tells whether what the server has is an earlier state of a file here, so that it is no change of somebody else's."""


def items(
    files: Files, remote: Mapping[Place, Remote], knows: Knows = lambda _local, _remote: False
) -> tuple[Item, ...]:
    """Put the sides of every prompt together, by team and slug."""
    lock = files.lock
    broken = [_broken(one, remote, lock) for one in files.broken]
    taken = {(item.team, item.slug) for item in broken}
    local = _where_they_belong(files, remote)
    places = {*local, *(place for place, one in remote.items() if _counts(one, lock))} - taken
    both = [(place, local.get(place), remote.get(place)) for place in places]
    found = [_item(place, (here, there), lock, knows) for place, here, there in both] + broken
    seen = {item.path for item in found} | {item.base.prompt_id for item in found if item.base}
    lost = [_lost(path, entry) for path, entry in lock.entries.items() if not {path, entry.prompt_id} & seen]
    return tuple(sorted(found + lost, key=lambda item: (item.team, item.slug)))


def _where_they_belong(files: Files, remote: Mapping[Place, Remote]) -> dict[Place, Local]:
    """Give the files by the places of their prompts: one that went to another team on the server is followed there."""
    local = dict(files.prompts)
    paths = {one.path: place for place, one in local.items()}
    ids = {entry.prompt_id: path for path, entry in files.lock.entries.items()}
    for place, one in remote.items():
        before = paths.get(ids.get(one.prompt_id, ""))
        if before is not None and before != place and place not in local and before not in remote:
            local[place] = local.pop(before)
    return local


def _counts(remote: Remote, lock: Lock) -> bool:
    """Tell whether a prompt of the server matters where there is no file of it."""
    return lock.of_prompt(remote.prompt_id) is not None or (remote.state is not None and not remote.archived)


def _broken(broken: Broken, remote: Mapping[Place, Remote], lock: Lock) -> Item:
    entry = lock.entries.get(broken.path)
    place = next((place for place, one in remote.items() if entry and one.prompt_id == entry.prompt_id), None)
    team, slug = place or (broken.team, broken.slug)
    standing = Standing.UNRESOLVED if isinstance(broken.error, Unresolved) else Standing.INVALID
    return Item(
        team=team,
        slug=slug,
        path=broken.path,
        remote=remote.get((team, slug)),
        base=entry,
        error=broken.error,
        standing=standing,
    )


def _lost(path: str, entry: Entry) -> Item:
    """Give a prompt that is on neither side any more."""
    team, _, name = path.partition("/")
    return Item(team=team, slug=name.removesuffix(SUFFIX), path=path, base=entry, standing=Standing.FORGOTTEN)


def _item(place: Place, sides: tuple[Local | None, Remote | None], lock: Lock, knows: Knows) -> Item:
    local, remote = sides
    base = lock.of_prompt(remote.prompt_id) if remote else None
    known = next((path for path, entry in lock.entries.items() if entry is base), None)
    last = base.state if base else None
    if local and remote and remote.state and not local.file.state.is_like(remote.state) and knows(local, remote):
        last = remote.state  # of an earlier commit of this very file
    standing = stand(last, local.file.state if local else None, _served(remote))
    return Item(
        team=place[0],
        slug=place[1],
        path=local.path if local else known,
        local=local,
        remote=remote,
        base=_as_base(base, last, remote),
        standing=standing,
    )


def _as_base(base: Entry | None, last: State | None, remote: Remote | None) -> Entry | None:
    if last is None or remote is None or (base and base.state is last):
        return base
    return Entry(prompt_id=remote.prompt_id, version=remote.version, state=last)


def _served(remote: Remote | None) -> State | None:
    return None if remote is None or remote.archived else remote.state


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
