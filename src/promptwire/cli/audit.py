"""`promptwire audit`: proving, on the server's machine, that the change log is what it was."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from promptwire.cli.asking import Asking, Org, grouped
from promptwire.cli.audit_trail import tail
from promptwire.cli.options import Data, Database, fail, server_errors, settings
from promptwire.cli.progress import watching

if TYPE_CHECKING:
    from promptwire.services.evidence import Verdict

app = typer.Typer(help="The change log: check it, sign where it ends, write it out.", no_args_is_help=True)

app.command("tail")(tail)

Out = Annotated[
    Path | None, typer.Option(help="The file to write, a new one; standard output if not given.", show_default=False)
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """The server that is asked, where it is not the store on this machine."""

    remote: Annotated[bool, typer.Option("--remote", help="Ask the server that you are signed in to.")] = False
    server: Annotated[str | None, typer.Option(help="Ask this server.", show_default=False)] = None
    key: Annotated[str | None, typer.Option(help="An API key for it. (PROMPTWIRE_API_KEY)", show_default=False)] = None


@app.command("verify")
def verify(
    since: Annotated[
        Path | None, typer.Option(help="A checkpoint: prove that the log extends it.", show_default=False)
    ] = None,
    public_key: Annotated[
        str | None,
        typer.Option(help="The key to trust, as audit checkpoint printed it; this machine's own if not given."),
    ] = None,
    data: Data = None,
    database: Database = None,
) -> None:
    """Check every entry of the change log, and name the first that is not what it was."""
    with server_errors():
        from promptwire.server import evidence  # noqa: PLC0415 - not before it is needed

        given = settings(data=data, database=database)
        trusted = evidence.trusted_checkpoint(given, since, public_key) if since else None
        with watching() as watch:
            verdict = evidence.verify(given, since=trusted, progress=watch("Checking"))
    _refuse_broken(verdict)
    typer.echo(f"The change log is whole: {size_of(verdict)}.")
    typer.echo(f"SHA-256 over the hashes of its entries: {verdict.walk.log_hash}")
    if trusted:
        typer.echo(f"It extends the checkpoint of {trusted.made_at}, after entry {trusted.seq}.")


@app.command("checkpoint")
def checkpoint(
    out: Out = None,
    key: Annotated[
        Path | None,
        typer.Option(
            help="The Ed25519 key file, made where it is missing; audit-key.pem in the data directory if not given."
        ),
    ] = None,
    data: Data = None,
    database: Database = None,
) -> None:
    """Check the change log, and write down where it ends, signed.

    Keep it, and the public key that is printed, where nobody with a hand on this machine can change them.
    """
    with server_errors():
        from promptwire.server import evidence  # noqa: PLC0415 - not before it is needed

        given = settings(data=data, database=database)
        with watching() as watch:
            verdict = evidence.verify(given, since=None, progress=watch("Checking"))
        _refuse_broken(verdict)
        signer = evidence.signer(given, key)
        with _writing(out) as file:
            file.write(evidence.checkpoint(verdict, signer).encode())
    typer.echo(f"Checkpoint of {size_of(verdict)}, signed with the key {signer.public_key}", err=True)


@app.command("export")
@grouped
def export(out: Out = None, org: Org = None, data: Data = None, database: Database = None, *, remote: Remote) -> None:
    """Write the change log as JSON lines, oldest first.

    That of the store on this machine; with --remote, --server or --key that of your organization, from a server.
    """
    if remote.server or remote.remote or remote.key:
        _export_from_afar(remote, out, org)
        return
    with server_errors():
        from promptwire.server import evidence  # noqa: PLC0415 - not before it is needed

        given = settings(data=data, database=database)
        with watching() as watch, _writing(out) as file:
            evidence.export(given, file, org=org, progress=watch("Writing"))


def _export_from_afar(remote: Remote, out: Path | None, org: str | None) -> None:
    with Asking(server=remote.server, key=remote.key).registry() as registry:
        pieces = registry.exported_log(registry.organization(org))
        first = next(pieces, b"")  # what is refused is refused before there is a file
        with watching() as watch, _writing(out) as file:
            progress, lines = watch("Writing"), 0
            for piece in chain([first], pieces):
                file.write(piece)
                lines += piece.count(b"\n")
                progress(lines, None)


def _refuse_broken(verdict: Verdict) -> None:
    if verdict.flaw is not None:
        fail(f"the change log is not what it was: {verdict.flaw}")


def size_of(verdict: Verdict) -> str:
    """Say how much there is of a change log."""
    last = f", the last of {verdict.walk.last_at}" if verdict.walk.last_at else ""
    return f"{verdict.walk.seq} entries in {len(verdict.walk.heads)} scopes{last}"


@contextmanager
def _writing(out: Path | None) -> Iterator[BinaryIO]:
    """Open the file to write, or standard output; what is there already is never written over."""
    if out is None:
        yield sys.stdout.buffer
        sys.stdout.flush()
        return
    try:
        file = out.open("xb")
    except OSError as error:
        fail(f"{out} cannot be made: {error.strerror}")
    try:
        with file:
            yield file
    except BaseException:
        out.unlink()  # half of it would look like all of it
        raise
