"""What data may be, and that a template never reaches more of it than its values."""

import collections
import datetime as dt
import enum
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest

from gotemplate import ExecError, LimitError, Limits, Template


class Colour(enum.StrEnum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


class Half(float):
    def __str__(self) -> str:
        raise AssertionError


class Loud(str):
    __slots__ = ()

    def __str__(self) -> str:
        raise AssertionError


class View(Mapping[str, Any]):
    def __init__(self, items: dict[str, Any]) -> None:
        self._items = items

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)


class Row(Sequence[Any]):
    def __init__(self, *items: Any) -> None:
        self._items = items

    def __getitem__(self, index: Any) -> Any:
        return self._items[index]

    def __len__(self) -> int:
        return len(self._items)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Colour.RED, "red"),
        (Level.HIGH, "3"),
        (Half(0.5), "0.5"),
        (Loud("loud"), "loud"),
        (("a", 1), "[a 1]"),
        (range(3), "[0 1 2]"),
        (Row(1, Row("x")), "[1 [x]]"),
        (View({"b": 1, "a": View({})}), "map[a:map[] b:1]"),
        (types.MappingProxyType({"a": 1}), "map[a:1]"),
        (collections.OrderedDict(b=1, a=2), "map[a:2 b:1]"),
        (collections.UserDict({"a": [None]}), "map[a:[<nil>]]"),
        (collections.deque([1, 2]), "[1 2]"),
        (b"bytes", None),
        (bytearray(b"bytes"), None),
        ({1, 2}, None),
        (object(), None),
        (dt.date(2020, 1, 1), None),
        (1j, None),
        (len, None),
        ({1: "x"}, None),
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("text", ["{{.v}}", "{{print .v}}", "{{$x := .v}}{{$x}}", "{{with .v}}{{.}}{{end}}"])
def test_values_print_as_what_they_are_or_not_at_all(
    value: Any, expected: str | None, text: str, ask: Callable[..., Any]
) -> None:
    got = ask(text, {"v": value})
    if expected is None:
        assert "can't use a Python" in got["err"]
    else:
        assert got == {"out": expected}


@pytest.mark.parametrize(
    "text",
    [
        "{{range .v}}{{.}};{{end}}",
        "{{range $i, $e := .v}}{{$i}}={{$e}};{{end}}",
        "{{len .v}}",
        "{{index .v 1}}",
        "{{slice .v 1}}",
        "{{if .v}}yes{{end}}",
    ],
)
def test_any_sequence_is_a_list(text: str, ask: Callable[..., Any]) -> None:
    expected = ask(text, {"v": [4, 5, 6]})
    assert "out" in expected
    for value in ((4, 5, 6), range(4, 7), Row(4, 5, 6), collections.UserList([4, 5, 6])):
        assert ask(text, {"v": value}) == expected


@pytest.mark.parametrize(
    "text",
    [
        "{{range .v}}{{.}};{{end}}",
        "{{range $i, $e := .v}}{{$i}}={{$e}};{{end}}",
        "{{len .v}}",
        '{{index .v "a"}}',
        "{{.v.a}}",
        "{{with .v}}{{.b}}{{end}}",
    ],
)
def test_any_mapping_is_a_map(text: str, ask: Callable[..., Any]) -> None:
    expected = ask(text, {"v": {"b": 1, "a": 2}})
    assert "out" in expected
    for value in (View({"b": 1, "a": 2}), collections.UserDict(b=1, a=2), types.MappingProxyType({"b": 1, "a": 2})):
        assert ask(text, {"v": value}) == expected
    assert ask("{{.b}}", View({"b": 1})) == {"out": "1"}


def test_a_default_dict_is_not_asked_for_defaults(ask: Callable[..., Any]) -> None:
    data = {"m": collections.defaultdict(str, a="x")}
    assert ask("{{.m.a}}", data) == {"out": "x"}
    assert ask("{{.m.b}}", data)["err"].endswith('map has no entry for key "b"')
    assert list(data["m"]) == ["a"]


@pytest.mark.parametrize("name", ["__class__", "__init__", "upper", "format", "keys", "items", "append", "real", "mro"])
@pytest.mark.parametrize("value", ["text", [1], {"a": 1}, 1, 1.5, True])
def test_nothing_of_python_is_in_reach(name: str, value: Any, ask: Callable[..., Any]) -> None:
    assert ask("{{.v." + name + "}}", {"v": value})["stage"] == "exec"
    assert ask("{{call .v." + name + "}}", {"v": value})["stage"] == "exec"


