"""`numbers="exact"`, the default: integers are Go's int, and what does not fit is a clear error."""

from collections.abc import Callable
from typing import Any

import pytest

from gotemplate import ExecError, Template

INT64 = 1 << 63


@pytest.mark.parametrize("number", [INT64, -INT64 - 1, 12345678901234567890, 10**400])
@pytest.mark.parametrize(
    "text",
    ["{{.n}}", "{{if .n}}{{end}}", "{{eq .n 3}}", '{{printf "%d" .n}}', "{{range .n}}{{end}}", "{{print .}}", "{{.}}"],
)
def test_integers_beyond_int64_are_an_error(number: int, text: str) -> None:
    template = Template.parse(text)
    for _ in range(4):  # in both tiers
        with pytest.raises(ExecError) as caught:
            template.render({"n": number})
        assert str(caught.value).endswith("overflows int")
        assert caught.value.line == 1


def test_a_huge_integer_is_named_by_its_size() -> None:
    with pytest.raises(ExecError, match="an integer of 4000001 bits overflows int"):
        Template.parse("{{.n}}").render({"n": 1 << 4_000_000})


@pytest.mark.parametrize("number", [INT64 - 1, -INT64, 0])
def test_the_ends_of_int64_print(number: int, ask: Callable[..., Any]) -> None:
    assert ask("{{.n}} {{print .n}}", {"n": number}) == {"out": f"{number} {number}"}


def test_float64_reads_any_integer_that_is_a_float(ask: Callable[..., Any]) -> None:
    assert ask("{{.n}}", {"n": 10**20}, numbers="float64") == {"out": "1e+20"}
    assert ask("{{.n}}", {"n": 10**400}, numbers="float64")["err"].endswith("overflows float64")


@pytest.mark.parametrize(
    ("number", "text"), [(float("inf"), "+Inf"), (float("-inf"), "-Inf"), (float("nan"), "NaN"), (-0.0, "-0")]
)
def test_floats_that_json_does_not_have(number: float, text: str, ask: Callable[..., Any]) -> None:
    assert ask("{{.n}} {{print .n}}", {"n": number}) == {"out": f"{text} {text}"}
    assert ask('{{printf "%.1f|%6.2f|%+f|%06.1f" .n .n .n .n}}', {"n": number})["out"].count("|") == 3


def test_the_two_ways_differ_where_the_contract_says(ask: Callable[..., Any]) -> None:
    data = {"n": 1_000_000, "list": ["a", "b"], "one": 1}
    text = '{{.n}} {{printf "%d" .n}} {{range .one}}x{{end}} {{index .list .one}} {{if gt .n 3}}more{{end}}'
    assert ask(text, data) == {"out": "1000000 1000000 x b more"}
    assert ask("{{.n}}", data, numbers="float64") == {"out": "1e+06"}
    assert ask("{{gt .n 3}}", data, numbers="float64")["stage"] == "exec"


def test_booleans_are_no_integers(ask: Callable[..., Any]) -> None:
    for numbers in ("exact", "float64"):
        assert ask("{{.b}} {{eq .b true}}", {"b": True}, numbers=numbers) == {"out": "true true"}
