"""Checkpoints: what the change log was at some time, signed, so that nobody can rewrite it unnoticed afterwards."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from promptwire.domain.chains import Flaw, Head, Walk
from promptwire.domain.changes import timestamp
from promptwire.domain.errors import InvalidInput
from promptwire.wire.canonical import JsonValue, canonical_json

FORMAT = "promptwire-checkpoint/1"
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SIGNATURE = re.compile(r"[0-9a-f]{128}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The log up to one entry."""

    made_at: str
    epoch: str
    seq: int
    """The last entry."""
    log_hash: str
    """Over the hashes of all entries up to it, in the order of the store."""
    heads: Mapping[str, Head] = field(default_factory=dict)
    """Where each scope ends."""
    public_key: str
    """The Ed25519 key that it is signed with: 32 bytes in hexadecimal."""

    @classmethod
    def of(cls, walk: Walk, *, epoch: str, at: datetime, public_key: str) -> Checkpoint:
        """Make one of a log that was walked along to its end."""
        return cls(
            made_at=timestamp(at),
            epoch=epoch,
            seq=walk.seq,
            log_hash=walk.log_hash,
            heads=dict(walk.heads),
            public_key=public_key,
        )

    def body(self) -> bytes:
        """Give what is signed: canonical JSON."""
        return canonical_json(self._fields())

    def signed(self, signature: bytes) -> str:
        """Give the text of the file: the body's fields, and the signature beside them."""
        return json.dumps({**self._fields(), "signature": signature.hex()}, indent=1, sort_keys=True) + "\n"

    def _fields(self) -> dict[str, JsonValue]:
        return {
            "format": FORMAT,
            "made_at": self.made_at,
            "epoch": self.epoch,
            "seq": self.seq,
            "log_hash": self.log_hash,
            "heads": {scope: {"revision": head.revision, "hash": head.hash} for scope, head in self.heads.items()},
            "public_key": self.public_key,
        }

    def contradicted_by(self, walk: Walk) -> Flaw | None:
        """Say how a log, walked along up to the checkpoint's last entry, is another one, if it is."""
        for scope, head in sorted(self.heads.items()):
            found = walk.heads.get(scope)
            if found is None or found.revision < head.revision:
                what = (
                    f"{scope} had {head.revision} entries at the checkpoint, and has {found.revision if found else 0}"
                )
                return Flaw(what=f"the log was rewritten: {what}", scope=scope)
            if found != head:
                what = (
                    f"the log was rewritten: {scope} has another hash at revision {head.revision} than the checkpoint"
                )
                return Flaw(what=what, scope=scope, revision=head.revision)
        if self.log_hash != walk.log_hash:
            return Flaw(what=f"the log was rewritten: its first {self.seq} entries stand in another order")
        return None

    def cut_off(self, seq: int) -> Flaw | None:
        """Say that a log which ends at an entry before the checkpoint's was cut, if it does."""
        if seq >= self.seq:
            return None
        return Flaw(what=f"it is missing: the log had {self.seq} entries at the checkpoint, and has {seq}", seq=seq + 1)


def parse_checkpoint(text: str) -> tuple[Checkpoint, bytes]:
    """Read a checkpoint and its signature, which is not checked here.

    Raises:
        InvalidInput: When it is none.
    """
    try:
        fields = json.loads(text)
        if fields["format"] != FORMAT:
            raise InvalidInput(f"the checkpoint has another format than {FORMAT}", "checkpoint")
        return _checkpoint(fields), bytes.fromhex(_matched(_SIGNATURE, fields["signature"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise InvalidInput("this is no checkpoint of a change log", "checkpoint") from None


def _checkpoint(fields: Mapping[str, Any]) -> Checkpoint:
    return Checkpoint(
        made_at=str(fields["made_at"]),
        epoch=str(fields["epoch"]),
        seq=_count(fields["seq"]),
        log_hash=_matched(_HASH, fields["log_hash"]),
        heads={
            str(scope): Head(_count(head["revision"]), _matched(_HASH, head["hash"]))
            for scope, head in fields["heads"].items()
        },
        public_key=_matched(_HASH, fields["public_key"]),
    )


def _matched(form: re.Pattern[str], value: object) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise ValueError
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError
    return value
