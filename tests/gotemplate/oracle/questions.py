# ruff: noqa: E501 - tables of questions, one subject a line
"""Random templates and data: the questions for Go (`main.go`), and the food of the fuzz tests.

    python questions.py SEED COUNT | ./oracle | python questions.py slim > answers.jsonl

(`slim` leaves out the data, which is the same in every line.) Besides the questions about numbers that stand below,
templates are drawn from a grammar, then (sometimes) broken: a piece deleted, doubled, or replaced by another.
"""

import json
import random
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")

DATA: dict[str, Any] = {
    "s": "hi", "uni": "héllo 世界 🎉", "empty": "", "esc": "<a href=\"x\">O'Reilly & \\ \u2028 \x00</a>", "t": True, "fl": False,
    "nil": None, "n": 3, "i": 7, "neg": -3, "zero": 0, "f": 3.5, "tenth": 0.1, "big": 1000000, "wide": 9007199254740993,
    "max": 9223372036854775807, "min": -9223372036854775808, "whole": 1.0,
    "huge": 1e21, "tiny": 1e-05, "list": [1, 2, 3], "strs": ["a", "b", "c"], "elist": [], "words": ["x", "yy", ""],
    "m": {"b": 2, "a": 1, "é": 3}, "em": {}, "nest": {"x": {"y": {"z": "deep"}}}, "mixed": [1, "two", None, 1.5, {"k": "v"}, [1, 2]],
    "users": [{"name": "Ann", "age": 30, "tags": ["x", "y"]}, {"name": "Bob", "age": 25, "tags": []}],
}  # fmt: skip
PATHS = [".", "$", *("." + name for name in DATA), ".nest.x", ".nest.x.y.z", ".zz", ".nil.x", ".s.x", "$.users", "$.s"]
NUMBERS = [
    "0",
    "1",
    "2",
    "3",
    "-1",
    "1.5",
    "0.0",
    "1e3",
    "1e6",
    "'a'",
    "'é'",
    "0x1F",
    "0b11",
    "1i",
    "1.0",
    "5",
    "1_000",
    ".5",
    "12345678",
    "1e-7",
    "-0.0",
    "007",
]
STRINGS = [
    '"a"',
    '"hi"',
    '""',
    '"é世"',
    '"\\xff"',
    '"\\xe4\\xb8"',
    "`raw`",
    '"k"',
    '"x"',
    '"<&>"',
    '"%"',
    '"\\u00e9\\n"',
]
VERBS = "vvvvsdqxXtTeEfFgGbcUoOz%w"
FUNCTIONS = {
    "print": 2, "println": 2, "printf": 2, "len": 1, "index": 2, "slice": 2, "eq": 2, "ne": 2, "lt": 2, "le": 2, "gt": 2,
    "ge": 2, "and": 2, "or": 2, "not": 1, "html": 1, "js": 1, "urlquery": 1, "call": 1,
}  # fmt: skip
BREAKAGE = [
    "{{",
    "}}",
    "{{-",
    "-}}",
    ".",
    ".x",
    ".nil",
    "$x",
    "$",
    ":=",
    "=",
    "|",
    "(",
    ")",
    ",",
    '"a"',
    "`r`",
    "'a'",
    "1",
    "1.5",
    "0x",
    "1i",
    "true",
    "nil",
    "print",
    "printf",
    "len",
    "eq",
    "and",
    "if",
    "else",
    "end",
    "range",
    "with",
    "define",
    "template",
    "block",
    '"T"',
    "break",
    "continue",
    "/*",
    "*/",
    "%",
    "!",
    "é",
    "foo",
    "{{end}}",
    "{{else}}",
    "text",
]
PIECE = re.compile(r'"[^"\n]*"|`[^`]*`|\{\{-? ?|-?\}\}|\$?\.?\w+|\s+|.', re.DOTALL)


