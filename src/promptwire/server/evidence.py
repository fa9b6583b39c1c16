"""What the operator does with the change log on the server's machine: check it, sign where it ends, write it out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from promptwire.api.v1.audit import AuditLine, StoreLine, encoded_line
from promptwire.domain.checkpoints import Checkpoint, parse_checkpoint
from promptwire.domain.errors import InvalidInput
from promptwire.integrations.signing import is_signed, load_key, load_or_make_key
from promptwire.ports.signing import Signer
from promptwire.server.clock import now
from promptwire.server.local import store_as_it_is
from promptwire.services import evidence
from promptwire.services.evidence import Progress, Verdict
from promptwire.settings import ServerSettings
from promptwire.storage.store import SqlStore


def default_key(settings: ServerSettings) -> Path:
    """Give the file of the key that signs checkpoints, where none is named."""
    return settings.data / "audit-key.pem"


def signer(settings: ServerSettings, key: Path | None) -> Signer:
    """Give the key that signs checkpoints; where its file is missing, it is made.

    Raises:
        InvalidInput: When it cannot be made or read.
    """
    return load_or_make_key(key or default_key(settings))


def trusted_checkpoint(settings: ServerSettings, file: Path, public_key: str | None) -> Checkpoint:
    """Read a checkpoint that is signed with the public key given, or else with the key of this machine.

    Raises:
        InvalidInput: When it cannot be read, is none, or is signed with another key, or not rightly.
    """
    checkpoint, signature = parse_checkpoint(_text(file))
    trusted = (public_key or _own_public_key(settings)).strip().lower()
    if checkpoint.public_key != trusted:
        raise InvalidInput(
            f"the checkpoint is signed with the key {checkpoint.public_key}, not with {trusted}", "since"
        )
    if not is_signed(trusted, checkpoint.body(), signature):
        raise InvalidInput("the checkpoint was changed after it was signed: its signature does not fit", "since")
    return checkpoint


def _own_public_key(settings: ServerSettings) -> str:
    file = default_key(settings)
    if not file.exists():
        raise InvalidInput(
            f"there is no key at {file}: name the --public-key that audit checkpoint printed", "public-key"
        )
    return load_key(file).public_key


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"the checkpoint {file} cannot be read: {error.strerror}", "since") from None
    except ValueError:
        raise InvalidInput("this is no checkpoint of a change log", "since") from None


def verify(settings: ServerSettings, *, since: Checkpoint | None, progress: Progress) -> Verdict:
    """Check the whole log, and that it extends a checkpoint.

    Raises:
        InvalidInput: When the store cannot be opened.
    """
    with store_as_it_is(settings) as store:
        return evidence.verify(store, since=since, progress=progress)


def checkpoint(verdict: Verdict, signer: Signer) -> str:
    """Give the text of a checkpoint of a log that is whole."""
    return evidence.checkpoint(verdict, signer, now())


def export(settings: ServerSettings, out: BinaryIO, *, org: str | None, progress: Progress) -> None:
    """Write the log as JSON lines, oldest first: of the whole store, or of an organization by id or name.

    Raises:
        InvalidInput, NotFound: When the store cannot be opened, or has no such organization.
    """
    with store_as_it_is(settings) as store:
        out.writelines(_lines(store, org, progress))


def _lines(store: SqlStore, org: str | None, progress: Progress) -> Iterator[bytes]:
    if org is None:
        return (encoded_line(StoreLine.of(entry, seq=entry.seq)) for entry in evidence.everything(store, progress))
    return (encoded_line(AuditLine.of(entry)) for entry in evidence.of_org(store, org, progress))
