"""Releasing what was pushed: a version is promoted and labelled once, and what others decided since stays."""

from __future__ import annotations

from dataclasses import replace

from promptwire.files.pushed import Orders, Pushed
from promptwire.files.standing import Remote
from promptwire.files.upstream import Refused, Upstream


def release(pushed: Pushed, upstream: Upstream, orders: Orders) -> Pushed:
    """Promote and label the version that the file is now, where that was asked for and did not happen before."""
    local, remote = pushed.item.local, pushed.item.remote
    if local is None:
        return pushed
    labels = tuple(dict.fromkeys((*local.file.labels, *orders.labels)))
    if orders.dry_run:
        return _foreseen(pushed, upstream, labels, orders)
    if remote is None or remote.state is None:
        return pushed
    if orders.promote:
        pushed = _promoted(pushed, remote, upstream, orders.promote)
    return _labelled(pushed, remote, upstream, labels) if labels else pushed


def _foreseen(pushed: Pushed, upstream: Upstream, labels: tuple[str, ...], orders: Orders) -> Pushed:
    remote = pushed.item.remote
    is_new = pushed.version is not None or remote is None
    there = upstream.labels(remote.prompt_id) if remote and labels else {}
    wanted = labels if is_new else tuple(one for one in labels if remote and there.get(one) != remote.version)
    promotes = orders.promote if is_new or (remote and _lacks(remote, orders.promote or "")) else None
    return replace(pushed, labels=wanted, promoted=promotes)


def _lacks(remote: Remote, to: str) -> bool:
    """Tell whether a version never had a status that it is to have; one that was taken out of it is left alone."""
    return remote.status == "draft" if to == "stable" else not remote.was_live


def _promoted(pushed: Pushed, remote: Remote, upstream: Upstream, to: str) -> Pushed:
    if not _lacks(remote, to):
        if to == "live" and remote.status != "live":
            note = (
                f"version {remote.version} was live before, and was taken out of it: promote it by name if it should be"
            )
            return replace(pushed, notes=(*pushed.notes, note))
        return pushed
    try:
        request = upstream.promote(remote.prompt_id, remote.version, to)
    except Refused as error:
        return replace(pushed, refused=(*pushed.refused, f"version {remote.version} to {to}: {error}"))
    if request:
        return replace(pushed, requests=(*pushed.requests, request))
    return replace(pushed, promoted=to)


def _labelled(pushed: Pushed, remote: Remote, upstream: Upstream, labels: tuple[str, ...]) -> Pushed:
    there = upstream.labels(remote.prompt_id)
    for label in labels:
        if there.get(label) == remote.version:
            continue
        if pushed.version is None and upstream.was_on(remote.prompt_id, label, remote.version):
            note = f"somebody moved {label} away from version {remote.version}: it stays where it is"
            pushed = replace(pushed, notes=(*pushed.notes, note))
            continue
        pushed = _label(pushed, upstream, label, there.get(label, 0))
    return pushed


def _label(pushed: Pushed, upstream: Upstream, label: str, expected: int) -> Pushed:
    remote = pushed.item.remote
    assert remote is not None  # noqa: S101 - it has a version to label
    try:
        request = upstream.set_label(remote.prompt_id, remote.version, label, expected=expected)
    except Refused as error:
        return replace(pushed, refused=(*pushed.refused, f"{label} on version {remote.version}: {error}"))
    if request:
        return replace(pushed, requests=(*pushed.requests, request))
    return replace(pushed, labels=(*pushed.labels, label))
