"""`promptwire keys`: API keys, over the API, or on the server's machine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import typer

from promptwire.cli.asking import Asking, Org, grouped
from promptwire.cli.exits import Exit, Failure
from promptwire.cli.options import Data, Database, fail, server_errors, settings
from promptwire.cli.printing import at, note, print_line, print_table
from promptwire.cli.remote.answers import IssuedKey, Key

app = typer.Typer(help="API keys.", no_args_is_help=True)

KeyName = Annotated[str, typer.Argument(metavar="KEY", help="Its id, or its name where only one has it.")]


class Operation(StrEnum):
    """What a key may do."""

    READ_RENDER = "read_render"
    ALL = "all"
    ADMIN = "admin"


@app.command("list")
@grouped
def list_keys(org: Org = None, *, asking: Asking) -> None:
    """List the keys of an organization, without their secrets, newest first."""
    with asking.registry() as registry:
        found = [*registry.keys(registry.organization(org))]
        heads = ("id", "name", "may", "limited to", "last used", "expires")
        asking.show({"api_keys": found}, lambda: print_table(heads, map(_row, found), "No keys."))


def _row(key: Key) -> tuple[object, ...]:
    limits = [f"{len(key['team_ids'])} teams"] if "team_ids" in key else []
    limits += [f"reads {', '.join(key['readable_labels'])}"] if "readable_labels" in key else []
    limits += [f"moves {', '.join(key['movable_labels'])}"] if "movable_labels" in key else []
    times = (at(key["last_used_at"]), at(key["expires_at"]))
    return (key["id"], key["name"], key["operation"], limits, *times)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a new key may do."""

    operation: Annotated[Operation, typer.Option(help="What it may do.")] = Operation.READ_RENDER
    team: Annotated[list[str] | None, typer.Option(help="Only in this team. As often as needed.")] = None
    reads: Annotated[list[str] | None, typer.Option(help="Reads only what this label leads to, or live.")] = None
    moves: Annotated[list[str] | None, typer.Option(help="Moves only this label, or live.")] = None
    expires: Annotated[
        str | None, typer.Option(help="When it ends (RFC 3339); never if not given.", metavar="TIME")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The store, where the command works on it itself."""

    local: Annotated[bool, typer.Option("--local", help="Work on the store itself, on the server's machine.")] = False
    data: Data = None
    database: Database = None


@app.command("create")
@grouped
def create(
    name: Annotated[str, typer.Option(help="What the key is for.")] = "",
    org: Org = None,
    *,
    wanted: Wanted,
    machine: Machine,
    asking: Asking,
) -> None:
    """Make a key and print it, once; with --local an organization-wide `all` key."""
    if machine.local:
        _create_local(machine, name or "local", org)
        return
    if machine.data or machine.database:
        fail("--data and --database are for the server's own machine: add --local")
    with asking.registry() as registry:
        if not name:
            raise Failure("what is the key for?", Exit.USAGE, "Such as: --name shop")
        teams = [registry.team(one)["id"] for one in wanted.team or []]
        fields = {"name": name, "org_id": registry.organization(org), "operation": wanted.operation.value}
        limits = {"team_ids": teams, "readable_labels": wanted.reads, "movable_labels": wanted.moves}
        told = {**fields, **limits, "expires_at": wanted.expires}
        made = registry.create_key({field: value for field, value in told.items() if value})
        asking.show(made, lambda: _issued(made))


def _create_local(machine: Machine, name: str, org: str | None) -> None:
    with server_errors():
        from promptwire.server import local  # noqa: PLC0415 - not before it is needed

        with local.local_store(settings(data=machine.data, database=machine.database)) as store:
            typer.echo(local.create_key(store, name=name, org=org))


def _issued(key: IssuedKey) -> None:
    """Print the secret alone, so that it can go on into a file or a variable."""
    print_line(key["key"])
    note(f"This is the secret of {key['name']} ({key['operation']}). It is not shown again.")


@app.command("rotate")
@grouped
def rotate(which: KeyName, org: Org = None, *, asking: Asking) -> None:
    """Give a key another secret and print it, once; the old one is dead at once."""
    with asking.registry() as registry:
        made = registry.rotate_key(_found([*registry.keys(registry.organization(org))], which)["id"])
        asking.show(made, lambda: _issued(made))


@app.command("adopt")
@grouped
def adopt(which: KeyName, org: Org = None, *, asking: Asking) -> None:
    """Answer for a key whose maker has left."""
    with asking.registry() as registry:
        adopted = registry.adopt_key(_found([*registry.keys(registry.organization(org))], which)["id"])
        asking.show({"api_key": adopted}, lambda: print_line(f"You answer for {adopted['name']} now."))


@app.command("revoke")
@grouped
def revoke(which: KeyName, org: Org = None, *, asking: Asking) -> None:
    """End a key at once, in every process."""
    with asking.registry() as registry:
        found = _found([*registry.keys(registry.organization(org))], which)
        registry.revoke_key(found["id"])
        asking.show({}, lambda: print_line(f"{found['name']} has ended."))


def _found(keys: list[Key], name: str) -> Key:
    found = [one for one in keys if one["id"] == name] or [one for one in keys if one["name"] == name]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Failure(f"there is no key {name}", Exit.NOT_FOUND, "The keys there are: promptwire keys list")
    raise Failure(f"several keys are called {name}", Exit.USAGE, f"By id: {', '.join(one['id'] for one in found)}")
