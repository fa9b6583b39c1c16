"""The labels that a key is limited to: what it may read, and what it may move."""

from __future__ import annotations

from dataclasses import replace

import pytest

from promptwire.domain.errors import Forbidden, InvalidInput
from promptwire.domain.label_limits import (
    NO_LIMIT,
    LabelLimit,
    check_limit,
    check_moves_within,
    check_readable,
    check_reads,
    leading_to,
    movable,
    readable,
)
from promptwire.domain.subjects import KeySubject, OperatorSubject, UserSubject
from promptwire.domain.versions import ByLabel, ByLive, ByNumber, Reference, Status
from support import make

PROD = LabelLimit(frozenset({"prod", "live"}))


def key(**limits: tuple[str, ...] | None) -> KeySubject:
    return KeySubject(make.key(make.new_id(), None, **limits))


@pytest.mark.parametrize("subject", [UserSubject(make.user()), OperatorSubject(), key()])
def test_only_a_key_that_says_so_is_limited(subject: UserSubject | OperatorSubject | KeySubject) -> None:
    assert (readable(subject), movable(subject)) == (NO_LIMIT, NO_LIMIT)
    check_reads(readable(subject), ByNumber(1), ())
    check_reads(readable(subject), ByLabel("anything"), ())
    check_moves_within(movable(subject), ["anything", "live"])


def test_one_limit_says_nothing_about_the_other() -> None:
    reader, mover = key(readable_labels=("prod",)), key(movable_labels=("qa",))
    assert (readable(reader), movable(reader)) == (LabelLimit(frozenset({"prod"})), NO_LIMIT)
    assert (readable(mover), movable(mover)) == (NO_LIMIT, LabelLimit(frozenset({"qa"})))


@pytest.mark.parametrize(
    ("reference", "leading", "refused"),
    [
        pytest.param(ByLabel("prod"), ("prod",), None, id="label"),
        pytest.param(ByLive(), ("live",), None, id="live"),
        pytest.param(ByLabel("qa"), ("prod", "qa"), "label 'qa'", id="another label of the same version"),
        pytest.param(ByLabel("Prod"), ("Prod",), "label 'Prod'", id="look-alike"),
        pytest.param(ByNumber(3), ("prod", "qa"), None, id="number under a label"),
        pytest.param(ByNumber(3), ("live",), None, id="number of the live version"),
        pytest.param(ByNumber(3), ("qa",), "version 3", id="number elsewhere"),
        pytest.param(ByNumber(3), (), "version 3", id="number nowhere"),
    ],
)
def test_what_a_limited_key_reads(reference: Reference, leading: tuple[str, ...], refused: str | None) -> None:
    if refused is None:
        check_reads(PROD, reference, leading)
        return
    with pytest.raises(Forbidden) as error:
        check_reads(PROD, reference, leading)
    assert str(error.value) == (
        f"forbidden: needs an API key that may read {refused}, has one limited to reading 'live', 'prod'"
    )


def test_live_is_not_readable_unless_it_is_named() -> None:
    with pytest.raises(Forbidden, match="may read label 'live'"):
        check_reads(LabelLimit(frozenset({"prod"})), ByLive(), ("prod", "live"))


def test_what_leads_to_a_version() -> None:
    version = replace(make.version("p", 1), labels=("a", "b"))
    assert leading_to(version) == ("a", "b")
    assert leading_to(replace(version, status=Status.LIVE)) == ("a", "b", "live")


def test_a_move_beyond_the_limit_names_all_of_it() -> None:
    check_moves_within(PROD, ["prod", "live"])
    check_moves_within(LabelLimit(frozenset()), [])
    with pytest.raises(Forbidden) as error:
        check_moves_within(PROD, ["qa", "prod", "beta", "qa"])
    assert str(error.value) == (
        "forbidden: needs an API key that may move 'beta', 'qa', has one limited to moving 'live', 'prod'"
    )
    with pytest.raises(Forbidden, match="has one limited to moving none"):
        check_moves_within(LabelLimit(frozenset()), ["qa"])


def test_a_limit_names_labels_once_in_their_stored_form() -> None:
    assert check_limit(None, "f") is None
    assert check_limit([], "f") == ()
    assert check_limit(["e\u0301", "b", "\u00e9", "LIVE"], "f") == ("\u00e9", "b", "live")
    with pytest.raises(InvalidInput) as error:
        check_limit([str(one) for one in range(51)], "movable_labels")
    assert (error.value.message, error.value.field) == (
        "movable_labels must name at most 50 labels",
        "movable_labels",
    )
    with pytest.raises(InvalidInput, match="f: a label must not be empty"):
        check_limit([""], "f")
    with pytest.raises(InvalidInput, match="readable_labels must name a label"):
        check_readable([])
    assert check_readable(None) is None
