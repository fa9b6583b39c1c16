from __future__ import annotations

import json

import pytest

from promptwire.wire.scores import Score, check
from promptwire.wire.use import Reporter, Served, Used, UseReport, read_wait

REPORT = UseReport(
    process=Reporter(id="i", service="s", instance="n", sdk="k"),
    number=3,
    age=1.5,
    ending=True,
    serves=(Served(prompt_id="p", version=2, label="prod", source="disk"),),
    uses=(
        Used(prompt_id="p", version=2, label=None, source="server", renders=4, errors=1),
        Used(prompt="team/slug", source="fallback", renders=1),
    ),
)


def test_a_report_comes_back_as_it_was() -> None:
    assert UseReport.from_json(json.loads(json.dumps(REPORT.as_json()))) == REPORT


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("process", None, "process is not an object"),
        ("number", "1", "number is not an integer"),
        ("age", True, "age is not a number"),
        ("serves", [1], "serves is not an object"),
        ("uses", {}, "uses is not a list"),
    ],
)
def test_what_is_no_report_is_named(field: str, value: object, words: str) -> None:
    with pytest.raises(ValueError) as caught:
        UseReport.from_json({**REPORT.as_json(), field: value})
    assert str(caught.value) == words


def test_the_answer_says_how_long_to_wait_or_that_none_is_wanted() -> None:
    assert read_wait({"wait": 60}) == 60
    assert read_wait({"wait": None, "else": 1}) is None


def test_a_score_comes_back_as_it_was() -> None:
    for value in (True, 1, 2.5, "kind"):
        score = Score(id="01234567-89ab-cdef-0123-456789abcdef", name="n", value=value, trace_id="t", comment="c")
        check(score)
        back = Score.from_json(json.loads(json.dumps(score.as_json())))
        assert (back, type(back.value)) == (score, type(value))