@pytest.mark.parametrize(
    ("text", "out"), [("\ud800", "\ufffd"), ("a\udcffb", "a\ufffdb"), ("\udcc3\udca9", "\ufffd\ufffd")]
)
@pytest.mark.parametrize(
    "template", ["{{.v}}", "{{.v}}{{range .l}}{{.}}{{end}}", "{{print .v}}", "{{$x := .v}}{{$x}}", '{{printf "%s" .v}}']
)
def test_lone_surrogates_become_replacement_characters(
    text: str, out: str, template: str, ask: Callable[..., Any]
) -> None:
    assert ask(template, {"v": text, "l": []}) == {"out": out}


def test_lone_surrogates_count_as_what_they_become(ask: Callable[..., Any]) -> None:
    data = {"v": "\udcff", "m": {"\ud800": 1}, "w": "\ud800"}
    assert ask("{{len .v}} {{eq .v .w}} {{lt .v .w}} {{urlquery .v}} {{.m}}", data) == {
        "out": "3 true false %EF%BF%BD map[\ufffd:1]"
    }
    assert ask("{{range $k, $v := .m}}{{len $k}}{{end}}", data) == {"out": "3"}


def test_lone_surrogates_in_the_template() -> None:
    assert Template.parse("a\udcffb\ud800").render({}) == "a\ufffdb\ufffd"


def test_a_key_that_is_no_string_is_an_error_where_it_shows() -> None:
    with pytest.raises(ExecError, match="with a key of type int"):
        Template.parse("{{range .}}{{end}}").render({1: 2})  # type: ignore[dict-item]


def test_anything_may_be_the_cursor(ask: Callable[..., Any]) -> None:
    for value, text in ((None, "<no value>"), (1, "1"), ("x", "x"), ([1], "[1]"), (True, "true")):
        assert ask("{{.}}", value) == {"out": text}


def test_a_root_that_is_no_value_has_no_place() -> None:
    with pytest.raises(ExecError, match=r"^template: prompt: can't use a Python value of type builtins\.object$"):
        Template.parse("x").interpret(object())  # type: ignore[arg-type]


def test_integers_of_any_class_are_floats_where_all_numbers_are(ask: Callable[..., Any]) -> None:
    assert ask('{{.v}} {{printf "%T" .v}}', {"v": Level.HIGH}, numbers="float64") == {"out": "3 float64"}


def test_a_bad_element_of_a_loop_names_the_loop() -> None:
    with pytest.raises(ExecError, match=r"at <\.l>: .* overflows int"):
        Template.parse("{{range .l}}x{{end}}").render({"l": [1, 10**30]})


def test_spare_capacity_ends_where_the_table_does(ask: Callable[..., Any]) -> None:
    assert ask("{{slice .l 0 4}}", {"l": [1, 2, 3]}) == {"out": "[1 2 3 <nil>]"}
    assert "out of range: 3001" in ask("{{slice .l 0 3001}}", {"l": list(range(3000))})["err"]


def test_foreign_containers_are_copied_once_a_render() -> None:
    class Counted(View):
        reads = 0

        def __getitem__(self, key: str) -> Any:
            Counted.reads += 1
            return super().__getitem__(key)

    view = Counted({"a": 1, "b": (1, 2)})
    template = Template.parse("{{range 100}}{{$.v.a}}{{index $.v.b 0}}{{end}}")
    for _ in range(4):
        Counted.reads = 0
        assert template.render({"v": view, "w": view, "t": (view, view)}) == "11" * 100
        assert Counted.reads == 2


def test_foreign_containers_that_hold_themselves_are_refused() -> None:
    row: Any = collections.UserList()
    row.append(row)
    template = Template.parse("{{range .v}}{{end}}")
    for _ in range(4):
        with pytest.raises(LimitError, match="nesting"):
            template.render({"v": row})


def test_copying_foreign_containers_is_work() -> None:
    template = Template.parse("{{range .v}}{{end}}", limits=Limits(steps=1000))
    for _ in range(4):
        with pytest.raises(LimitError, match=r"^template: prompt:1:0: limit exceeded: steps \(1000\)$"):
            template.render({"v": range(100_000)})


def test_what_the_template_does_not_reach_may_be_anything() -> None:
    template = Template.parse("{{range .v}}{{.}}{{end}}")
    for _ in range(4):
        assert template.render({"v": (1, 2), "other": object(), "set": {1}}) == "12"
