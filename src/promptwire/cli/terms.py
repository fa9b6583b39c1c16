"""On which terms somebody moves a label or the live status, and how it is told what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from promptwire.cli.asking import Asking
from promptwire.cli.exits import Exit, Failure
from promptwire.cli.printing import note, print_json, print_line, print_table
from promptwire.cli.remote.answers import DryRun, Moved


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What every command that moves something takes."""

    reason: Annotated[
        str | None, typer.Option("--reason", "-m", help="Why; the change log keeps it.", show_default=False)
    ] = None
    expect: Annotated[
        int | None,
        typer.Option(
            help="Only if the label, or live, leads to this version now; 0: nowhere.", show_default=False, metavar="N"
        ),
    ] = None
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, and change nothing.")] = False
    request_approval: Annotated[
        bool,
        typer.Option(
            "--request-approval", help="Open a change request where the approval of others is what is missing."
        ),
    ] = False

    def told(self, **more: object) -> dict[str, object]:
        """Give what the server is told."""
        fields = {"reason": self.reason, "expected_version": self.expect}
        flags = {"dry_run": self.dry_run, "request_approval": self.request_approval}
        given = {**fields, **more}
        return {name: value for name, value in given.items() if value is not None} | {
            name: True for name, value in flags.items() if value
        }


def tell(asking: Asking, moved: Moved, done: str) -> None:
    """Print what came of a move: that it was done, that it waits, or what it would do.

    Raises:
        Failure: Where it is a dry run of what would be refused.
    """
    if asking.json:
        print_json(moved)
    elif "change_request" in moved:
        request = moved["change_request"]
        needed = ", ".join(f"{one['label']} needs {one['needed']}, has {one['given']}" for one in request["approvals"])
        print_line(f"Nothing moved yet: change request {request['id']} waits for approval ({needed}).")
        note(f"Who may approve: promptwire change-requests approve {request['id']}")
    elif "dry_run" in moved:
        _foresee(moved["dry_run"])
    else:
        print_line(done)
    if "dry_run" in moved and not moved["dry_run"]["allowed"]:
        raise _refused(moved["dry_run"])


def _foresee(run: DryRun) -> None:
    rows = [(one["label"], number(one["from_version"]), number(one["to_version"])) for one in run["moves"]]
    statuses = [(f"version {one['version']}", one["from_status"], one["to_status"]) for one in run["statuses"]]
    print_table(("what", "from", "to"), [*rows, *statuses], "Nothing would change.")
    for label in run["checks"]:
        for finding in label["findings"]:
            note(f"{label['label']}: {finding['severity']}: {finding['message']}")
    if run["allowed"]:
        print_line("It would be allowed; nothing was changed.")


def _refused(run: DryRun) -> Failure:
    missing = ", ".join(_missing(one) for one in run["missing"])
    if not missing:
        return Failure("it would be refused: checks fail", Exit.FAILED)
    hint = "It can be asked for: --request-approval" if run["can_request_approval"] else None
    return Failure(f"it would be refused: {missing}; your role is {run['your_role']}", Exit.REFUSED, hint)


def _missing(one: dict[str, Any]) -> str:
    parts = [f"the role {one['min_required_role']}"]
    parts += [f"{one['approvals']} approvals"] if one.get("approvals") else []
    parts += [f"time (frozen until {one['frozen_until']})"] if one.get("frozen_until") else []
    parts += ["that it moves at all (immutable)"] if one.get("immutable") else []
    return f"{one['label']} needs {' and '.join(parts)}"


def number(version: object) -> str:
    """Write where a label leads."""
    return "nowhere" if version is None else f"version {version}"
