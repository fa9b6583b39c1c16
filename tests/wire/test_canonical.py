from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptwire.wire.canonical import JsonValue, canonical_json

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (333333333.33333329, "333333333.3333333"),
        (1e30, "1e+30"),
        (4.50, "4.5"),
        (2e-3, "0.002"),
        (0.000000000000000000000000001, "1e-27"),
        (1e21, "1e+21"),
        (1e20, "100000000000000000000"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (1e-6, "0.000001"),
        (1.5e-6, "0.0000015"),
        (9.999e-7, "9.999e-7"),
        (-1.25e-5, "-0.0000125"),
        (0.0001, "0.0001"),
        (2**60 + 1, str(2**60 + 1)),
    ],
)
def test_numbers_are_written_as_rfc_8785_has_them(value: float, text: str) -> None:
    assert canonical_json(value) == text.encode()


def test_keys_are_sorted_by_utf16_units_and_nothing_is_padded() -> None:
    value: JsonValue = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": [True, None]}
    assert canonical_json(value).decode() == '{"\\r":2,"1":4,"\u0080":6,"ö":[true,null],"€":1,"😀":5,"\ufb33":3}'


def test_strings_are_escaped_only_where_they_must_be() -> None:
    assert canonical_json('\u20ac$\x0f\nA\'B"\\\\"/') == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, "\ud800"])
def test_what_json_cannot_hold_is_refused(value: float | str) -> None:
    with pytest.raises(ValueError, match=r"NaN|surrogate"):
        canonical_json(value)


@given(JSON)
def test_canonical_json_reads_back_as_the_same_value(value: JsonValue) -> None:
    assert json.loads(canonical_json(value)) == value


@given(JSON)
def test_canonical_json_is_stable(value: JsonValue) -> None:
    once = canonical_json(value)
    assert canonical_json(json.loads(once)) == once
