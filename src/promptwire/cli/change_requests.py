"""`promptwire change-requests`: moves that wait for the approval of others."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from promptwire.cli.asking import Asking, Team, grouped
from promptwire.cli.printing import at, print_fields, print_line, print_table
from promptwire.cli.remote.answers import ChangeRequest

app = typer.Typer(help="Moves that wait for the approval of others.", no_args_is_help=True)

RequestId = Annotated[str, typer.Argument(metavar="ID", help="Its id.")]
Comment = Annotated[str | None, typer.Option("--comment", "-m", help="What to say about it.", show_default=False)]


class Status(StrEnum):
    """What may have become of a change request."""

    OPEN = "open"
    APPLIED = "applied"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    EXPIRED = "expired"
    ALL = "all"


@app.command("list")
@grouped
def list_requests(
    team: Team = None,
    status: Annotated[Status, typer.Option(help="Which of them.")] = Status.OPEN,
    *,
    asking: Asking,
) -> None:
    """List the change requests of a team, or of all teams you see, newest first."""
    with asking.registry() as registry:
        teams = [registry.team(team)] if team else registry.teams()
        wanted = None if status is Status.ALL else status.value
        found = [request for one in teams for request in registry.change_requests(one["id"], wanted)]
        rows = [(one["id"], one["prompt_slug"], _what(one), one["status"], _given(one)) for one in found]
        heads = ("id", "prompt", "what", "status", "approvals")
        asking.show({"change_requests": found}, lambda: print_table(heads, rows, "No change requests."))


def _what(request: ChangeRequest) -> str:
    moves = [f"{one['label']} {one['from_version'] or '-'} → {one['to_version'] or '-'}" for one in request["moves"]]
    return ", ".join(moves) or f"{request['kind']} {request['version']}"


def _given(request: ChangeRequest) -> str:
    return ", ".join(f"{one['given']} of {one['needed']}" for one in request["approvals"])


@app.command("show")
@grouped
def show(request: RequestId, *, asking: Asking) -> None:
    """Show a change request, and what was said about it."""
    with asking.registry() as registry:
        found = registry.change_request(request)
        asking.show({"change_request": found}, lambda: _show(found))


def _show(request: ChangeRequest) -> None:
    by = f"{request['requested_by_kind']} {request['requested_by_id']}"
    about = [("id", request["id"]), ("prompt", request["prompt_slug"]), ("what", _what(request)), ("asked by", by)]
    times = [("asked at", at(request["created_at"])), ("open until", at(request["expires_at"]))]
    came = [("status", request["status"]), ("because", request["failure"]), ("approvals", _given(request))]
    print_fields([*about, ("reason", request["reason"]), *times, *came])
    for one in request["remarks"]:
        said = f": {one['comment']}" if one["comment"] else ""
        print_line(f"{at(one['created_at'])}  {one['kind']} by {one['author_kind']} {one['author_id']}{said}")


@app.command("approve")
@grouped
def approve(request: RequestId, comment: Comment = None, *, asking: Asking) -> None:
    """Approve a move; the last approval that is needed carries it out."""
    _answer(asking, request, "approve", comment)


@app.command("decline")
@grouped
def decline(request: RequestId, comment: Comment = None, *, asking: Asking) -> None:
    """Decline a move, which closes the change request."""
    _answer(asking, request, "decline", comment)


@app.command("withdraw")
@grouped
def withdraw(request: RequestId, comment: Comment = None, *, asking: Asking) -> None:
    """Take back what you asked for."""
    _answer(asking, request, "withdraw", comment)


@app.command("comment")
@grouped
def comment(
    request: RequestId, text: Annotated[str, typer.Argument(help="What to say about it.")], *, asking: Asking
) -> None:
    """Say something about a change request, closed or not."""
    _answer(asking, request, "comments", text)


def _answer(asking: Asking, request: str, verb: str, text: str | None) -> None:
    with asking.registry() as registry:
        answered = registry.answer_request(request, verb, text)
        waits = f" ({_given(answered)} approvals)" if answered["approvals"] else ""
        asking.show({"change_request": answered}, lambda: print_line(f"It is {answered['status']}{waits}."))
