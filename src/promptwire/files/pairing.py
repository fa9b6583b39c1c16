"""Pairing: which file is which prompt of the server, and what both last said alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from promptwire.files.errors import Unresolved
from promptwire.files.lock import Entry, Lock
from promptwire.files.prompt_file import SUFFIX, State
from promptwire.files.standing import Broken, Files, Item, Local, Place, Remote, Standing, stand

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