ABOUT_NUMBERS = (
    "{{.n}} {{.big}} {{.wide}} {{.max}} {{.min}} {{.neg}} {{.zero}} {{.f}} {{.whole}} {{.huge}} {{.tiny}}",
    "{{.list}} {{.mixed}} {{.users}} {{.m}}",
    "{{print .n .big .whole}} {{println .max .f}}",
    *(f'{{{{printf "%{verb}" .{name}}}}}' for verb in ["v", "d", "s", "q", "x", "X", "o", "b", "c", "U", "e", "f", "g", "t", "T", "+d", "08d", ".3d", "5.1f"]
      for name in ("n", "big", "whole", "f")),
    *(f"{{{{{function} .n {other}}}}}" for function in ("eq", "ne", "lt", "le", "gt", "ge")
      for other in ("3", "3.0", "4", ".n", ".f", ".whole", ".big", "'a'", '"3"', "true", "nil", "(len .list)")),
    "{{eq .n 1 2 3}} {{eq .whole 1.0 1}}", "{{eq .n 1 2.0 3}}", "{{eq .max 9223372036854775807}}", "{{lt .min .max}}",
    "{{range .n}}{{.}},{{end}}", "{{range $i := .n}}{{$i}},{{end}}", "{{range $i, $e := .n}}{{end}}",
    "{{range .zero}}x{{else}}none{{end}}", "{{range .neg}}x{{else}}none{{end}}", "{{range .f}}{{end}}", "{{range .whole}}{{end}}",
    "{{index .list .n}}", "{{index .list .zero}}", "{{index .list .whole}}", "{{index .s .zero}}", "{{index .m .n}}",
    "{{slice .list .zero}}", "{{slice .list (len .em) .n}}", "{{$z := .zero}}{{slice .list $z}}", "{{slice .s (index .list 0)}}",
    "{{range $i, $e := .list}}{{slice $.list $i}}{{end}}", "{{range .list}}{{slice $.list .}}{{end}}",
    "{{range $i, $e := .list}}{{slice $.list $e}}{{end}}", "{{with .zero}}a{{else}}b{{end}}", "{{with .n}}{{slice $.s .}}{{end}}",
    "{{if .zero}}a{{else}}b{{end}}{{if .whole}}a{{end}}{{if .n}}a{{end}}", "{{and .n .zero}} {{or .zero .n}} {{not .zero}}",
    "{{len .n}}", "{{.n.x}}", "{{.max.x}}", '{{printf "%*d|%-*d|" .n 1 .i 2}}', '{{printf "%.*f" .n 3.14159}}',
    '{{printf "%[2]*[1]d" 2 .n}}', "{{html .big}} {{js .big}} {{urlquery .big}}", '{{printf "%d %v" .list .users}}',
    '{{printf "%T %T %T" .n .whole (index .s 0)}}', "{{printf .n}}", '{{template "t" .n}}{{define "t"}}{{.}} {{eq . 3}}{{end}}',
    '{{template "t" 3}}{{define "t"}}{{.}} {{eq . 3}}{{end}}', '{{template "t" 1000000}}{{define "t"}}{{.}}{{printf "%T" .}}{{end}}',
    '{{$x := 1000000}}{{$x = 2000000}}{{$x}} {{printf "%T" $x}}', "{{$x := .big}}{{$x = .n}}{{$x}} {{eq $x 3}}",
    '{{with or 1000000 .n}}{{.}} {{printf "%T" .}}{{end}}', '{{range 2}}{{printf "%T%v " . .}}{{end}}',
    "{{or .zero 1000000}} {{and .n 1000000}}", "{{range len .list}}{{.}}{{end}}",
    '{{template "t" (index "abc" 1)}}{{define "t"}}{{printf "%T %v %c" . . .}}{{end}}',
    '{{$b := index .s 0}}{{$b}} {{printf "%T %x" $b $b}}{{eq $b 104}}{{range $b}}{{if .}}{{break}}{{end}}{{printf "%T" .}}{{end}}',
)  # fmt: skip

