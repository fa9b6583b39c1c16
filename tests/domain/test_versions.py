"""The life of a version, and how one is named: contracts/px0.md 1.5."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptwire.domain.errors import InvalidInput, WrongStatus
from promptwire.domain.plans import Leads, Plan, archival, demotion
from promptwire.domain.versions import (
    ByLabel,
    ByLive,
    ByNumber,
    Reference,
    Status,
    Version,
    by_label,
    check_can_edit,
    parse_path_reference,
    parse_promotion_target,
    parse_status,
    promotion_target,
)
from support import make

DRAFT, STABLE, LIVE, ARCHIVED = Status
NUMBERS = st.integers(-(2**63) + 1, 2**63 - 1)


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("1", ByNumber(1)),
        ("007", ByNumber(7)),
        ("+1", ByNumber(1)),
        ("-1", ByNumber(-1)),
        ("9223372036854775807", ByNumber(2**63 - 1)),
        ("9223372036854775808", ByLabel("9223372036854775808")),
        ("9" * 5000, ByLabel("9" * 5000)),
        ("1_0", ByLabel("1_0")),
        ("0x1", ByLabel("0x1")),
        ("1.0", ByLabel("1.0")),
        (" 1", ByLabel(" 1")),
        ("1\n", ByLabel("1\n")),
        ("+-1", ByLabel("+-1")),
        ("\uff11", ByLabel("\uff11")),
        ("\u0661", ByLabel("\u0661")),
        ("", ByLabel("")),
        ("prod", ByLabel("prod")),
        ("live", ByLive()),
        ("LIVE", ByLabel("LIVE")),
    ],
)
def test_a_path_names_a_number_first_as_gos_atoi_reads_it(text: str, reference: Reference) -> None:
    assert parse_path_reference(text) == reference


@given(NUMBERS)
def test_every_number_is_a_number(number: int) -> None:
    assert parse_path_reference(str(number)) == parse_path_reference(f"{number:+}") == ByNumber(number)


@given(st.text(max_size=30))
def test_every_path_names_something(text: str) -> None:
    reference = parse_path_reference(text)
    assert isinstance(reference, ByNumber) or reference == by_label(text)


@pytest.mark.parametrize(
    ("status", "to", "then"),
    [
        (DRAFT, None, STABLE),
        (DRAFT, STABLE, STABLE),
        (DRAFT, LIVE, LIVE),
        (STABLE, None, LIVE),
        (STABLE, STABLE, STABLE),
        (STABLE, LIVE, LIVE),
        (LIVE, LIVE, LIVE),
    ],
)
def test_a_promotion_leads_up(status: Status, to: Status | None, then: Status) -> None:
    assert promotion_target(status, to) is then
    if to:
        assert promotion_target(then, to) is then


@pytest.mark.parametrize(
    ("status", "to"), [(LIVE, None), (LIVE, STABLE), (ARCHIVED, None), (ARCHIVED, STABLE), (ARCHIVED, LIVE)]
)
def test_a_promotion_leads_nowhere_else(status: Status, to: Status | None) -> None:
    with pytest.raises(WrongStatus) as refused:
        promotion_target(status, to)
    assert (refused.value.action, refused.value.status) == ("promote", status.value)


def test_two_steps_are_the_way_to_live() -> None:
    assert list(pairwise([DRAFT, STABLE, LIVE])) == [(at, promotion_target(at, None)) for at in (DRAFT, STABLE)]


def asks(plan: Callable[[Version], Plan]) -> Callable[[Status], None]:
    def check(status: Status) -> None:
        if fault := plan(make.version("prompt", 1, status=status)).fault:
            raise fault

    return check


PROMPT = make.prompt("team")
NOWHERE = Leads(labels={}, live=None)


@pytest.mark.parametrize(
    ("check", "action", "allowed"),
    [
        (check_can_edit, "update", {DRAFT}),
        (asks(lambda version: demotion(PROMPT, version, NOWHERE)), "demote", {LIVE}),
        (asks(lambda version: archival(PROMPT, version)), "archive", {DRAFT, STABLE, LIVE}),
    ],
    ids=["update", "demote", "archive"],
)
@pytest.mark.parametrize("status", list(Status))
def test_a_status_allows_an_action_or_names_it(
    check: Callable[[Status], None], action: str, allowed: set[Status], status: Status
) -> None:
    if status in allowed:
        check(status)
        return
    with pytest.raises(WrongStatus) as refused:
        check(status)
    assert (refused.value.action, refused.value.status) == (action, status.value)


def test_the_words_of_a_status_and_of_a_target() -> None:
    assert [parse_status(status.value) for status in Status] == list(Status)
    assert [parse_promotion_target(text) for text in (None, "stable", "live")] == [None, STABLE, LIVE]
    for text in ("", "Live", "published", "draft,live"):
        with pytest.raises(InvalidInput):
            parse_status(text)
    for text in ("", "draft", "archived", "LIVE"):
        with pytest.raises(InvalidInput):
            parse_promotion_target(text)
