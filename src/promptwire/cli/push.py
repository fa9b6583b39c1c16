"""`promptwire push`: files, brought to the server as new versions."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from promptwire.cli.asking import Asking
from promptwire.cli.exits import Exit
from promptwire.cli.printing import note, print_json, print_table
from promptwire.cli.steps import Chosen, DryRun, RequestApproval, both_sides, item_json
from promptwire.files import push as pushing
from promptwire.files.lock import joined
from promptwire.files.pushed import Orders, Pushed, Sent
from promptwire.files.standing import Standing


class Target(StrEnum):
    """What a version is promoted to."""

    STABLE = "stable"
    LIVE = "live"


def push(  # noqa: PLR0913 - each is an option by its name
    chosen: Chosen,
    asking: Asking,
    *,
    promote: Annotated[
        Target | None, typer.Option(help="Bring each version to this that never was there.", show_default=False)
    ] = None,
    label: Annotated[
        list[str] | None,
        typer.Option("--label", help="Set this label, beside those in the files; once for each.", show_default=False),
    ] = None,
    request_approval: RequestApproval = False,
    archive: Annotated[bool, typer.Option("--archive", help="Archive the prompts whose files were deleted.")] = False,
    ours: Annotated[
        bool, typer.Option("--ours", help="Write your side over the server's where both changed, as a new version.")
    ] = False,
    message: Annotated[
        str | None,
        typer.Option("--message", "-m", help="Why; the message of the git commit if not given.", show_default=False),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Bring files to the server: a new version where the text changed, with its labels, promoted if asked for."""
    orders = Orders(ours=ours, archive=archive, promote=promote, labels=tuple(label or ()), dry_run=dry_run)
    pushed: list[Pushed] = []
    with both_sides(chosen, asking) as work:
        work.upstream.request_approval, work.upstream.reason = request_approval, message
        try:
            for item in work.items:
                one = pushing.push(item, work.upstream, orders, lambda local: work.git.origin(local, message))
                pushed.append(one)
        finally:  # what was done is done, also where the server went away, or somebody pressed Ctrl-C
            if not dry_run:
                work.folder.lock(work.files.lock, joined(one.locked for one in pushed))
            _tell(pushed, asking, chosen.dir, dry_run=dry_run)
    sys.exit(_exit(pushed))


def _tell(pushed: list[Pushed], asking: Asking, folder: Path, *, dry_run: bool) -> None:
    if asking.json:
        print_json({"dry_run": dry_run, "prompts": [_as_json(one) for one in pushed]})
        return
    told = [one for one in pushed if one.sent is not Sent.NOTHING or one.promoted or one.labels or one.requests]
    if told:
        print_table(("prompt", "done", "about"), [(one.item.name, one.sent.value, _about(one)) for one in told], "")
    for one in pushed:
        for words in one.notes:
            note(f"{one.item.name}: {words}")
        for words in one.refused:
            note(f"{folder / one.item.path if one.item.path else one.item.name}: {words}")
    note(f"{len(pushed) - len(told)} stay as they are{'; a dry run: nothing was changed' if dry_run else ''}")


def _about(one: Pushed) -> str:
    told = [
        f"version {one.version}" if one.version else "",
        one.promoted or "",
        *one.labels,
        *(f"waits for approval: change request {request}" for request in one.requests),
    ]
    return ", ".join(filter(None, told))


def _as_json(one: Pushed) -> dict[str, Any]:
    return {
        **item_json(one.item),
        "action": one.sent.value,
        "version": one.version,
        "promoted": one.promoted,
        "labels": list(one.labels),
        "change_requests": list(one.requests),
        "notes": list(one.notes),
        "refused": list(one.refused),
    }


def _exit(pushed: list[Pushed]) -> Exit:
    if any(one.item.standing is Standing.INVALID for one in pushed):
        return Exit.FAILED
    if any(one.sent is Sent.CONFLICT for one in pushed):
        return Exit.CONFLICT
    return Exit.REFUSED if any(one.refused for one in pushed) else Exit.OK
