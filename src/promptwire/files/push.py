"""Pushing: what becomes of the server's prompts when the changes of the files go out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from promptwire.domain.errors import InvalidTemplate
from promptwire.files.lock import Entry
from promptwire.files.prompt_file import State
from promptwire.files.pushed import Orders, Pushed, Sent
from promptwire.files.release import release
from promptwire.files.standing import Item, Local, Remote, Standing
from promptwire.files.upstream import Origin, Refused, Upstream
from promptwire.wire.codes import ErrorCode

OriginOf = Callable[[Local], Origin]
"""Says of a file what its version is to say of where it came from."""

_NOTES: Mapping[Standing, str] = {
    Standing.NEW_THERE: "is new on the server: pull brings it",
    Standing.CHANGED_THERE: "changed on the server: pull brings it",
    Standing.GONE_THERE: "was archived on the server: pull removes its file",
    Standing.DELETED_HERE: "has no file here any more: --archive archives it on the server",
}
_CONFLICTS: Mapping[Standing, str] = {
    Standing.CHANGED_BOTH: "changed here and on the server: pull merges the two, --ours writes yours over it",
    Standing.DELETED_HERE_CHANGED_THERE: "was deleted here and changed on the server: pull --theirs brings it back, "
    "--archive --ours archives it",
    Standing.CHANGED_HERE_GONE_THERE: "changed here and was archived on the server: --ours restores it, "
    "pull --theirs removes the file",
}


def push(item: Item, upstream: Upstream, orders: Orders, origin_of: OriginOf) -> Pushed:
    """Bring one prompt of the server to what its file says."""
    try:
        return _pushed(item, upstream, orders, origin_of)
    except Refused as error:
        return Pushed(item=item, sent=Sent.REFUSED, refused=(str(error),))


def _pushed(item: Item, upstream: Upstream, orders: Orders, origin_of: OriginOf) -> Pushed:
    if item.error is not None:
        sent = Sent.CONFLICT if item.standing is Standing.UNRESOLVED else Sent.REFUSED
        return Pushed(item=item, sent=sent, refused=(str(item.error),))
    if item.local is None:
        return _without_file(item, upstream, orders)
    if item.standing.is_conflict and not orders.ours:
        return Pushed(item=item, sent=Sent.CONFLICT, notes=(_CONFLICTS[item.standing],))
    if item.standing in {Standing.CHANGED_THERE, Standing.GONE_THERE}:
        return Pushed(item=item, sent=Sent.LEFT, notes=(_NOTES[item.standing],))
    if item.standing is Standing.SAME:
        return release(_same(item), upstream, orders)
    return release(_written(item, upstream, orders, origin_of), upstream, orders)


def _without_file(item: Item, upstream: Upstream, orders: Orders) -> Pushed:
    is_conflict = item.standing is Standing.DELETED_HERE_CHANGED_THERE
    if item.standing is Standing.FORGOTTEN:
        return Pushed(item=item, sent=Sent.NOTHING, locked={item.path or "": None})
    if is_conflict and not (orders.ours and orders.archive):
        return Pushed(item=item, sent=Sent.CONFLICT, notes=(_CONFLICTS[item.standing],))
    if item.remote is None or not orders.archive or item.standing is Standing.NEW_THERE:
        return Pushed(item=item, sent=Sent.LEFT, notes=(_NOTES[item.standing],))
    if not orders.dry_run:
        upstream.archive(item.remote.prompt_id)
    return Pushed(item=item, sent=Sent.ARCHIVED, locked={item.path or "": None})


def _same(item: Item) -> Pushed:
    remote = item.remote
    assert remote is not None and remote.state is not None  # noqa: PT018, S101 - both sides have it
    entry = Entry(prompt_id=remote.prompt_id, version=remote.version, state=remote.state)
    return Pushed(item=item, sent=Sent.NOTHING, locked={item.path or "": entry})


def _written(item: Item, upstream: Upstream, orders: Orders, origin_of: OriginOf) -> Pushed:
    """Write what differs: the prompt, its description, a version."""
    local, remote = item.local, item.remote
    assert local is not None  # noqa: S101 - it is what is written
    state = local.file.state
    if remote is not None and remote.name != state.name:
        raise Refused(f"a prompt keeps its name: write `name: {remote.name}` again, or make a new file")
    if remote is not None and remote.archived and not orders.ours:
        raise Refused("the server has an archived prompt with this slug: --ours restores it")
    _check(local)
    there = remote.state if remote else None
    says_new = there is None or there.content.content_hash != state.content.content_hash
    sent = Sent.CREATED if remote is None else Sent.UPDATED
    if orders.dry_run:
        return Pushed(item=item, sent=sent, version=_next(remote) if says_new else None)
    prompt_id = _prompt(item, local, upstream)
    if not says_new:
        assert remote is not None  # noqa: S101 - it says what the server says
        entry = Entry(prompt_id=prompt_id, version=remote.version, state=state)
        return Pushed(item=item, sent=sent, locked={local.path: entry})
    written = upstream.add_version(prompt_id, state.content, origin_of(local))
    entry = Entry(prompt_id=prompt_id, version=written.number, state=state)
    notes = _overtaken(upstream, prompt_id, remote, written.number)
    now = _remote_now(item, prompt_id, entry, written.version_id)
    return Pushed(item=now, sent=sent, version=written.number, notes=notes, locked={local.path: entry})


def _check(local: Local) -> None:
    """Let templates be pushed that parse, before anything is made for them."""
    from promptwire.domain.templates import check_templates  # noqa: PLC0415 - the engine is loaded where it is needed

    try:
        check_templates(local.file.state.content)
    except InvalidTemplate as error:
        line = local.parsed.body_line + (error.line or 1) - 1 if local.file.state.content.kind == "text" else None
        raise Refused(f"line {line}: {error.message}" if line else error.message) from None


def _next(remote: Remote | None) -> int:
    return remote.last_number + 1 if remote else 1


def _prompt(item: Item, local: Local, upstream: Upstream) -> str:
    """Give the prompt's id, once it is there, in use, and described as the file says."""
    state, remote = local.file.state, item.remote
    if remote is None:
        return _created(item, upstream, state)
    if remote.archived:
        upstream.restore(remote.prompt_id)
    if remote.description != state.description:
        upstream.describe(remote.prompt_id, state.description)
    return remote.prompt_id


def _created(item: Item, upstream: Upstream, state: State) -> str:
    try:
        return upstream.create_prompt((item.team, item.slug), state)
    except Refused as error:
        if error.code != ErrorCode.ALREADY_EXISTS:
            raise
        words = f"{error}. If the file was renamed, write the slug of its prompt into it: `slug: …`"
        raise Refused(words, code=error.code) from None


def _overtaken(upstream: Upstream, prompt_id: str, remote: Remote | None, number: int) -> tuple[str, ...]:
    """Say who else wrote a version since the server was asked."""
    last = remote.last_number if remote else 0
    others = upstream.versions_between(prompt_id, last, number) if number > last + 1 else ()
    if not others:
        return ()
    named = ", ".join(map(str, others))
    return (f"somebody else wrote version {named} at the same time; version {number} does not hold what it says",)


def _remote_now(item: Item, prompt_id: str, entry: Entry, version_id: str) -> Item:
    state = entry.state
    remote = item.remote or Remote(prompt_id=prompt_id, team=item.team, slug=item.slug, name=state.name)
    now = replace(
        remote,
        description=state.description,
        content=state.content,
        version=entry.version,
        version_id=version_id,
        status="draft",
        was_live=False,
        archived=False,
    )
    return replace(item, remote=now)
