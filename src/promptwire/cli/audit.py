"""`promptwire audit`: proving, on the server's machine, that the change log is what it was."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from promptwire.cli.options import Data, Database, fail, server_errors, settings
from promptwire.cli.progress import watching

if TYPE_CHECKING:
    from promptwire.services.evidence import Verdict

app = typer.Typer(help="The change log: check it, sign where it ends, write it out.", no_args_is_help=True)

Out = Annotated[
    Path | None, typer.Option(help="The file to write, a new one; standard output if not given.", show_default=False)
]


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
def export(
    out: Out = None,
    org: Annotated[
        str | None, typer.Option(help="Only the log of this organization, by id or name.", show_default=False)
    ] = None,
    data: Data = None,
    database: Database = None,
) -> None:
    """Write the change log as JSON lines, oldest first."""
    with server_errors():
        from promptwire.server import evidence  # noqa: PLC0415 - not before it is needed

        given = settings(data=data, database=database)
        with watching() as watch, _writing(out) as file:
            evidence.export(given, file, org=org, progress=watch("Writing"))


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
    with file:
        yield file