ABOUT_THE_REST = (
    '{{index "abc" 3}}', "{{slice .list 0 1 2 3}}", '{{slice "abc" 0 1 2}}', "{{printf nil}}", "{{printf .zz}}", "{{printf .nil}}",
    "{{$i := 0}}{{$x := 0}}{{range $i, $x = .list}}{{$i}}{{$x}}{{end}}{{$i}}{{$x}}", "{{$x = 1}}", "{{$x := $x}}",
    "{{-100000.0}} {{-123456.7}} {{0.05}} {{-0.0001}} {{1234567.8}} {{0.00012345}} {{100.0}} {{1e21}}",
    *(f'{{{{printf "%{verb}" {number}}}}}' for verb in ["b", "x", "X", ".3x", ".15x", ".0x", "#x", "#v", "#g", "#.3g", "#e", "#f", "+.2e", "G", ".3G", "#b", "F", "012.3f"]
      for number in ("0.0", "-0.0", "1.0", "-2.5", "1e-320", "1e300", "3.14159", "1i")),
    '{{printf "%#o %#o %o %#x %#X %O %#O" 8 0 0 0 255 8 8}}', '{{printf "%[1]5d|%[1]*d|%[2]*[1]d" 3 4}}', '{{printf "%#U %#U %.8U" 233 7 233}}',
    "{{²}}", "{{1+2ix}}", "{{1+i}}", "{{1e999+2i}}", "{{1_+2i}}", "{{0x1p2+1i}}", "{{0x1i}}", "{{1+0x1p99999i}}", "{{1e3+1e-2i}}",
    "{{+9223372036854775808}}", "{{-9223372036854775808}}", "{{-9223372036854775809}}", "{{18446744073709551616}}", "{{-0x1e5}} {{-0x10}}",
    "{{0x1p99999}}", "{{0x1.8p1}} {{0x.8p1}}", "{{''}}", "{{'ab'}}", "{{'\\nx'}}", "{{'\\q'}}", "{{'\\xff'}}", '{{"\\ud800"}}', '{{"\\400"}}',
    '{{block "b" .}}\n\n{{else}}{{end}}', "{{if 1}}{{else}}{{else}}{{end}}", "{{if .x}}{{else with .y}}{{end}}", "{{range .x}}{{else if .y}}{{end}}",
    '{{define "a"}}{{else}}{{end}}', "{{else}}", "{{end}}", "{{range $i, $e := .nil}}x{{else}}none{{end}}", "{{range .nil}}x{{end}}",
    "{{range $a, $b, $c := .list}}{{end}}", "{{range $a, 1 := .list}}{{end}}", "{{$a, $b := 1}}", "{{range $a, }}{{end}}", "{{if $a, $b := 1}}{{end}}",
    "{{.}}.{{.s.}}", "{{.", "{{$", "{{..}}", "{{.s..x}}", "{{nil.x}}", "{{true.x}}", "{{1.x}}", '{{"a".x}}', "{{print.x}}", "{{(1).x}}", "{{(nil).x}}", "{{(print).x.y}}",
    "{{template}}", "{{template 1}}", '{{template "a" 1 2}}', '{{template "a" | print}}', "{{define}}{{end}}", '{{define "a" 1}}{{end}}', '{{if 1}}{{define "a"}}{{end}}{{end}}',
    '{{define "a"}}{{define "b"}}{{end}}{{end}}', '{{define "a"}}1{{end}}{{define "a"}} {{end}}{{template "a"}}', '{{define "\\q"}}{{end}}',
    "{{break}}", "{{range .list}}{{break 1}}{{end}}", "{{range .list}}{{continue}}x{{end}}", "{{range .list}}{{.}}{{if eq . 2 2.0}}{{break}}{{end}}{{end}}",
    "{{(1}}", "{{1)}}", "{{1 | }}", "{{ | 1}}", "{{:}}", "{{1 = 2}}", "{{$x := }}", "{{$x :=\n1}}{{$x}}", "{{/* a */}}b{{- /* c */ -}} d", "{{/* a", "{{/* a */ }}", "{{1}}{{",
    "{{\x01}}", "{{\u200b}}", "{{.\u00b2}}", "{{.a\u2177}}", "{{$\u00e9 := 1}}{{$\u00e9}}", "{{\u0663}}", '{{"a', "{{`a", "{{'a", '{{"a\nb"}}',
    "{{call}}", "{{call nil}}", "{{call .s}}", "{{.s | call}}", "{{1 | call}}", "{{nil | call}}", "{{.nil | call}}", "{{call (print 1) 2}}",
    '{{html "\x00<&\\"\'>"}} {{js "\u2028\u00ad\x7f"}} {{urlquery "a b/\u00e9~"}}', "{{js .esc}}", "{{html .esc}}", "{{urlquery .esc}}", "{{html .list nil}}",
    "{{.}}x{{len .}}", "{{$}}", "{{and}}", "{{or}}", "{{not}}", "{{eq}}", "{{eq 1}}", "{{ne 1}}", "{{lt 1}}", "{{index}}", "{{len}}", "{{print 1 nil .nil}}",
)  # fmt: skip


