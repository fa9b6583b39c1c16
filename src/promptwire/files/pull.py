"""Pulling: what becomes of the files when the server's changes come in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, TypeVar

from promptwire.domain.texts import fold
from promptwire.files import merging
from promptwire.files.conflicts import conflicted
from promptwire.files.lock import Entry
from promptwire.files.prompt_file import SUFFIX, PromptFile, State, needs_slug, stem_of
from promptwire.files.standing import Item, Local, Remote, Standing
from promptwire.files.writing import edit, write

Value = TypeVar("Value")


class Step(Enum):
    """What is done with a file."""

    NOTHING = "nothing"
    CREATE = "create"
    UPDATE = "update"
    MERGE = "merge"
    MOVE = "move"
    DELETE = "delete"
    CONFLICT = "conflict"
    """Both sides stand in the file now, or nothing was done, and somebody has to look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What becomes of one file."""

    item: Item
    step: Step
    path: str | None
    data: bytes | None = None
    """What the file holds then; None where it is not written."""
    removed: str | None = None
    """The path of a file that goes: all of it, or because its prompt is in the folder of another team now."""
    locked: Mapping[str, Entry | None]
    """What the lock file says then, by path; None where it says nothing of it any more."""
    fields: tuple[str, ...] = ()
    """Those in conflict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How somebody wants to pull."""

    theirs: bool = False
    """Whether the server's side is taken where both changed."""
    labels: Mapping[str, tuple[str, ...]] | None = None
    """The labels that new files are to name, by the id of the prompt."""


_STEPS: Final[Mapping[Standing, Step]] = {
    Standing.NEW_THERE: Step.CREATE,
    Standing.CHANGED_THERE: Step.UPDATE,
    Standing.CHANGED_BOTH: Step.MERGE,
    Standing.GONE_THERE: Step.DELETE,
}
_THEIRS: Final[Mapping[Standing, Step]] = {
    Standing.CHANGED_BOTH: Step.UPDATE,
    Standing.DELETED_HERE: Step.CREATE,
    Standing.DELETED_HERE_CHANGED_THERE: Step.CREATE,
    Standing.CHANGED_HERE_GONE_THERE: Step.DELETE,
}
"""What is done where the server's side is taken, instead of `_STEPS`."""


def pull(item: Item, taken: set[str], wishes: Wishes) -> Pulled:
    """Say what becomes of a file; `taken` are the stems in its folder, folded, and gets that of a new one."""
    step = _STEPS.get(item.standing, Step.NOTHING)
    if wishes.theirs:
        step = _THEIRS.get(item.standing, step)
    pulled = _pulled(item, step, taken, wishes)
    return _moved(pulled, _needed(item.local), taken) if item.is_moved and step is not Step.DELETE else pulled


def _moved(pulled: Pulled, local: Local, taken: set[str]) -> Pulled:
    """Let a file follow its prompt into the folder of another team, unless one of its name is there."""
    if fold(local.stem) in taken:
        return pulled
    taken.add(fold(local.stem))
    path = f"{pulled.item.team}/{local.stem}{SUFFIX}"
    return replace(
        pulled,
        step=Step.MOVE if pulled.step is Step.NOTHING else pulled.step,
        path=path,
        data=local.source.encoded(local.source.text) if pulled.data is None else pulled.data,
        removed=local.path,
        locked={path: next(iter(pulled.locked.values()), pulled.item.base)},
    )


def _pulled(item: Item, step: Step, taken: set[str], wishes: Wishes) -> Pulled:
    match step:
        case Step.CREATE:
            return _created(item, _needed(item.remote), taken, wishes)
        case Step.UPDATE:
            return _edited(item, _needed(item.remote), _needed(_needed(item.remote).state), step)
        case Step.MERGE:
            return _merged(item, _needed(item.remote))
        case Step.DELETE:
            return Pulled(item=item, step=step, path=item.path, removed=item.path, locked={item.path or "": None})
    return _left(item)


def _left(item: Item) -> Pulled:
    """Leave a file as it is; where both sides are the same, the lock says so."""
    step = Step.CONFLICT if item.standing.is_conflict or item.error else Step.NOTHING
    locked: dict[str, Entry | None] = {}
    if item.standing is Standing.FORGOTTEN or (item.standing is Standing.SAME and item.remote):
        locked = {item.path or "": entry_of(item.remote) if item.remote and item.local else None}
    return Pulled(item=item, step=step, path=item.path, locked=locked)


def _needed(value: Value | None) -> Value:
    """Give what is there wherever the standing is what it is."""
    assert value is not None  # noqa: S101 - what stands so has it
    return value


def entry_of(remote: Remote) -> Entry | None:
    """Give what the lock says of a prompt as the server has it."""
    if remote.state is None:
        return None
    return Entry(prompt_id=remote.prompt_id, version=remote.version, state=remote.state)


def _created(item: Item, remote: Remote, taken: set[str], wishes: Wishes) -> Pulled:
    path = item.path
    if path is None:
        path = f"{item.team}/{stem_of(item.slug, taken)}{SUFFIX}"
    stem = path.rpartition("/")[2].removesuffix(SUFFIX)
    file = PromptFile(
        state=_needed(remote.state),
        slug=item.slug if needs_slug(item.slug, stem) else None,
        labels=(wishes.labels or {}).get(remote.prompt_id, ()),
    )
    data = write(file).encode()
    return Pulled(item=item, step=Step.CREATE, path=path, data=data, locked={path: entry_of(remote)})


def _edited(item: Item, remote: Remote, state: State, step: Step) -> Pulled:
    local = _needed(item.local)
    file = PromptFile(state=state, slug=local.file.slug, labels=local.file.labels)
    text = edit(local.source.text, local.parsed, file, local.stem)
    data = local.source.encoded(text)
    return Pulled(item=item, step=step, path=local.path, data=data, locked={local.path: entry_of(remote)})


def _merged(item: Item, remote: Remote) -> Pulled:
    local, there = _needed(item.local), _needed(remote.state)
    base = item.base.state if item.base else None
    merged = merging.merge(base, local.file.state, there)
    if not merged.conflicts:
        return _edited(item, remote, merged.state, Step.MERGE)
    name = f"the server, version {remote.version}"
    text = conflicted(local.source.text, local.parsed, merged, (base, there, name))
    return Pulled(
        item=item,
        step=Step.CONFLICT,
        path=local.path,
        data=local.source.encoded(text),
        locked={local.path: entry_of(remote)},
        fields=merged.conflicts,
    )
