"""Every operation by everybody who might ask for it: what the table beside this says, over HTTP, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from api.rights import GOVERNORS, RIGHTS, ROWS, Row
from promptwire.api.evalguard.app import ROUTERS as EVALGUARD
from promptwire.api.v1.app import ROUTERS as V1
from promptwire.storage.store import SqlStore
from support.scene import SUBJECTS
from support.server import ServerProcess
from support.stage import MAKERS, Stage

ROUTES = {
    route.operation_id: route
    for router in (*V1, *EVALGUARD)
    for route in router.routes
    if isinstance(route, APIRoute) and route.include_in_schema
}
EACH_ROW = pytest.mark.parametrize("row", [pytest.param(row, id=f"{row.operation}-{row.request}") for row in ROWS])
MOVES = [pytest.param(row, label, id=f"{row.operation}-{label}") for row in ROWS for label in row.moves]
TOLD = {"user_not_verified", "sign_up_closed", "protected_label"}


@pytest.fixture(scope="module")
def quiet(server: ServerProcess, server_store: SqlStore) -> Iterator[Stage]:
    """A stage for all who are refused: it stays as it is."""
    stage = Stage.of(server, server_store, SUBJECTS)
    stage.names |= {name: stage.names[name] for name in MAKERS}
    before = stage.rows()
    yield stage
    assert stage.rows() == before
    stage.close()


@pytest.fixture(scope="module")
def busy(server: ServerProcess, server_store: SqlStore) -> Iterator[Stage]:
    """A stage for all who may: what they work on is made anew for each."""
    stage = Stage.of(server, server_store, SUBJECTS)
    yield stage
    stage.close()


def test_every_operation_has_a_row_and_every_right_names_everybody() -> None:
    assert {row.operation for row in ROWS} == ROUTES.keys()
    assert {row.right for row in ROWS} == RIGHTS.keys()
    for right in RIGHTS.values():
        assert right.keys() == SUBJECTS.keys()


@EACH_ROW
def test_who_may_not_is_refused_and_changes_nothing(quiet: Stage, row: Row) -> None:
    expected = {subject: cell for subject, cell in RIGHTS[row.right].items() if cell != "ok"}
    before = quiet.changes()
    assert {subject: status(quiet.ask(subject, row.request, row.body, row.headers)) for subject in expected} == expected
    assert quiet.entries(before) == []


@EACH_ROW
def test_who_may_does_and_the_log_says_so(busy: Stage, row: Row) -> None:
    expected = {subject: done(row) for subject in who_may(row)}
    assert {subject: on_a_new_stage(busy, subject, row) for subject in expected} == expected


@pytest.mark.parametrize(("row", "label"), MOVES)
def test_a_protected_label_moves_only_for_who_governs_it(busy: Stage, row: Row, label: str) -> None:
    stage = Stage.of(busy.world.server, busy.world.store)
    stage.protect(label, "admin")
    refused = {subject: "403 protected_label, changes: []" for subject in who_may(row) if subject not in GOVERNORS}
    assert refused
    assert {subject: got(stage, subject, row) for subject in refused} == refused
    governor = next(subject for subject in GOVERNORS if subject in who_may(row))
    assert got(stage, governor, row) == done(row)
    stage.close()


GATES: list[Any] = [
    pytest.param({"approvals": 1}, id="approvals"),
    pytest.param({"frozen_until": datetime(2100, 1, 1, tzinfo=UTC)}, id="frozen"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("row", "label"), MOVES)
@pytest.mark.parametrize("policy", GATES)
def test_a_gated_label_moves_at_nobodys_hands(busy: Stage, row: Row, label: str, policy: dict[str, Any]) -> None:
    stage = Stage.of(busy.world.server, busy.world.store)
    stage.protect(label, "viewer", **policy)
    refused = dict.fromkeys(who_may(row), "403 protected_label, changes: []")
    assert refused
    assert {subject: got(stage, subject, row) for subject in refused} == refused
    stage.close()


def who_may(row: Row) -> list[str]:
    may = [subject for subject, cell in RIGHTS[row.right].items() if cell == "ok"]
    return may[::8] if row.slow else may


def done(row: Row) -> str:
    return f"{ROUTES[row.operation].status_code or 200}, changes: {list(row.changes)}"


def on_a_new_stage(busy: Stage, subject: str, row: Row) -> str:
    busy.renew()
    if not row.own:
        return got(busy, subject, row)
    stage = Stage.of(busy.world.server, busy.world.store, [subject])
    answered = got(stage, subject, row)
    stage.close()
    return answered


def got(stage: Stage, subject: str, row: Row) -> str:
    """Send the request of a row; gives what became of it in a line."""
    if row.moves or any(name in row.request for name in ("{prompt}", "{slug}", "{version}")):
        assert stage.names["prompt"], "a prompt whose labels could move is there, and what made it is in the log"
    before = stage.changes()
    answer = stage.ask(subject, row.request, row.body, row.headers)
    entries = stage.entries(before)
    moved = {one.change.label for one in entries if one.change.object_kind not in {"protected_label", "change_request"}}
    assert moved <= {None, *row.moves}
    if row.right != "public":
        assert {entry.change.subject_id for entry in entries} <= {stage.acting.get(subject)}
    actions = [] if row.own and not row.changes else [entry.change.action for entry in entries]
    return f"{status(answer)}, changes: {actions}"


def status(answer: httpx.Response) -> str:
    if answer.is_success:
        return str(answer.status_code)
    body: dict[str, Any] = answer.json()
    code = (body["error"]["code"] if isinstance(body["error"], dict) else body["code"]).lower()
    return f"{answer.status_code} {code}" if code in TOLD else str(answer.status_code)
