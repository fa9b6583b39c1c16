"""The quick way to read the body of a render reads what the usual way reads, or leaves it to that."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from promptwire.api.v1.reads import JSON, Read, _quickly
from promptwire.api.v1.renders import variables_in
from promptwire.api.v1.targets import parse
from promptwire.domain.errors import InvalidBody

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(2**62, 2**70) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
VARIABLES = st.dictionaries(st.text(max_size=5), VALUES, max_size=4)


def read(body: bytes) -> Read:
    target = parse(b"/v1/prompts/x/render")
    assert target
    asked = Read(target, None, None, JSON)
    asked.body = body
    return asked


def usual(body: bytes) -> Any:
    try:
        return variables_in(body, "application/json")
    except InvalidBody:
        return None


def exact(value: Any) -> str:
    return repr(value)  # tells 1 from 1.0 and -0.0 from 0


@given(variables=VARIABLES, escaped=st.booleans(), spaces=st.sampled_from([None, 1]))
def test_what_it_reads_is_what_was_sent(variables: dict[str, Any], spaces: int | None, *, escaped: bool) -> None:
    body = json.dumps({"variables": variables}, ensure_ascii=escaped, indent=spaces).encode(errors="surrogatepass")
    quick = _quickly(read(body))
    if quick is not None:
        assert exact(quick) == exact(usual(body))


@given(body=st.binary(max_size=60).map(lambda inner: b'{"variables": {"a": ' + inner + b"}}"))
@example(b'{"variables": {"a": 1e999}}')
@example(b'{"variables": {"a": NaN}}')
@example(b'{"variables": {"a": "\\ud800"}}')
@example(b'{"variables": {"a": "\xff"}}')
@example(b'{"variables": {"a": 1, "a": 2}}')
@example(b'{"variables": {"a": 1}, "variables": {"b": 2}}')
@example(b'{"variables": {"a": -0}}')
@example(b'{"variables": {"a": ' + b"9" * 5000 + b"}}")
@example(b'\xef\xbb\xbf{"variables": {}}')
@example(b'{"variables": {"a": 1}} ')
@example(b'{"variables": {"a": 1},}')
@example(b'{"VARIABLES": {"a": 1}}')
@example(b'{"variables": {"a": 1}, "x": 1}')
@example(b'{"variables": null}')
@example(b"null")
def test_what_it_reads_of_any_bytes_is_what_the_usual_way_reads(body: bytes) -> None:
    quick = _quickly(read(body))
    if quick is not None:
        assert exact(quick) == exact(usual(body))


@pytest.mark.parametrize("body", [b'{"variables": {"a": 1}}', b'{"variables":{}}', b' {"variables": {"a": [{}]}} '])
def test_the_usual_body_is_read_quickly(body: bytes) -> None:
    assert _quickly(read(body)) == usual(body)
