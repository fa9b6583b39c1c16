"""`promptwire status` and `promptwire diff`: what differs between prompt files and the server."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from promptwire.cli.asking import Asking
from promptwire.cli.exits import Exit
from promptwire.cli.printing import note, print_diff, print_json, print_table
from promptwire.cli.steps import Chosen, both_sides, item_json, note_errors
from promptwire.domain.diffs import Side
from promptwire.domain.diffs import diff as compare
from promptwire.files.prompt_file import PromptFile
from promptwire.files.standing import Item, Standing
from promptwire.files.writing import write

ExitCode = Annotated[bool, typer.Option("--exit-code", help="End with status 1 where anything differs.")]


def status(chosen: Chosen, asking: Asking, *, exit_code: ExitCode = False) -> None:
    """Say how each prompt stands: what changed on which side since files and server were the same."""
    with both_sides(chosen, asking) as work:
        differ = [item for item in work.items if item.standing is not Standing.SAME]
        if asking.json:
            print_json({"prompts": [item_json(item) for item in work.items]})
        else:
            rows = [(item.name, item.standing.value, item.path) for item in differ]
            if rows:
                print_table(("prompt", "standing", "file"), rows, "")
            note_errors(differ, chosen.dir)
            note(f"{len(work.items) - len(differ)} in step, {len(differ)} not")
    sys.exit(Exit.FAILED if exit_code and differ else Exit.OK)


def diff(chosen: Chosen, asking: Asking, *, exit_code: ExitCode = False) -> None:
    """Show what differs between the server (-) and the files (+), as a unified diff."""
    with both_sides(chosen, asking) as work:
        found = [(item, _difference(item, chosen.dir)) for item in work.items if item.standing is not Standing.SAME]
        if asking.json:
            print_json({"prompts": [{**item_json(item), "diff": text} for item, text in found]})
        else:
            for item, text in found:
                note(f"{item.name}: {item.standing.value}")
                print_diff(text)
            note_errors([item for item, _ in found], chosen.dir)
    sys.exit(Exit.FAILED if exit_code and found else Exit.OK)


def _difference(item: Item, folder: Path) -> str:
    if item.error is not None:
        return ""
    labels, slug = (item.local.file.labels, item.local.file.slug) if item.local else ((), None)
    there = item.remote.state if item.remote and not item.remote.archived else None
    before = write(PromptFile(state=there, slug=slug, labels=labels)) if there else ""
    after = write(item.local.file) if item.local else ""
    old = f"{item.name}, version {item.remote.version} on the server" if item.remote and there else "/dev/null"
    new = str(folder / item.path) if item.path and item.local else "/dev/null"
    return compare(Side(old, before.removesuffix("\n")), Side(new, after.removesuffix("\n"))).text
