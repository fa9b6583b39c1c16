"""What an answer says, in a form that tests compare."""

from __future__ import annotations

import httpx

from promptwire.domain.changes import Entry, Query
from support.world import World


def said(answer: httpx.Response) -> tuple[int, str | None]:
    """Give the status, and the words of the error if it is one."""
    return answer.status_code, answer.json().get("error") if answer.content else None


def newest(world: World, action: str, scope: str = "instance") -> Entry:
    """Give the newest entry of the change log with this action."""
    entries = world.store.read_now(lambda tx: tx.changes.of_scope(scope, Query(limit=100)))
    return next(entry for entry in entries if entry.change.action == action)


def headers_refused_everywhere() -> dict[str, dict[bytes, bytes]]:
    """Give the headers that are no credential, each under a name for the test."""
    values = {
        "no scheme": b"sess_" + b"0" * 64,
        "another scheme": b"Basic cm9vdDpyb290",
        "lower case": b"bearer sess_" + b"0" * 64,
        "no token": b"Bearer",
        "unknown session": b"Bearer sess_" + b"0" * 64,
        "unknown key": b"Bearer ak_" + b"0" * 64,
        "not ASCII": b"Bearer sess_\xe4",
    }
    return {"no header": {}} | {name: {b"Authorization": value} for name, value in values.items()}
