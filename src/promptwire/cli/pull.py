"""`promptwire pull`: the server's prompts, brought into files."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from promptwire.cli.asking import Asking
from promptwire.cli.exits import Exit
from promptwire.cli.printing import note, print_json, print_table
from promptwire.cli.steps import Chosen, DryRun, Work, both_sides, item_json, note_errors
from promptwire.files import pull as pulling
from promptwire.files.lock import joined
from promptwire.files.pull import Pulled, Step, Wishes
from promptwire.files.standing import Standing


def pull(
    chosen: Chosen,
    asking: Asking,
    *,
    theirs: Annotated[
        bool, typer.Option("--theirs", help="Take the server's side where both changed, or the file was deleted.")
    ] = False,
    with_labels: Annotated[
        bool, typer.Option("--with-labels", help="Let new files name the labels that their version has.")
    ] = False,
    dry_run: DryRun = False,
) -> None:
    """Bring the server's prompts into files. What changed on both sides is merged, or marked as a conflict."""
    with both_sides(chosen, asking) as work:
        wishes = Wishes(theirs=theirs, labels=_labels(work) if with_labels else None)
        stems = {one: work.folder.stems(one) for one in {item.team for item in work.items}}
        pulled = [pulling.pull(item, stems[item.team], wishes) for item in work.items]
        if not dry_run:
            _write(work, pulled)
        if asking.json:
            print_json({"dry_run": dry_run, "prompts": [_as_json(one) for one in pulled]})
        else:
            _report(pulled, dry_run=dry_run)
            note_errors([one.item for one in pulled], chosen.dir)
    sys.exit(_exit(pulled))


def _write(work: Work, pulled: list[Pulled]) -> None:
    """Write the files, and the lock file last: whoever is interrupted before finds both sides the same."""
    for one in pulled:
        if one.path and one.data is not None:
            work.folder.put(one.path, one.data)
        if one.removed:
            work.folder.put(one.removed, None)
    work.folder.lock(work.files.lock, joined(one.locked for one in pulled))


def _labels(work: Work) -> Mapping[str, tuple[str, ...]]:
    new = [item.remote for item in work.items if item.standing is Standing.NEW_THERE and item.remote]
    labels = {one.prompt_id: work.upstream.labels(one.prompt_id) for one in new}
    return {
        one.prompt_id: tuple(sorted(label for label, at in labels[one.prompt_id].items() if at == one.version))
        for one in new
    }


def _report(pulled: list[Pulled], *, dry_run: bool) -> None:
    done = [one for one in pulled if one.step is not Step.NOTHING]
    if done:
        print_table(("file", "done", "about"), [(one.path, one.step.value, _about(one)) for one in done], "")
    for one in pulled:
        if one.item.standing is Standing.DELETED_HERE and one.data is None:
            note(f"{one.item.name} has no file here any more; pull --theirs brings it back")
    note(f"{len(pulled) - len(done)} stay as they are{'; a dry run: nothing was changed' if dry_run else ''}")


def _about(one: Pulled) -> str:
    if one.fields:
        return f"both changed {', '.join(one.fields)}: keep what is right between the marks, then push"
    if one.step is Step.CONFLICT:
        return one.item.standing.value
    return f"version {one.item.remote.version}" if one.item.remote and one.data is not None else ""


def _as_json(one: Pulled) -> dict[str, Any]:
    return {**item_json(one.item), "path": one.path, "action": one.step.value, "conflicts": list(one.fields)}


def _exit(pulled: list[Pulled]) -> Exit:
    if any(one.item.standing is Standing.INVALID for one in pulled):
        return Exit.FAILED
    return Exit.CONFLICT if any(one.step is Step.CONFLICT for one in pulled) else Exit.OK
