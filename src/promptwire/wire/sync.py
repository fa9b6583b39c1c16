"""The delivery protocol for many prompts: what changed since a cursor, of what a process uses.

`docs/reference/delivery.md` is the same in words. A process sends a `SyncRequest` to `POST /v1/sync` and applies the
`SyncAnswer`; `GET /v1/sync?cursor=…` answers the same for all that a credential may see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from promptwire.wire import fields
from promptwire.wire.canonical import JsonValue
from promptwire.wire.content import Content
from promptwire.wire.delivery import Numbers, Resolved, content_from_json

SYNC_PATH = "/v1/sync"
MAX_ASKED = 20_000
"""How many names one request may hold, `prompts` and `add` together; likewise how many hashes in `have`."""
PURGED = "purged"
"""Why something is gone: the text was erased for good, and every copy of it has to go at once, on disk too."""


class Asked(NamedTuple):
    """A name that a process uses: a prompt at a label, at a number, or else live."""

    prompt: str
    """The prompt's slug; `team/slug`, with a team's slug or id, where several teams have one."""
    label: str | None = None
    """The label; `live` means the live version, as if neither were given."""
    version: int | None = None

    def as_json(self) -> dict[str, JsonValue]:
        """Give it as a request and an answer have it."""
        found: dict[str, JsonValue] = {"prompt": self.prompt}
        if self.label is not None:
            found["label"] = self.label
        if self.version is not None:
            found["version"] = self.version
        return found

    @classmethod
    def from_json(cls, value: object) -> Asked:
        """Read one.

        Raises:
            ValueError: When a field has another type.
        """
        asked = fields.mapping(value, "asked")
        return cls(
            fields.string(asked, "prompt"),
            fields.optional_string(asked, "label"),
            fields.optional_integer(asked, "version"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRequest:
    """What a process asks: what changed since the cursor, of what it uses."""

    cursor: str | None = None
    """The one of the last answer; None asks for everything."""
    prompts: Sequence[Asked] | None = None
    """What the process uses; None, with a cursor, means what the cursor was given for."""
    add: Sequence[Asked] = ()
    """What it uses from now on too: answered in full, and part of what the new cursor is for."""
    have: Sequence[str] = ()
    """Hashes of contents that it holds already, and that need not be sent."""

    def as_json(self) -> dict[str, JsonValue]:
        """Give the body of the request."""
        body: dict[str, JsonValue] = {"cursor": self.cursor}
        if self.prompts is not None:
            body["prompts"] = [one.as_json() for one in self.prompts]
        if self.add:
            body["add"] = [one.as_json() for one in self.add]
        if self.have:
            body["have"] = list(self.have)
        return body


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The version that a name means now."""

    asked: Asked
    slug: str
    team: str
    """The slug of the team that owns the prompt."""
    prompt_id: str
    version_id: str
    version: int
    status: str
    labels: tuple[str, ...]
    """Every label on the version, in ascending order by code point."""
    content_hash: str
    """Which content it has: one in `contents`, or one that the process holds already."""

    def as_json(self) -> dict[str, JsonValue]:
        """Give it as an answer has it."""
        return {
            "asked": self.asked.as_json(),
            "slug": self.slug,
            "team": self.team,
            "prompt_id": self.prompt_id,
            "version_id": self.version_id,
            "version": self.version,
            "status": self.status,
            "labels": list(self.labels),
            "content_hash": self.content_hash,
        }

    @classmethod
    def from_json(cls, value: object) -> Found:
        """Read one.

        Raises:
            ValueError: When a field is missing or has another type.
        """
        found = fields.mapping(value, "prompt")
        return cls(
            asked=Asked.from_json(found.get("asked")),
            slug=fields.string(found, "slug"),
            team=fields.string(found, "team"),
            prompt_id=fields.string(found, "prompt_id"),
            version_id=fields.string(found, "version_id"),
            version=fields.integer(found, "version"),
            status=fields.string(found, "status"),
            labels=fields.strings(found, "labels"),
            content_hash=fields.string(found, "content_hash"),
        )

    def resolved(self, content: Content, engine: Engine) -> Resolved:
        """Put it together with its content, as the resolve route answers it."""
        return Resolved(
            slug=self.slug,
            team=self.team,
            prompt_id=self.prompt_id,
            version_id=self.version_id,
            version=self.version,
            status=self.status,
            labels=self.labels,
            content=content,
            content_hash=self.content_hash,
            numbers=engine.numbers,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A name that means nothing now, whether it ever did or not."""

    asked: Asked
    reason: str
    """An error code, as the resolve route gives it (`prompt_not_found`, `version_not_found`, `no_live_version`,
    `ambiguous_slug`, `forbidden`), or `purged`. One that is not known yet means: withdrawn."""
    candidates: tuple[str, ...] = ()
    """What an ambiguous slug may mean, each as `team/slug`."""

    def as_json(self) -> dict[str, JsonValue]:
        """Give it as an answer has it."""
        gone: dict[str, JsonValue] = {"asked": self.asked.as_json(), "reason": self.reason}
        if self.candidates:
            gone["candidates"] = list(self.candidates)
        return gone

    @classmethod
    def from_json(cls, value: object) -> Gone:
        """Read one.

        Raises:
            ValueError: When a field is missing or has another type.
        """
        gone = fields.mapping(value, "gone")
        candidates = fields.strings(gone, "candidates") if "candidates" in gone else ()
        return cls(
            asked=Asked.from_json(gone.get("asked")), reason=fields.string(gone, "reason"), candidates=candidates
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """The settings of the server's engine that decide what a template renders to."""

    numbers: Numbers = "exact"

    def as_json(self) -> dict[str, JsonValue]:
        """Give it as an answer has it."""
        return {"numbers": self.numbers}

    @classmethod
    def from_json(cls, value: object) -> Engine:
        """Read it; what is not known yet is passed over.

        Raises:
            ValueError: When it is no object.
        """
        engine = fields.mapping(value, "engine")
        return cls(numbers="float64" if engine.get("numbers") == "float64" else "exact")


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncAnswer:
    """What changed since the cursor; what it does not name is as it was."""

    cursor: str
    """Opaque; for the next request."""
    reset: bool = False
    """Whether this begins everything anew: what no answer names from this one up to that without `more` is no more."""
    more: bool = False
    """Whether there is more to fetch at once, with the new cursor."""
    engine: Engine = field(default_factory=Engine)
    prompts: tuple[Found, ...] = ()
    contents: Mapping[str, Content] = field(default_factory=dict)
    """By hash; a process keeps what it has, for a later answer may name it without sending it again."""
    gone: tuple[Gone, ...] = ()
    purged: tuple[str, ...] = ()
    """Ids of versions that were erased for good: whatever holds their text drops it, on disk too."""

    def as_json(self) -> dict[str, JsonValue]:
        """Give the body of the answer."""
        return {
            "cursor": self.cursor,
            "reset": self.reset,
            "more": self.more,
            "engine": self.engine.as_json(),
            "prompts": [one.as_json() for one in self.prompts],
            "contents": {name: content.as_json() for name, content in self.contents.items()},
            "gone": [one.as_json() for one in self.gone],
            "purged": list(self.purged),
        }

    @classmethod
    def from_json(cls, value: object) -> SyncAnswer:
        """Read an answer; fields that are not known yet are passed over.

        Raises:
            ValueError: When a field is missing or has another type, or a content is not what its hash says.
        """
        answer = fields.mapping(value, "answer")
        return cls(
            cursor=fields.string(answer, "cursor"),
            reset=fields.boolean(answer, "reset"),
            more=fields.boolean(answer, "more"),
            engine=Engine.from_json(answer.get("engine")),
            prompts=tuple(Found.from_json(one) for one in fields.sequence(answer, "prompts")),
            contents=checked_contents(answer.get("contents", {})),
            gone=tuple(Gone.from_json(one) for one in fields.sequence(answer, "gone")),
            purged=fields.strings(answer, "purged") if "purged" in answer else (),
        )


def checked_contents(value: object) -> dict[str, Content]:
    """Read contents by their hash.

    Raises:
        ValueError: When it is no object of contents, or a content is not what its hash says.
    """
    contents = {name: content_from_json(content) for name, content in fields.mapping(value, "contents").items()}
    for name, content in contents.items():
        if content.content_hash != name:
            raise ValueError("a content is not what its hash says")
    return contents
