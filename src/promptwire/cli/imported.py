"""One prompt from elsewhere, brought to the server: its versions, its labels, its status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from promptwire.cli.remote import answers
from promptwire.cli.upstream import ServerPrompts
from promptwire.files.prompt_file import State
from promptwire.files.upstream import Origin, Refused
from promptwire.imports.entries import Draft, Entry, matched
from promptwire.wire.content import Content


@dataclass(slots=True, kw_only=True)
class Imported:
    """What became of one prompt."""

    entry: Entry
    action: str = "nothing"
    """`created`, `changed`, `nothing`, or `refused`, where nothing of it is here."""
    versions: list[int] = field(default_factory=list)
    """Those that were written."""
    labels: list[str] = field(default_factory=list)
    """Those that were set."""
    promoted: str | None = None
    requests: list[str] = field(default_factory=list)
    """Change requests: moves that wait for approval."""
    notes: list[str] = field(default_factory=list)
    """What is not carried over, and what waits for approval."""
    refused: list[str] = field(default_factory=list)
    """What is not imported, and why."""

    def as_json(self) -> dict[str, Any]:
        """Give what programs get of it."""
        told = {"prompt": self.entry.slug, "name": self.entry.name, "action": self.action, "versions": self.versions}
        done = {"labels": self.labels, "promoted": self.promoted, "change_requests": self.requests}
        return {**told, **done, "notes": self.notes, "refused": self.refused}


@dataclass(frozen=True, slots=True, kw_only=True)
class Into:
    """Where prompts go, and what happens to them there."""

    upstream: ServerPrompts
    team: answers.Team
    there: Mapping[str, answers.Prompt]
    """The prompts of the team by their slugs."""
    source: str
    promote: str | None
    dry_run: bool


@dataclass(slots=True)
class _Here:
    """A prompt as it is here before its versions are written."""

    prompt_id: str | None
    """None while it is not here at all."""
    versions: Mapping[int, answers.Version]
    labels: Mapping[str, int]


def bring(entry: Entry, into: Into) -> Imported:
    """Write what is not there yet; what the server refuses is among what was refused."""
    imported = Imported(entry=entry)
    for draft in entry.drafts:
        imported.notes += [f"version {draft.number}: {one}" for one in draft.notes]
        imported.refused += [f"version {draft.number}: {one}" for one in draft.problems]
    try:
        here = _here(entry, into)
        numbers = _versions(imported, here, into)
        _labels(imported, here, numbers, into)
        _promote(imported, here, numbers, into)
    except Refused as error:
        imported.refused.append(str(error))
    if imported.versions or imported.labels or imported.promoted:
        imported.action = "changed" if entry.slug in into.there else "created"
    elif imported.refused:
        imported.action = "refused"
    return imported


def _here(entry: Entry, into: Into) -> _Here:
    prompt = into.there.get(entry.slug)
    if prompt is None:
        return _Here(None, {}, {})
    if prompt["status"] == "archived":
        raise Refused(f"{entry.slug} is archived here: promptwire prompts restore {entry.slug}")
    found = into.upstream.registry.versions(prompt["id"])
    labelled = any(draft.labels for draft in entry.drafts)
    labels = into.upstream.labels(prompt["id"]) if labelled else {}
    return _Here(prompt["id"], {one["version"]: one for one in found}, labels)


def _versions(imported: Imported, here: _Here, into: Into) -> list[tuple[int, Draft]]:
    """Write the versions that are missing; gives the numbers of all."""
    there = [(number, here.versions[number]["content_hash"]) for number in sorted(here.versions)]
    numbers, foreseen = [], max(here.versions, default=0)
    for draft, found in matched(imported.entry.drafts, there):
        number = found
        if number is None and into.dry_run:
            number = foreseen = foreseen + 1
        elif number is None:
            here.prompt_id = here.prompt_id or _prompt(imported.entry, into)
            number = _version(imported, draft, here.prompt_id, into)
        if number is not None:
            numbers.append((number, draft))
            imported.versions += [number] if found is None else []
    return numbers


def _prompt(entry: Entry, into: Into) -> str:
    state = State(name=entry.name, description=entry.description, content=Content(template=""))
    return into.upstream.create_prompt((into.team["slug"], entry.slug), state)


def _version(imported: Imported, draft: Draft, prompt_id: str, into: Into) -> int | None:
    assert draft.content is not None  # noqa: S101 - those without are left out
    origin = Origin(draft.message, f"import:{into.source}:{draft.number}")
    try:
        return into.upstream.add_version(prompt_id, draft.content, origin).number
    except Refused as error:
        imported.refused.append(f"version {draft.number}: {error}")
        return None


def _labels(imported: Imported, here: _Here, numbers: list[tuple[int, Draft]], into: Into) -> None:
    """Set labels that are nowhere yet: one that is somewhere was put there, and stays."""
    wanted = {label: number for number, draft in numbers for label in draft.labels if label not in here.labels}
    for label, number in wanted.items():
        what = f"{label} on version {number}"
        try:
            request = None
            if here.prompt_id and not into.dry_run:
                request = into.upstream.set_label(here.prompt_id, number, label, expected=0)
            if not _waits(imported, what, request):
                imported.labels.append(label)
        except Refused as error:
            imported.refused.append(f"{what}: {error}")


def _promote(imported: Imported, here: _Here, numbers: list[tuple[int, Draft]], into: Into) -> None:
    """Bring to a status what was served, or the newest, unless some version here has it already."""
    if (
        not into.promote
        or not numbers
        or any(one["status"] in {into.promote, "live"} for one in here.versions.values())
    ):
        return
    number = next((number for number, draft in reversed(numbers) if draft.served), numbers[-1][0])
    request = None
    if here.prompt_id and not into.dry_run:
        request = into.upstream.promote(here.prompt_id, number, into.promote)
    if not _waits(imported, f"version {number} as {into.promote}", request):
        imported.promoted = into.promote


def _waits(imported: Imported, what: str, request: str | None) -> bool:
    """Note a move that waits for approval; tells whether it does."""
    if request:
        imported.requests.append(request)
        imported.notes.append(f"{what} waits for approval: change request {request}")
    return bool(request)
