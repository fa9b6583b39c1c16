"""Plans: what a call would do to labels and statuses, and all that it must be asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptwire.domain.errors import NotFound, WrongStatus
from promptwire.domain.labels import LabelRequest
from promptwire.domain.moves import Effect, Move
from promptwire.domain.plans import (
    Leads,
    Plan,
    StatusChange,
    archival,
    deletion,
    demotion,
    departure,
    edit,
    promotion,
    relabelling,
    removal,
    retirement,
    unlabelling,
)
from promptwire.domain.versions import Status
from support import make

PROMPT = make.prompt("team")
V1, V2, V3 = (replace(make.version(PROMPT.id, number), id=f"v{number}") for number in (1, 2, 3))
LIVE = replace(V2, status=Status.LIVE, labels=("prod", "qa"))
LABELS = st.lists(st.sampled_from("abcdef"), unique=True)
HOLDERS = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["v1", "v2", "v3"]))
LEADS = Leads(labels={"prod": "v2", "qa": "v2", "old": "v1"}, live=LIVE)
NONE = Leads(labels={}, live=None)


def moves(plan: Plan) -> list[tuple[str, str | None, str | None, Effect]]:
    return [(one.label, one.from_version_id, one.to_version_id, one.effect) for one in plan.moves]


def statuses(plan: Plan) -> list[tuple[str, Status, str]]:
    return [(one.version.id, one.status, one.action) for one in plan.statuses]


@given(add=LABELS, remove=LABELS, holders=HOLDERS)
def test_a_request_leads_to_what_was_asked_for_and_names_all_of_it(
    add: list[str], remove: list[str], holders: dict[str, str]
) -> None:
    request = LabelRequest(add=tuple(add), remove=tuple(label for label in remove if label not in add))
    plan = relabelling(PROMPT, V1, request, Leads(labels=holders, live=None))
    assert {move.label for move in plan.moves} == set(request.labels)
    after = dict(holders)
    for move in plan.moves:
        assert after.pop(move.label, None) == move.from_version_id
        if move.to_version_id:
            after[move.label] = move.to_version_id
    gone = {label for label in request.remove if holders.get(label) == "v1"}
    kept = {label: version for label, version in holders.items() if label not in gone}
    assert after == kept | dict.fromkeys(request.add, "v1")
    again = relabelling(PROMPT, V1, request, Leads(labels=after, live=None))
    assert not any(move.changes for move in again.moves)


def test_a6_what_is_elsewhere_is_not_removed() -> None:
    request, leads = LabelRequest(remove=("a",)), Leads(labels={"a": "v1"}, live=None)
    assert moves(relabelling(PROMPT, V2, request, leads)) == [("a", "v1", "v1", Effect.LEADS)]
    assert moves(relabelling(PROMPT, V1, request, leads)) == [("a", "v1", None, Effect.LEADS)]


def test_taking_away_what_nobody_holds_is_a_fault() -> None:
    assert moves(unlabelling(PROMPT, "a", V1)) == [("a", "v1", None, Effect.LEADS)]
    ghost = unlabelling(PROMPT, "a", None)
    assert (moves(ghost), type(ghost.fault)) == ([("a", None, None, Effect.LEADS)], NotFound)


def test_a_promotion_to_stable_asks_nothing_and_one_to_live_displaces() -> None:
    plan = promotion(PROMPT, V1, Status.STABLE, LEADS)
    assert (moves(plan), statuses(plan)) == ([], [("v1", Status.STABLE, "version.promoted")])
    plan = promotion(PROMPT, V1, Status.LIVE, LEADS)
    assert moves(plan) == [("live", "v2", "v1", Effect.LEADS)]
    assert statuses(plan) == [("v2", Status.STABLE, "version.displaced"), ("v1", Status.LIVE, "version.promoted")]
    plan = promotion(PROMPT, V1, Status.LIVE, NONE)
    assert (moves(plan), len(plan.statuses)) == ([("live", None, "v1", Effect.LEADS)], 1)
    plan = promotion(PROMPT, LIVE, Status.LIVE, LEADS)
    assert (moves(plan), statuses(plan)) == ([("live", "v2", "v2", Effect.LEADS)], [])


def test_a_demotion_asks_for_live_also_of_what_is_not_live() -> None:
    plan = demotion(PROMPT, LIVE, LEADS)
    assert moves(plan) == [("live", "v2", None, Effect.LEADS)]
    assert statuses(plan) == [("v2", Status.STABLE, "version.demoted")]
    plan = demotion(PROMPT, V1, LEADS)
    assert (moves(plan), statuses(plan)) == ([("live", "v2", "v2", Effect.LEADS)], [])
    assert isinstance(plan.fault, WrongStatus)


def test_an_archival_retires_the_labels_and_ends_the_live_status() -> None:
    plan = archival(PROMPT, LIVE)
    retired = [("prod", "v2", "v2", Effect.RETIRES), ("qa", "v2", "v2", Effect.RETIRES)]
    assert moves(plan) == [*retired, ("live", "v2", None, Effect.LEADS)]
    assert statuses(plan) == [("v2", Status.ARCHIVED, "version.archived")]
    assert isinstance(archival(PROMPT, replace(V1, status=Status.ARCHIVED)).fault, WrongStatus)


def test_a_deletion_takes_the_labels_of_a_draft_and_archives_the_rest() -> None:
    plan = deletion(PROMPT, replace(V1, labels=("old",)))
    assert (moves(plan), plan.deletes) == ([("old", "v1", None, Effect.LEADS)], True)
    assert deletion(PROMPT, LIVE) == archival(PROMPT, LIVE)
    gone = deletion(PROMPT, replace(V1, status=Status.ARCHIVED, labels=("old",)))
    assert (gone.moves, gone.statuses, gone.deletes, gone.fault) == ((), (), False, None)


def test_an_edit_asks_every_label_over_the_text() -> None:
    assert moves(edit(PROMPT, replace(V1, labels=("old",)))) == [("old", "v1", "v1", Effect.TEXT)]
    assert edit(PROMPT, V1).moves == ()


@pytest.mark.parametrize(
    ("plan", "effect"),
    [
        pytest.param(retirement(PROMPT, LEADS), Effect.RETIRES, id="retirement"),
        pytest.param(departure(PROMPT, LEADS, "other"), Effect.LEAVES, id="departure"),
    ],
)
def test_of_a_whole_prompt_everything_is_asked_for_and_nothing_moves(plan: Plan, effect: Effect) -> None:
    expected = {"live": "v2", "prod": "v2", "qa": "v2", "old": "v1"}
    assert {(one.label, one.from_version_id) for one in plan.moves} == set(expected.items())
    assert {one.effect for one in plan.moves} == {effect}
    assert not any(one.changes for one in plan.moves)


def test_a_removal_takes_every_label_away() -> None:
    plan = removal(PROMPT, LEADS)
    assert [one.label for one in plan.moves] == ["live", "old", "prod", "qa"]
    assert all(one.to_version_id is None for one in plan.moves)


def test_no_plan_changes_the_live_status_unasked() -> None:
    change = StatusChange(version=V1, status=Status.LIVE, action="version.promoted")
    with pytest.raises(ValueError, match="live"):
        Plan(prompt=PROMPT, version=V1, statuses=(change,))
    with pytest.raises(ValueError, match="live"):
        Plan(prompt=PROMPT, statuses=(replace(change, version=LIVE, status=Status.STABLE),))
    named = Move(label="live", from_version_id=None, to_version_id="v1")
    assert Plan(prompt=PROMPT, version=V1, moves=(named,), statuses=(change,)).statuses == (change,)
