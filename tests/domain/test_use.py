"""Which reports count, and what many scores say."""

from __future__ import annotations

import math
import statistics
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from promptwire.domain.scores import Moments
from promptwire.domain.use import NOTHING_SEEN, Span, time_of

FLOATS = st.floats(-1e6, 1e6)


@given(st.lists(st.integers(1, 80), max_size=120))
def test_each_report_counts_once_in_whatever_order_they_come_unless_far_too_late(numbers: list[int]) -> None:
    window, counted = NOTHING_SEEN, set[int]()
    for number in numbers:
        admitted = window.admit(number)
        late = number <= window.last - 63
        assert (admitted is not None) == (number not in counted and not late)
        if admitted is not None:
            window = admitted
            counted.add(number)
        assert window.last == max(counted, default=0)
        assert 0 <= window.seen < 2**63


@given(st.lists(st.lists(FLOATS, min_size=1, max_size=20), min_size=1, max_size=6))
def test_groups_of_numbers_say_together_what_all_of_them_say(groups: list[list[float]]) -> None:
    everything = [number for group in groups for number in group]
    whole: Moments | None = None
    for group in groups:
        part = Moments.of(group[0])
        for number in group[1:]:
            part = part.join(Moments.of(number))
        whole = whole.join(part) if whole else part
    assert whole
    assert (whole.count, whole.low, whole.high) == (len(everything), min(everything), max(everything))
    assert math.isclose(whole.mean, statistics.fmean(everything), rel_tol=1e-9, abs_tol=1e-6)
    if len(everything) > 1:
        assert whole.deviation is not None
        assert math.isclose(whole.deviation, statistics.stdev(everything), rel_tol=1e-6, abs_tol=1e-3)
    else:
        assert whole.deviation is None


def test_hours_and_days_begin_in_utc() -> None:
    at = datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC)
    assert time_of(Span.HOUR.start(at)) == datetime(2026, 3, 1, 23, tzinfo=UTC)
    assert time_of(Span.DAY.start(at)) == datetime(2026, 3, 1, tzinfo=UTC)
