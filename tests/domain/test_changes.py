"""The change log: what may stand in it, and the chain of hashes (DESIGN section 4)."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest

from promptwire.domain.changes import GENESIS, INSTANCE, Change, Entry, Scope, chain, timestamp
from promptwire.wire.canonical import JsonValue, canonical_json

AT = datetime(2026, 2, 3, 4, 5, 6, 7, UTC)
CHANGE = Change(
    scope=Scope("org", "o"),
    at=AT,
    subject_kind="user",
    subject_id="u",
    action="label.moved",
    object_kind="label",
    object_id="prod",
    prompt_id="p",
    label="prod",
    before={"version_id": "1", "version_number": 1},
    after={"version_id": "2", "version_number": 2},
    reason="because",
    request_id="r",
)
OTHER: dict[str, Any] = {
    "scope": Scope("team", "o"),
    "at": AT + timedelta(microseconds=1),
    "subject_kind": "api_key",
    "subject_id": "v",
    "action": "label.set",
    "object_kind": "version",
    "object_id": "qa",
    "prompt_id": None,
    "label": None,
    "before": {},
    "after": {"version_id": "2", "version_number": 3},
    "reason": None,
    "request_id": "",
}


def entry(change: Change = CHANGE, *, revision: int = 1, previous_hash: str = GENESIS, seq: int = 1) -> Entry:
    return chain(change, seq=seq, revision=revision, previous_hash=previous_hash)


def test_the_hash_is_of_documented_canonical_json() -> None:
    said: dict[str, JsonValue] = {
        "scope": "org:o",
        "revision": 7,
        "previous_hash": GENESIS,
        "at": "2026-02-03T04:05:06.000007Z",
        "subject_kind": "user",
        "subject_id": "u",
        "action": "label.moved",
        "object_kind": "label",
        "object_id": "prod",
        "prompt_id": "p",
        "label": "prod",
        "before": {"version_id": "1", "version_number": 1},
        "after": {"version_id": "2", "version_number": 2},
        "reason": "because",
        "request_id": "r",
    }
    assert entry(revision=7).hash == sha256(canonical_json(said)).hexdigest()


def test_every_part_of_a_change_is_in_the_hash() -> None:
    assert {one.name for one in fields(Change)} == OTHER.keys()
    hashes = {entry(replace(CHANGE, **{name: other})).hash for name, other in OTHER.items()}
    hashes |= {entry().hash, entry(revision=2).hash, entry(previous_hash="1" * 64).hash}
    assert len(hashes) == len(OTHER) + 3
    assert entry(seq=2).hash == entry().hash


def test_a_forged_entry_breaks_every_hash_after_it() -> None:
    def log(changes: list[Change]) -> list[str]:
        hashes = [GENESIS]
        for revision, change in enumerate(changes, 1):
            hashes.append(entry(change, revision=revision, previous_hash=hashes[-1]).hash)
        return hashes

    honest = log([CHANGE, CHANGE, CHANGE])
    forged = log([CHANGE, replace(CHANGE, reason="forged"), CHANGE])
    assert [one == other for one, other in zip(honest, forged, strict=True)] == [True, True, False, False]


@pytest.mark.parametrize("name", ["template", "email", "password", "variables", "token", "description", "text"])
@pytest.mark.parametrize("side", ["before", "after"])
def test_what_has_no_place_in_the_log_is_refused(side: str, name: str) -> None:
    with pytest.raises(ValueError, match=f"not allowed in the change log: {name}"):
        replace(CHANGE, **{side: {"name": "x", name: "secret"}})  # type: ignore[arg-type]  # a side by its name


def test_a_time_is_written_in_utc_with_six_digits() -> None:
    east = datetime(2026, 1, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert timestamp(east) == "2025-12-31T23:30:00.000000Z"


def test_a_scope_is_an_organization_a_team_without_one_or_the_instance() -> None:
    assert [str(one) for one in (Scope.of_team("t", "o"), Scope.of_team("t", None), INSTANCE)] == [
        "org:o",
        "team:t",
        "instance",
    ]
