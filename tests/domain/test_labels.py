"""Labels: what one is, and what a request for a version changes (contracts/evalguard-labels.md A1 to A16)."""

from __future__ import annotations

import pytest

from promptwire.domain.errors import InvalidInput
from promptwire.domain.labels import LabelRequest, check_label, check_tag, label_request


def test_a9_duplicates_go_and_the_first_order_stays() -> None:
    assert label_request(["b", "a", "b"], ["d", "c", "d"]) == LabelRequest(add=("b", "a"), remove=("d", "c"))


@pytest.mark.parametrize(
    ("add", "remove", "field"),
    [
        pytest.param(["x"], ["x"], "add", id="A8"),
        pytest.param(["e\u0301"], ["\u00e9"], "add", id="A8-nfc"),
        pytest.param(["x"] * 21, [], "add", id="A9"),
        pytest.param([], ["x"] * 21, "remove", id="A24"),
        pytest.param(["ok", "x" * 61], [], "add[1]", id="A13"),
        pytest.param([], ["ok", ""], "remove[1]", id="A14"),
        pytest.param(["Live"], [], "add[0]", id="live"),
    ],
)
def test_a_bad_request_names_its_field(add: list[str], remove: list[str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        label_request(add, remove)
    assert refused.value.field == field


@pytest.mark.parametrize("label", ["x" * 60, "\N{ROCKET}" * 60, "e\u0301" * 60, "a b", "3", "latest", "living", "a/b"])
def test_a_label(label: str) -> None:
    assert check_label(check_label(label)) == check_label(label)


@pytest.mark.parametrize(
    "label", ["", " a", "a ", "a\n", "\0", "\x7f", "\ud800", "\u2028", chr(0xFFFD), "\uff2c\u0069ve"]
)
def test_no_label(label: str) -> None:
    with pytest.raises(InvalidInput):
        check_label(label)


@pytest.mark.parametrize("tag", ["", "a b", "\u00e9", "a/b", "x" * 51, "prod\n", "live", "LIVE"])
def test_no_tag(tag: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_tag(tag)
    assert refused.value.field == "tag"
