"""Templates that would like to take the machine down, run in one tier; prints what each took, as JSON.

    python bombs.py interpreter|code

Source: contracts/go-templates.md, section 6, and some more. A process of its own: its memory is part of the answer.
"""

import json
import resource
import sys
import time
from typing import Any

from gotemplate import Template, TemplateError
from gotemplate._compile import TooMuch, generate

MEGABYTE = "x" * 1_000_000
THOUSAND = list(range(1000))


def nested(value: Any, depth: int) -> Any:
    for _ in range(depth):
        value = [value, value]
    return value


BOMBS: dict[str, tuple[str, Any]] = {
    "range over a billion": ("{{range 1000000000}}{{end}}", {}),
    "range in range": ("{{range 10000}}{{range 10000}}x{{end}}{{end}}", {}),
    "range in range over data": ("{{range .l}}{{range $.l}}{{range $.l}}{{.}}{{end}}{{end}}{{end}}", {"l": THOUSAND}),
    "one long range": ("{{range 900000}}{{end}}", {}),
    "one long range that prints": ("{{range 400000}}{{.}}{{end}}", {}),
    "one long range that formats": ('{{range 200000}}{{printf "%v" .}}{{end}}', {}),
    "floats": ("{{range .l}}{{range $.l}}{{.}}{{end}}{{end}}", {"l": [index / 7 for index in range(1000)]}),
    "wide printf": ('{{range 1000}}{{printf "%10000000d" 1}}{{end}}', {}),
    "precise printf": ('{{printf "%.10000000f" 1.5}}', {}),
    "wide by argument": ('{{printf "%*d" 1000000 1}}{{printf "%*d" 1000000 1}}{{printf "%.*f" 1000000 1.5}}', {}),
    "doubling print": ("{{$x := `ab`}}" + "{{$x = print $x $x}}" * 34, {}),
    "doubling printf": ("{{$x := `ab`}}" + '{{$x = printf "%s%s" $x $x}}' * 34, {}),
    "doubling js": ("{{$x := `\\`}}" + "{{$x = js $x}}" * 36, {}),
    "doubling html": ("{{$x := `&`}}" + "{{$x = html $x}}" * 60, {}),
    "doubling urlquery": ("{{$x := `%`}}" + "{{$x = urlquery $x}}" * 60, {}),
    "doubling %q": ("{{$x := `\\`}}" + '{{$x = printf "%q" $x}}' * 40, {}),
    "doubling %x": ("{{$x := `a`}}" + '{{$x = printf "% x" $x}}' * 40, {}),
    "binary recursion": (
        '{{define "r"}}{{if .}}' + '{{template "r" (slice . 1)}}' * 2 + '{{end}}{{end}}{{template "r" .s}}',
        {"s": "x" * 30},
    ),
    "binary recursion without end": ('{{define "r"}}{{template "r"}}{{template "r"}}{{end}}{{template "r"}}', {}),
    "endless recursion": ('{{define "r"}}{{template "r" .}}{{end}}{{template "r" .}}', {}),
    "a tower of doublings": (
        "".join(
            '{{define "t#"}}{{template "t@"}}{{template "t@"}}{{end}}'.replace("#", str(n)).replace("@", str(n + 1))
            for n in range(40)
        )
        + '{{define "t40"}}x{{end}}{{template "t0"}}',
        {},
    ),
    "nested if": ("{{if 1}}" * 100_000 + "{{end}}" * 100_000, {}),
    "nested if, within the size": ("{{if 1}}" * 15_000 + "{{end}}" * 15_000, {}),
    "nested range": ("{{range 9}}" * 60 + "x" + "{{end}}" * 60, {}),
    "nested parens": ("{{" + "(" * 100_000 + "1" + ")" * 100_000 + "}}", {}),
    "nested parens times": ("{{" + "(" * 90 + "1" + ")" * 90 + "}}", {}),
    "a megabyte a million times": ("{{range 1000000}}{{$.s}}{{end}}", {"s": MEGABYTE}),
    "a megabyte a thousand times": ("{{$s := .s}}" + "{{$s}}" * 1000, {"s": MEGABYTE}),
    "printf thrown away": ('{{range 100000}}{{$x := printf "%s" $.s}}{{end}}', {"s": MEGABYTE}),
    "html thrown away": ("{{range 100000}}{{$x := html $.s}}{{end}}", {"s": MEGABYTE}),
    "print thrown away": ("{{range 100000}}{{$x := print $.s}}{{end}}", {"s": MEGABYTE}),
    "eq of long strings": ("{{range 1000000}}{{if eq $.a $.b}}{{end}}{{end}}", {"a": MEGABYTE, "b": "x" * 1_000_000}),
    "lt of long strings": ("{{range 300000}}{{if lt $.a $.b}}{{end}}{{end}}", {"a": MEGABYTE, "b": "x" * 1_000_000}),
    "eq of many": ("{{range 100000}}{{if eq $.a" + " $.b" * 50 + "}}{{end}}{{end}}", {"a": 1, "b": 2}),
    "len of long strings": ("{{range 300000}}{{$x := len $.s}}{{end}}", {"s": "é" * 500_000}),
    "index of long strings": ("{{range 300000}}{{$x := index $.s 0}}{{end}}", {"s": "é" * 500_000}),
    "slice of long strings": ("{{range 300000}}{{$x := slice $.s 1}}{{end}}", {"s": MEGABYTE}),
    "slice of long lists": ("{{range 300000}}{{$x := slice $.l 1}}{{end}}", {"l": list(range(100_000))}),
    "sorting": ("{{range 1000}}{{range $.m}}{{break}}{{end}}{{end}}", {"m": {str(n): n for n in range(100_000)}}),
    "printing a large map": ("{{range 1000}}{{$x := print $.m}}{{end}}", {"m": {str(n): n for n in range(100_000)}}),
    "a shared tree": ("{{.t}}", {"t": nested(1, 40)}),
    "a shared tree of nothing": ("{{print .t}}", {"t": nested([], 40)}),
    "a deep tree": ("{{.t}}", {"t": json.loads("[" * 900 + "]" * 900)}),
    "many actions": ("{{.x}}" * 90_000, {"x": 1}),
    "many actions, within the size": ("{{.x}}" * 40_000, {"x": 1}),
    "the most actions": ("{{.x}}" * 5_000, {"x": 1}),
    "many arguments": ("{{print" + " 1" * 120_000 + "}}", {}),
    "the most arguments": ("{{print" + " 1" * 24_000 + "}}", {}),
    "many stages": ("{{1" + "|print" * 40_000 + "}}", {}),
    "the most stages": ("{{1" + "|print" * 16_000 + "}}", {}),
    "many variables": ("".join(f"{{{{$x{n} := 1}}}}" for n in range(60_000)), {}),
    "many lookups": ("".join(f"{{{{$x{n} := 1}}}}" for n in range(1000)) + "{{range 1000000}}{{$x0}}{{end}}", {}),
    "many definitions": ("".join(f'{{{{define "d{n}"}}}}x{{{{end}}}}' for n in range(4_000)), {}),
    "a long else if chain": ("{{if .x}}" + "{{else if .x}}" * 4_900 + "{{end}}", {"x": 0}),
    "a variable far back": (
        "".join(f"{{{{$x{n} := 1}}}}" for n in range(999)) + "{{print" + " $x0" * 10_000 + "}}",
        {},
    ),
    "a long complex number": ("{{" + "1" * 100_000 + "i+2i}}", {}),
    "a path that is just allowed": ("{{" + ".a" * 25_000 + "}}", {"a": 1}),
    "a tuple a thousand times": ("{{range 1000}}{{index $.l 5}}{{end}}", {"l": tuple(range(100_000))}),
    "%q of a long string": ('{{range 1000}}{{$x := printf "%q" $.s}}{{end}}', {"s": "\x01é" * 100_000}),
    "js of a long string": ("{{range 1000}}{{$x := js $.s}}{{end}}", {"s": "\u00ad" * 100_000}),
    "many parentheses": (("{{" + "(" * 99 + "1" + ")" * 99 + "}}") * 140, {}),
    "a long path": ("{{" + ".a" * 100_000 + "}}", {"a": 1}),
    "blanks": ("{{" + " " * 250_000 + "}}", {}),
    "blanks before a marker": ("{{ 1" + " " * 250_000 + "-}}", {}),
    "newlines and an error": ("{{1}}\n" * 4_990 + "{{nope}}", {}),
    "an open quote": ("{{" + '"a' * 100_000 + "}}", {}),
    "open braces": ("{{" * 100_000, {}),
    "a long number": ("{{" + "9" * 200_000 + "}}", {}),
    "a long float": ("{{" + "9" * 200_000 + ".5}}", {}),
    "a huge integer": ("{{.n}}", {"n": 1 << 4_000_000}),
    "escapes": ('{{"' + "\\n" * 100_000 + '"}}', {}),
    "brackets in a format": ("{{range 1000}}{{printf $.f 1}}{{end}}", {"f": "%[" * 2_000}),
    "operands in a format": ("{{range 1000}}{{printf $.f 1}}{{end}}", {"f": "%[1]d" * 20_000}),
    "widths in a format": ("{{range 1000}}{{printf $.f 1}}{{end}}", {"f": "%1000d" * 900}),
}


def run(text: str, data: Any, tier: str) -> str:
    try:
        template = Template.parse(text)
        template.variables()
        if tier == "interpreter":
            return f"{len(template.interpret(data))} characters"
        try:
            code = generate(template._tree, template._mode, template._limits)
        except TooMuch:
            return "not for code"
        return f"{len(code(data))} characters"
    except TemplateError as error:
        return f"{type(error).__name__}: {str(error)[-100:]}"
    except Exception as error:  # noqa: BLE001 - of generated code: the interpreter takes over
        return f"deopt: {type(error).__name__}"


def main() -> None:
    tier = sys.argv[1]
    run("{{range 3}}{{.}}{{end}}", {}, tier)
    baseline = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answers = {}
    for name, (text, data) in BOMBS.items():
        start = time.process_time()
        outcome = run(text, data, tier)
        took = time.process_time() - start
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - baseline) / 1024
        answers[name] = {"seconds": round(took, 4), "megabytes": round(grown, 1), "outcome": outcome}
    print(json.dumps(answers))  # noqa: T201 - the answer of this process


if __name__ == "__main__":
    main()
