"""Snapshots: prompts in a file, as the SDK's disk cache keeps them and as a bundle ships them with an application.

A file is one line and then JSON. The line is `promptwire-snapshot 1 ALGORITHM HEX`: what seals the bytes of the JSON,
either `sha256`, which tells a damaged file from a whole one, or `hmac-sha256`, which tells ours from another's too.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from promptwire.wire import fields
from promptwire.wire.canonical import JsonValue
from promptwire.wire.content import Content
from promptwire.wire.sync import Engine, Found, Gone, checked_contents

_NAME = "promptwire-snapshot"
_FORMAT = "1"


class BrokenSnapshot(ValueError):
    """The file is not a snapshot, not a whole one, or not sealed with the key that it should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What names meant at one moment."""

    made_at: float
    """When, in seconds since 1970 (UTC)."""
    origin: str
    """The address of the server."""
    engine: Engine = field(default_factory=Engine)
    prompts: tuple[Found, ...] = ()
    contents: Mapping[str, Content] = field(default_factory=dict)
    """By hash; all that `prompts` names."""
    gone: tuple[Gone, ...] = ()
    """Names that the server has since withdrawn: what `prompts` says of them was so before."""
    purged: tuple[str, ...] = ()
    """Ids of versions that must not be served from any other copy either."""

    def as_json(self) -> dict[str, JsonValue]:
        """Give the JSON of the file."""
        return {
            "made_at": self.made_at,
            "origin": self.origin,
            "engine": self.engine.as_json(),
            "prompts": [one.as_json() for one in self.prompts],
            "contents": {name: content.as_json() for name, content in self.contents.items()},
            "gone": [one.as_json() for one in self.gone],
            "purged": list(self.purged),
        }

    @classmethod
    def from_json(cls, value: object) -> Snapshot:
        """Read the JSON of a file; fields that are not known yet are passed over.

        Raises:
            ValueError: When a field is missing or has another type, or a content is not what its hash says.
        """
        snapshot = fields.mapping(value, "snapshot")
        made_at = snapshot.get("made_at")
        if isinstance(made_at, bool) or not isinstance(made_at, int | float):
            raise fields.wrong("made_at", "a number")
        found = cls(
            made_at=float(made_at),
            origin=fields.string(snapshot, "origin"),
            engine=Engine.from_json(snapshot.get("engine")),
            prompts=tuple(Found.from_json(one) for one in fields.sequence(snapshot, "prompts")),
            contents=checked_contents(snapshot.get("contents", {})),
            gone=tuple(Gone.from_json(one) for one in fields.sequence(snapshot, "gone")),
            purged=fields.strings(snapshot, "purged") if "purged" in snapshot else (),
        )
        for prompt in found.prompts:
            if prompt.content_hash not in found.contents:
                raise ValueError(f"the content of {prompt.asked.prompt!r} is missing")
        return found


def seal(snapshot: Snapshot, key: str | None = None) -> bytes:
    """Write a snapshot; with a key, so that who has the key knows that it was written by one who has it."""
    body = json.dumps(snapshot.as_json(), ensure_ascii=False, separators=(",", ":")).encode()
    algorithm, digest = _digest(body, key)
    return f"{_NAME} {_FORMAT} {algorithm} {digest}\n".encode() + body


def unseal(data: bytes, key: str | None = None) -> Snapshot:
    """Read a snapshot. Without a key a signature is not looked at, but damaged contents are found.

    Raises:
        BrokenSnapshot: With the reason.
    """
    line, _, body = data.partition(b"\n")
    words = line.decode("ascii", errors="replace").split(" ")
    if len(words) != 4 or words[0] != _NAME:  # noqa: PLR2004 (the words of the line)
        raise BrokenSnapshot("it is not a snapshot")
    if words[1] != _FORMAT:
        raise BrokenSnapshot(f"it has format {words[1]!r}, which this release does not read")
    _check_seal(words[2], words[3], body, key)
    try:
        return Snapshot.from_json(json.loads(body))
    except (ValueError, RecursionError) as error:
        raise BrokenSnapshot(str(error)) from None


def is_signed(data: bytes) -> bool:
    """Say whether a file claims to be signed."""
    return data.startswith(f"{_NAME} {_FORMAT} hmac-sha256 ".encode())


def _digest(body: bytes, key: str | None) -> tuple[str, str]:
    if key is None:
        return "sha256", sha256(body).hexdigest()
    return "hmac-sha256", hmac.new(key.encode(), body, sha256).hexdigest()


def _check_seal(algorithm: str, digest: str, body: bytes, key: str | None) -> None:
    if algorithm == "hmac-sha256" and key is None:
        return
    if algorithm == "sha256" and key is not None:
        raise BrokenSnapshot("it is not signed, and a key for its signature is given")
    expected, found = _digest(body, key)
    if algorithm != expected:
        raise BrokenSnapshot(f"it is sealed with {algorithm!r}, which this release does not know")
    if not hmac.compare_digest(found, digest):
        raise BrokenSnapshot(
            "it is not whole: its bytes are not those that were sealed" if key is None else "its signature is wrong"
        )