class Author:
    """Writes templates; the same seed writes the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - no secret
        self._variables: list[str] = []

    def template(self) -> str:
        """One template, broken in one case of four."""
        self._variables = []
        text = self._body(3, loop=False)
        if '"T"' in text:
            text += '{{define "T"}}' + self._body(1, loop=False).replace('template "T"', 'template "U"') + "{{end}}"
        return self._broken(text) if self._random.random() < 0.25 else text

    def _broken(self, text: str) -> str:
        pieces = PIECE.findall(text)
        for _ in range(self._random.choice([1, 1, 2, 3])):
            at = self._random.randrange(len(pieces) + 1)
            pieces[at : at + self._random.randrange(2)] = [self._pick(BREAKAGE)] * self._random.randrange(2)
        return "".join(pieces)

    def _pick(self, options: Iterable[T]) -> T:
        return self._random.choice(list(options))

    def _often(self, chance: float) -> bool:
        return self._random.random() < chance

    def _body(self, depth: int, *, loop: bool) -> str:
        mark = len(self._variables)
        text = "".join(self._statement(depth, loop=loop) for _ in range(self._pick([0, 1, 1, 2, 2, 3])))
        del self._variables[mark:]
        return text

    def _action(self, inside: str) -> str:
        return self._pick(["{{", "{{", "{{- "]) + inside + self._pick(["}}", "}}", " -}}"])

    def _statement(self, depth: int, *, loop: bool) -> str:  # noqa: PLR0911 - one case a statement
        draw = self._random.random()
        if draw < 0.2:
            return self._pick(["text", "\n", " x ", "é ", "  \n\t", "%", "{", "}"])
        if draw < 0.5 or depth == 0:
            return self._action(self._pipeline(2))
        if draw < 0.6:
            name, pipeline = self._pick(["$x", "$y", "$z"]), self._pipeline(1)
            self._variables.append(name)
            return self._action(f"{name} := {pipeline}")
        if draw < 0.64 and self._variables:
            return self._action(f"{self._pick(self._variables)} = {self._pipeline(1)}")
        if draw < 0.76:
            return self._branch(depth, loop=loop)
        if draw < 0.9:
            return self._range(depth)
        if draw < 0.94:
            return self._pick(["{{break}}", "{{continue}}"]) if loop else ""
        if draw < 0.98:
            return '{{template "T"' + self._pick(["", " .", " .nest", " .list", " $"]) + "}}"
        outer, self._variables = self._variables, []
        block = f'{{{{block "B{self._random.randrange(100)}" .}}}}' + self._body(depth - 1, loop=False) + "{{end}}"
        self._variables = outer
        return block

    def _branch(self, depth: int, *, loop: bool) -> str:
        mark, word = len(self._variables), self._pick(["if", "if", "with"])
        head = self._pipeline(1)
        if self._often(0.2):
            self._variables.append("$w")
            head = "$w := " + head
        text = self._action(f"{word} {head}") + self._body(depth - 1, loop=loop)
        while self._often(0.25):
            text += "{{else " + word + " " + self._pipeline(1) + "}}" + self._body(depth - 1, loop=loop)
        if self._often(0.5):
            text += self._action("else") + self._body(depth - 1, loop=loop)
        del self._variables[mark:]
        return text + self._action("end")

    def _range(self, depth: int) -> str:
        mark = len(self._variables)
        head = self._pick(PATHS) if self._often(0.6) else self._pick(["3", "(len .s)", "(slice .list 1)", "-1", "2.5"])
        declared = self._pick(["", "", "$e", "$i, $e"])
        if declared:
            self._variables += declared.split(", ")
            head = f"{declared} := {head}"
        elif self._variables and self._often(0.2):
            head = f"{self._pick(self._variables)} = {head}"
        if re.search("big|wide|huge|max|min", head):
            head = ".list"
        text = self._action("range " + head) + self._body(depth - 1, loop=True)
        if self._often(0.3):
            text += "{{else}}" + self._body(depth - 1, loop=False)
        del self._variables[mark:]
        return text + "{{end}}"

    def _pipeline(self, depth: int) -> str:
        text = self._command(depth)
        while self._often(0.2):
            text += self._pick([" | ", "|"]) + self._call(depth, piped=True)
        return text

    def _command(self, depth: int) -> str:
        return self._operand(depth) if self._often(0.35) else self._call(depth)

    def _call(self, depth: int, *, piped: bool = False) -> str:
        name = self._pick(FUNCTIONS)
        count = FUNCTIONS[name] - piped + self._pick([0] * 8 + [1, -1])
        if name == "printf" and self._often(0.9):
            return " ".join([f'printf "{self._format()}"', *(self._operand(depth) for _ in range(count))])
        if name == "index" and self._often(0.5) and not piped:
            keys = [self._pick(["0", "1", "3", '"a"', '"x"', "(len .s)", ".n", "-1"]) for _ in range(count - 1)]
            return " ".join(["index", self._pick([".list", ".users", ".m", ".mixed", ".s", ".nest"]), *keys])
        if name == "slice" and self._often(0.6) and not piped:
            bounds = [
                self._pick(["0", "1", "2", "3", "4", "7", "(len", ".s)", ".n"])
                for _ in range(self._random.randrange(4))
            ]
            return " ".join(["slice", self._pick([".list", ".strs", ".mixed", ".s", ".uni", ".elist"]), *bounds])
        return " ".join([name, *(self._operand(depth) for _ in range(count))])

    def _operand(self, depth: int) -> str:  # noqa: PLR0911 - one case an operand
        draw = self._random.random()
        if draw < 0.4:
            return self._pick(PATHS)
        if draw < 0.52:
            return self._pick(NUMBERS)
        if draw < 0.64:
            return self._pick(STRINGS)
        if draw < 0.7:
            return self._pick(["true", "false", "nil", "print"])
        if draw < 0.82 and self._variables:
            return self._pick(self._variables) + self._pick(["", "", ".x", ".name"])
        if depth:
            return "(" + self._pipeline(depth - 1) + ")" + self._pick(["", "", "", ".x", ".name"])
        return "."

    def _format(self) -> str:
        text = ""
        for _ in range(self._pick([1, 1, 2, 3])):
            flags = "".join(self._pick("+-# 0") for _ in range(self._pick([0, 0, 0, 1, 2])))
            width = self._pick(["", "", "", "5", "12", "*", "[1]", "[2]", "[3]*", "[x]", "[9]", "["])
            precision = self._pick(["", "", "", ".", ".0", ".2", ".*", ".[1]*", ".20"])
            text += self._pick(["", "a", "é"]) + "%" + flags + width + precision + self._pick(VERBS)
        return text


def questions(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """`count` questions for the oracle."""
    author, choice = Author(seed), random.Random(seed)  # noqa: S311 - no secret
    for number in range(count):
        yield {
            "id": f"{seed}/{number}",
            "template": author.template(),
            "data": DATA,
            "missingkey": choice.choice(["error", "error", "error", "default", "zero"]),
            "numbers": choice.choice(["exact", "exact", "float64"]),
        }


def fixed_questions() -> Iterator[dict[str, Any]]:
    """What the two ways to read numbers differ in, asked in both; and the rest, with each way to miss a key."""
    for number, template in enumerate(ABOUT_NUMBERS):
        for numbers in ("exact", "float64"):
            name = f"{numbers}/{number}"
            yield {"id": name, "template": template, "data": DATA, "missingkey": "error", "numbers": numbers}
    for number, template in enumerate(ABOUT_THE_REST):
        for missingkey in ("error", "default", "zero"):
            name = f"{missingkey}/{number}"
            yield {"id": name, "template": template, "data": DATA, "missingkey": missingkey, "numbers": "exact"}


def main() -> None:
    if sys.argv[1:] == ["slim"]:
        lines = [{key: value for key, value in json.loads(line).items() if key != "data"} for line in sys.stdin]
    else:
        lines = [*fixed_questions(), *questions(int(sys.argv[1]), int(sys.argv[2]))]
    for line in lines:
        print(json.dumps(line, ensure_ascii=False))  # noqa: T201 - what this script is for


if __name__ == "__main__":
    main()
