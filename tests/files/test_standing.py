"""How a prompt stands, for each thing that can have become of it on both sides."""

from __future__ import annotations

import pytest

from promptwire.files.prompt_file import State
from promptwire.files.standing import Standing, stand
from promptwire.wire.content import Content

STATES = {name: State(name="a", content=Content(template=name)) for name in ("one", "two", "three")} | {"-": None}


@pytest.mark.parametrize(
    ("base", "here", "there", "standing"),
    [
        ("-", "one", "-", Standing.NEW_HERE),
        ("-", "-", "one", Standing.NEW_THERE),
        ("-", "one", "one", Standing.SAME),
        ("-", "one", "two", Standing.CHANGED_BOTH),
        ("one", "one", "one", Standing.SAME),
        ("one", "two", "two", Standing.SAME),
        ("one", "two", "one", Standing.CHANGED_HERE),
        ("one", "one", "two", Standing.CHANGED_THERE),
        ("one", "two", "three", Standing.CHANGED_BOTH),
        ("one", "-", "one", Standing.DELETED_HERE),
        ("one", "-", "two", Standing.DELETED_HERE_CHANGED_THERE),
        ("one", "one", "-", Standing.GONE_THERE),
        ("one", "two", "-", Standing.CHANGED_HERE_GONE_THERE),
        ("one", "-", "-", Standing.FORGOTTEN),
    ],
)
def test_what_became_of_it(base: str, here: str, there: str, standing: Standing) -> None:
    assert stand(STATES[base], STATES[here], STATES[there]) is standing


def test_numbers_that_json_writes_alike_are_no_change() -> None:
    one, other = (State(name="a", content=Content(template="x", model_params={"t": t})) for t in (1, 1.0))
    assert stand(one, one, other) is Standing.SAME
