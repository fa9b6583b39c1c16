"""What a running process reports of the prompts it uses: counts, never texts or values (docs/reference/use.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from promptwire.wire import fields
from promptwire.wire.canonical import JsonValue

USE_PATH = "/v1/use"
MAX_ROWS = 2_000
"""How many things one report may say that a process serves, and likewise how many counts it may have."""
MAX_WORDS = 100
"""Code points in the name of a service, an instance or an SDK, and in the id of a process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporter:
    """A running process, as it calls itself."""

    id: str
    """One that no other process has, nor the same program at its next start: a UUID."""
    service: str = ""
    """Which application it is part of; empty where nobody has said."""
    instance: str = ""
    """Which of its processes it is, for people."""
    sdk: str = ""
    """What reports, and its version: `promptwire-python/1.2`."""

    def as_json(self) -> dict[str, JsonValue]:
        """Give it as a report has it."""
        return {"id": self.id, "service": self.service, "instance": self.instance, "sdk": self.sdk}

    @classmethod
    def from_json(cls, value: object) -> Reporter:
        """Read one.

        Raises:
            ValueError: When a field is missing or has another type.
        """
        found = fields.mapping(value, "process")
        words = {name: fields.optional_string(found, name) or "" for name in ("service", "instance", "sdk")}
        return cls(id=fields.string(found, "id"), **words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A version that a process serves now, and what it was asked for as."""

    prompt_id: str
    version: int
    label: str | None = None
    """The label; `live` for the live version; None where it was asked for by number."""
    source: str = "server"
    """Where the copy came from: `server`, `disk` or `bundle`."""

    def as_json(self) -> dict[str, JsonValue]:
        """Give it as a report has it."""
        return {"prompt_id": self.prompt_id, "version": self.version, "label": self.label, "source": self.source}

    @classmethod
    def from_json(cls, value: object) -> Served:
        """Read one.

        Raises:
            ValueError: When a field is missing or has another type.
        """
        found = fields.mapping(value, "serves")
        return cls(
            prompt_id=fields.string(found, "prompt_id"),
            version=fields.integer(found, "version"),
            label=fields.optional_string(found, "label"),
            source=fields.string(found, "source"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """How often a process rendered a version since its last report."""

    prompt_id: str | None = None
    version: int = 0
    """0 for what the caller fell back on, which has no version."""
    label: str | None = None
    source: str = "server"
    """Where the copy came from: `server`, `disk`, `bundle` or `fallback`."""
    renders: int = 0
    errors: int = 0
    """Renders that failed: a variable was missing, or the template failed."""
    prompt: str | None = None
    """Instead of the id, a slug or `team/slug`: where a process fell back, it never learnt the id."""

    def as_json(self) -> dict[str, JsonValue]:
        """Give it as a report has it."""
        which: dict[str, JsonValue] = (
            {"prompt": self.prompt} if self.prompt_id is None else {"prompt_id": self.prompt_id}
        )
        return which | {
            "version": self.version,
            "label": self.label,
            "source": self.source,
            "renders": self.renders,
            "errors": self.errors,
        }

    @classmethod
    def from_json(cls, value: object) -> Used:
        """Read one.

        Raises:
            ValueError: When a field is missing or has another type.
        """
        found = fields.mapping(value, "uses")
        return cls(
            prompt_id=fields.optional_string(found, "prompt_id"),
            prompt=fields.optional_string(found, "prompt"),
            version=fields.integer(found, "version"),
            label=fields.optional_string(found, "label"),
            source=fields.string(found, "source"),
            renders=fields.integer(found, "renders"),
            errors=fields.integer(found, "errors"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UseReport:
    """What a process says of itself, every minute or so, and soon after it serves something else."""

    process: Reporter
    number: int
    """1, 2, 3…: one that is sent again, because no answer came, keeps its number and is counted once."""
    age: float | None = None
    """Seconds since the server last confirmed what the process serves; None where it never did."""
    ending: bool = False
    """Whether the process is about to end, and serves nothing from now on."""
    serves: tuple[Served, ...] = ()
    """All that it serves now."""
    uses: tuple[Used, ...] = ()
    """What it rendered since the report before."""

    def as_json(self) -> dict[str, JsonValue]:
        """Give the body of the request."""
        return {
            "process": self.process.as_json(),
            "number": self.number,
            "age": self.age,
            "ending": self.ending,
            "serves": [one.as_json() for one in self.serves],
            "uses": [one.as_json() for one in self.uses],
        }

    @classmethod
    def from_json(cls, value: object) -> UseReport:
        """Read a report; fields that are not known are passed over.

        Raises:
            ValueError: When a field is missing or has another type.
        """
        report = fields.mapping(value, "report")
        return cls(
            process=Reporter.from_json(report.get("process")),
            number=fields.integer(report, "number"),
            age=fields.optional_number(report, "age"),
            ending=fields.boolean(report, "ending"),
            serves=tuple(Served.from_json(one) for one in fields.sequence(report, "serves")),
            uses=tuple(Used.from_json(one) for one in fields.sequence(report, "uses")),
        )


def read_wait(value: Mapping[str, object]) -> float | None:
    """Read the answer to a report: the seconds until the next one; None where the server wants none.

    Raises:
        ValueError: When it is neither.
    """
    return fields.optional_number(value, "wait")
