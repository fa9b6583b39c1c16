"""Syntax tree to Python source: the fast tier.

One function for each definition, one local variable for each variable of the template and for each value read from
the data. The code holds no error handling: what is not as expected raises, and the interpreter renders from the
start. Of the template's text the source holds `repr` of strings, numbers, and names of its own, nothing else.
Source: contracts/go-templates.md, sections 6 and 7.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from gotemplate._ast import (
    Action,
    Arm,
    Body,
    Bool,
    Branch,
    Break,
    Chain,
    Command,
    Dot,
    Field,
    Identifier,
    Invoke,
    Nil,
    Number,
    Operand,
    Pipe,
    Range,
    Statement,
    String,
    Text,
    Tree,
    Variable,
)
from gotemplate._builtins import FUNCTIONS
from gotemplate._exec import CALL_WEIGHT
from gotemplate._floats import shortest
from gotemplate._limits import Limits
from gotemplate._runtime import Namespace
from gotemplate._values import Mode

# What is known of a value: `raw` comes from the data unseen; `plain` is of a known class, but its strings may hold
# lone surrogates and it may be printed only by TEXT; `any` is one of ours; the others are of that type for certain.
Kind: TypeAlias = Literal["raw", "plain", "any", "str", "int", "bool", "float", "nil"]
Render: TypeAlias = Callable[[Any], str]

_MOST_WEIGHT: Final = 1_000  # statements and operands; compiling takes up to 0.1 ms each, more the more there are
_MOST_INDENT: Final = 40
_MOST_LOOPS: Final = 12  # CPython allows 20 blocks
_MOST_IN_ONE: Final = 6  # times that one value may stand in one f-string: it may be as large as a request
_MOST_PIECES: Final = 64  # values in one f-string
_INT64: Final = 1 << 63
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_SIMPLE_VERB: Final = re.compile(r"%(?:(%)|([sd])|\.([0-9])f)")
_OPERATORS: Final = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


class TooMuch(Exception):
    """The template holds something that only the interpreter does."""


@dataclass(frozen=True, slots=True)
class _Code:
    """A Python expression and what is known of its value; `boxed` if Go has it in an interface{}, as far as known."""

    text: str
    kind: Kind
    boxed: bool = False
    constant: bool = False
    value: str | float | bool | None = None  # of a constant


@dataclass(slots=True)
class _Facts:
    """What is known at a place in the code: the values read so far, and which of them are mappings."""

    read: dict[tuple[str, str], str]
    mappings: set[str]
    plain: set[str]

    def copy(self) -> _Facts:
        """The same facts, for a block that learns more."""
        return _Facts(dict(self.read), set(self.mappings), set(self.plain))


_NIL: Final = _Code("None", "nil", constant=True)


def generate(tree: Tree, mode: Mode, limits: Limits) -> Render:
    """The template as a Python function of its data.

    The function raises LimitError where a limit is exceeded; whatever else it raises means that the interpreter
    should render instead. TooMuch where there is no such function.
    """
    source = _Module(tree, mode, limits).source()
    names = Namespace(mode, limits).globals()
    exec(compile(source, "<template>", "exec"), names)  # noqa: S102 - the source holds nothing of the template but constants
    return names["main"]  # type: ignore[no-any-return] # of a namespace


class _Module:
    """The functions of one template."""

    def __init__(self, tree: Tree, mode: Mode, limits: Limits) -> None:
        if mode.missingkey != "error" or tree.weights[tree.main] > limits.steps:
            raise TooMuch
        self.tree = tree
        self.exact = mode.numbers == "exact"
        self._numbers: dict[str, int] = {tree.main: 0}
        self._weight = 0

    def number(self, name: str) -> int:
        """Which function a definition becomes."""
        return self._numbers.setdefault(name, len(self._numbers))

    def source(self) -> str:
        """The source of the module."""
        functions: list[str] = []
        for name in self._definitions():
            self._weight += self.tree.weights[name]
            if self._weight > _MOST_WEIGHT:
                raise TooMuch
            function = _Function(self, name)
            functions.append(function.main() if name == self.tree.main else function.callee())
        return "\n".join(functions)

    def _definitions(self) -> Iterator[str]:
        """The main template and whatever it may call, found as they are compiled."""
        done = 0
        while done < len(self._numbers):
            yield list(self._numbers)[done]
            done += 1


class _Function:
    """The code of one definition, line by line."""

    def __init__(self, module: _Module, name: str) -> None:
        self._module = module
        self._name = name
        self._body = module.tree.bodies[name]
        self._lines: list[str] = []
        self._indent = 1
        self._loops = 0
        self._count = 0
        self._facts = [_Facts({}, set(), set())]
        self._assigned = set(_assigned(self._body))
        self._dot = _Code("d", "raw" if name == module.tree.main or module.exact else "any")
        self._variables: list[tuple[str, _Code]] = [("$", self._dot)]
        self._pieces: list[tuple[str, bool]] = []  # output not written yet, and whether each is an f-string's inside
        self._metered = False  # whether there is a meter, and whether something asks for it
        self._uses_meter = False
        if "$" in self._assigned:
            raise TooMuch

    def main(self) -> str:
        """`main(d)`: the whole output."""
        if self._is_straight():
            return self._straight()
        self._metered = True
        self._statements(self._body)
        self._flush()
        weight = self._module.tree.weights[self._name]
        head = ["def main(d):", " M = METER()", f" M.charge({weight})", " o = []", " a = o.append", " e = o.extend"]
        return "\n".join([*head, *self._lines, " return JOIN(o, M)"])

    def callee(self) -> str:
        """`t1(d, M, a, e)`: appends its output."""
        self._metered = True
        self._statements(self._body)
        self._flush()
        number = self._module.number(self._name)
        return "\n".join([f"def t{number}(d, M, a, e):", *self._lines, " M.depth -= 1"])

    def _is_straight(self) -> bool:
        actions = [node for node in self._body if isinstance(node, Action) and not node.pipe.assign]
        texts = sum(isinstance(node, Text) for node in self._body)
        if len(actions) > _MOST_PIECES or len(actions) + texts != len(self._body):
            return False
        times = Counter(_plain_field(node.pipe) for node in actions)  # whatever is no field of the data counts as one
        return max(times.values(), default=0) <= _MOST_IN_ONE

    def _straight(self) -> str:
        """A template without branches: one f-string."""
        self._statements(self._body)
        pieces = " ".join(f'f"{{{text}}}"' if inside else text for text, inside in self._pieces) or "''"
        meter = [f" M = {'METER()' if self._metered else 'None'}"] if self._uses_meter else []
        end = [f" s = {pieces}", " return s if s.isascii() and LEN(s) <= SIZE else FINISH(s)"]
        return "\n".join(["def main(d):", *meter, *self._lines, *end])

    # Lines.

    def _emit(self, line: str) -> None:
        self._lines.append(" " * self._indent + line)

    def _new(self) -> str:
        self._count += 1
        return f"v{self._count}"

    def _keep(self, code: _Code) -> _Code:
        """The same value in a local variable of its own, so that it is computed once."""
        if code.constant or code.text.isidentifier():
            return code
        name = self._new()
        self._emit(f"{name} = {code.text}")
        return _Code(name, code.kind, code.boxed)

    def _local(self, code: _Code) -> str:
        """The name of a local variable with the value: inside an f-string no constant may stand."""
        if code.constant:
            name = self._new()
            self._emit(f"{name} = {code.text}")
            return name
        return self._keep(code).text

    @contextmanager
    def _block(self, head: str) -> Iterator[None]:
        """Lines under `head`; what they find out is forgotten after them."""
        self._emit(head)
        self._indent += 1
        if self._indent > _MOST_INDENT:
            raise TooMuch
        self._facts.append(self._facts[-1].copy())
        before = len(self._lines)
        yield
        if len(self._lines) == before:
            self._emit("pass")
        self._facts.pop()
        self._indent -= 1

    @contextmanager
    def _scope(self) -> Iterator[None]:
        """Variables declared here end here."""
        mark = len(self._variables)
        yield
        del self._variables[mark:]

    # Output.

    def _flush(self) -> None:
        pieces = [f'f"{{{text}}}"' if inside and not text.startswith("(") else text for text, inside in self._pieces]
        if len(pieces) == 1:
            self._emit(f"a({pieces[0]})")
        elif pieces:
            self._emit(f"e(({', '.join(pieces)}))")
        self._pieces.clear()

    def _print(self, code: _Code) -> None:
        if code.constant:
            self._pieces.append((repr(_shown(code)), False))
            return
        name = self._local(code)
        if code.kind == "str":
            self._pieces.append((f"({name})", True))
        elif code.kind == "int":
            self._pieces.append((name, True))
        elif code.kind == "bool":
            self._pieces.append((f"('true' if {name} else 'false')", True))
        else:
            self._uses_meter = True
            show = "TEXT" if code.kind in {"raw", "plain"} else "SHOW"
            self._pieces.append((f"({name} if {name}.__class__ is STR else {show}({name}, M))", True))

    # Statements.

    def _statements(self, body: Body) -> None:
        for node in body:
            self._statement(node)

    def _statement(self, node: Statement) -> None:
        if isinstance(node, Text):
            self._pieces.append((repr(node.text), False))
        elif isinstance(node, Action):
            if node.pipe.assign:
                self._flush()
            code = self._pipe(node.pipe)
            if not node.pipe.names:
                self._print(code)
        elif isinstance(node, Branch):
            self._flush()
            with self._scope():
                self._arms(node, node.arms)
        elif isinstance(node, Range):
            self._flush()
            with self._scope():
                self._range(node)
        elif isinstance(node, Invoke):
            self._invoke(node)
        else:
            self._flush()
            self._emit("break" if isinstance(node, Break) else "continue")

    def _arms(self, node: Branch, arms: tuple[Arm, ...], word: str = "if") -> None:
        before = len(self._lines)
        code = self._kept_plain(self._pipe(arms[0].pipe)) if node.kind == "with" else self._pipe(arms[0].pipe)
        condition = self._truth(code)
        if word == "elif" and len(self._lines) > before:  # the condition needs lines of its own: they go under an else
            own = self._lines[before:]
            del self._lines[before:]
            self._emit("else:")
            self._indent += 1
            self._lines += [" " + line for line in own]
            self._arm(node, arms, f"if {condition}:", code)
            self._indent -= 1
        else:
            self._arm(node, arms, f"{word} {condition}:", code)

    def _arm(self, node: Branch, arms: tuple[Arm, ...], head: str, code: _Code) -> None:
        with self._block(head):
            self._with_dot(arms[0].body, code if node.kind == "with" else self._dot)
        self._facts.append(self._facts[-1].copy())
        if len(arms) > 1:
            self._arms(node, arms[1:], "elif")
        elif node.orelse:
            with self._block("else:"):
                self._with_dot(node.orelse, self._dot)
        self._facts.pop()

    def _with_dot(self, body: Body, dot: _Code) -> None:
        before, self._dot = self._dot, dot
        with self._scope():
            self._statements(body)
            self._flush()
        self._dot = before

    def _range(self, node: Range) -> None:
        names = node.pipe.names
        if node.pipe.assign or self._loops == _MOST_LOOPS:
            raise TooMuch
        code = self._keep(self._pipe(node.pipe))
        arguments = f"{code.text}, M, {node.weight}, {node.pos}"
        self._metered = True
        turn = self._new()
        element = _Code(turn, "raw", boxed=True)
        if len(names) > 1:
            index = self._new()
            head = f"for {index}, {turn} in PAIRS({arguments}):"
            self._variables[-2] = (names[0], _Code(index, "any"))
        elif code.kind == "int":
            head = f"for {turn} in RANGE({arguments}):"
            element = _Code(turn, "int")
        else:
            head = f"for {turn} in EACH({arguments}):"
        collection = self._variables[-1] if names else None
        if names:
            self._variables[-1] = (names[-1], element)
        if self._assigned.intersection(names):
            raise TooMuch
        with self._block(head):
            self._loops += 1
            self._with_dot(node.body, element)
            self._loops -= 1
        if node.orelse:
            if collection is not None:
                raise TooMuch
            with self._block(f"if IS_EMPTY({code.text}):"):
                self._with_dot(node.orelse, self._dot)

    def _invoke(self, node: Invoke) -> None:
        dot = _NIL if node.pipe is None else self._pipe(node.pipe)
        self._flush()
        if node.name not in self._module.tree.bodies:
            self._emit("raise DEOPT")
            return
        number = self._module.number(node.name)
        if number == 0:
            raise TooMuch
        self._emit(f"ENTER(M, {CALL_WEIGHT + self._module.tree.weights[node.name]}, {node.pos})")
        self._emit(f"t{number}({dot.text if self._module.exact else self._lifted(dot)}, M, a, e)")

    # Expressions.

    def _pipe(self, pipe: Pipe) -> _Code:
        code = self._stage(pipe.commands[0], None)
        for command in pipe.commands[1:]:
            code = self._stage(command, self._keep(code))
        for name in pipe.names:
            if pipe.assign:
                self._emit(f"{self._variable(name).text} = {self._lifted(code)}")
            else:
                code = self._keep(code)
                self._declare(name, code)
        return code

    def _stage(self, command: Command, final: _Code | None) -> _Code:
        code = self._command(command, final)
        return _Code(code.text, code.kind, constant=code.constant, value=code.value)  # out of its interface{}

    def _declare(self, name: str, code: _Code) -> None:
        if name not in self._assigned:
            self._variables.append((name, code))
            return
        local = self._new()
        self._emit(f"{local} = {self._lifted(code)}")
        self._variables.append((name, _Code(local, "any")))

    def _variable(self, name: str) -> _Code:
        for known, code in reversed(self._variables):
            if known == name:
                return code
        raise TooMuch

    def _current(self, name: str) -> _Code:
        """The value of a variable now: a copy, where it may be assigned to before the value is used."""
        code = self._variable(name)
        if name not in self._assigned:
            return code
        local = self._new()
        self._emit(f"{local} = {code.text}")
        return _Code(local, code.kind)

    def _command(self, command: Command, final: _Code | None) -> _Code:
        first = command.args[0]
        if isinstance(first, Identifier):
            return self._function(first.name, command.args[1:], final)
        if final is not None or len(command.args) > 1 or isinstance(first, Nil):
            return self._deopt()
        return self._operand(first)

    def _deopt(self) -> _Code:
        """Go fails here, if it comes here."""
        return _Code("BAD()", "any")

    def _operand(self, node: Operand) -> _Code:  # noqa: PLR0911 - one case for each kind of operand
        if isinstance(node, Field):
            return self._path(self._dot, node.path)
        if isinstance(node, Variable):
            return self._path(self._current(node.name), node.path)
        if isinstance(node, Dot):
            return self._dot
        if isinstance(node, Pipe):
            if node.names:
                raise TooMuch
            return self._pipe(node)
        if isinstance(node, Chain):
            return self._path(self._operand(node.base), node.path)
        if isinstance(node, Identifier):
            return self._function(node.name, (), None)
        return _constant(node)

    def _path(self, base: _Code, path: tuple[str, ...]) -> _Code:
        for key in path:
            base = self._keep(base)
            if base.constant:
                return self._deopt()
            base = self._read(base.text, key)
        return base

    def _read(self, base: str, key: str) -> _Code:
        facts = self._facts[-1]
        if (base, key) not in facts.read:
            if base not in facts.mappings:
                self._emit(f"if {base}.__class__ is not DICT: ALIEN({base})")
                facts.mappings.add(base)
            name = self._new()
            self._emit(f"{name} = {base}[{key!r}]")
            facts.read[base, key] = name
        return _Code(facts.read[base, key], "raw", boxed=True)

    def _kept_plain(self, code: _Code) -> _Code:
        """The value in a local variable, of a class that can be tested."""
        code = self._keep(code)
        if code.kind != "raw":
            return code
        facts = self._facts[-1]
        if code.text not in facts.plain:
            self._emit(f"if {code.text}.__class__ not in PLAIN: {code.text} = LIFT({code.text})")
            facts.plain.add(code.text)
        return _Code(code.text, "plain", code.boxed)

    def _truth(self, code: _Code) -> str:
        return f"({self._kept_plain(code).text})"

    def _lifted(self, code: _Code) -> str:
        return f"LIFT({code.text})" if code.kind in {"raw", "plain"} else code.text

    # Functions.

    def _function(self, name: str, args: tuple[Operand, ...], final: _Code | None) -> _Code:
        function = FUNCTIONS[name]
        given = len(args) + (final is not None)
        least = len(function.fixed)
        if given < least or (function.rest is None and given > least) or name == "call":
            return self._deopt()
        if name in {"and", "or"}:
            return self._logic(name, args, final)
        codes = [self._argument(name, at, arg) for at, arg in enumerate(args)]
        if final is not None:
            codes.append(final)
        if name == "not":
            return _Code(f"(not {self._truth(codes[0])})", "bool")
        return self._inlined(name, codes) or self._called(name, codes)

    def _argument(self, function: str, at: int, node: Operand) -> _Code:
        code = self._operand(node)
        if function == "slice" and at > 0 and code.boxed:
            return self._deopt()
        return self._keep(code)

    def _called(self, name: str, codes: list[_Code]) -> _Code:
        if name == "printf" and codes[0].kind != "str":
            format_ = self._kept_plain(codes[0])
            self._emit(f"if {format_.text}.__class__ is not STR: raise DEOPT")
        self._metered = self._uses_meter = True
        arguments = ", ".join(self._lifted(code) for code in codes)
        kind: Kind = "any"
        if name in {"print", "println", "printf", "html", "js", "urlquery"}:
            kind = "str"
        elif name in _OPERATORS:
            kind = "bool"
        elif name == "len":
            kind = "int"
        return _Code(f"F_{name}([{arguments}], LIFT, M)", kind)

    def _logic(self, name: str, args: tuple[Operand, ...], final: _Code | None) -> _Code:
        if not args:
            return final or self._deopt()
        result = self._new()
        blocks = []
        for at, arg in enumerate(args):
            self._emit(f"{result} = {self._settled(self._operand(arg))}")
            if at + 1 < len(args) or final is not None:
                blocks.append(self._block(f"if {'not ' if name == 'or' else ''}{result}:"))
                blocks[-1].__enter__()
        if final is not None:
            self._emit(f"{result} = {self._settled(final)}")
        for block in reversed(blocks):
            block.__exit__(None, None, None)
        return _Code(result, "plain" if self._module.exact else "any")

    def _settled(self, code: _Code) -> str:
        """A value that may meet computed ones: where data has no integers, it must not be lifted again."""
        return self._kept_plain(code).text if self._module.exact else self._lifted(code)

    def _inlined(self, name: str, codes: list[_Code]) -> _Code | None:
        """The common cases of the common functions, as expressions."""
        if name == "len" and codes[0].kind in {"raw", "plain", "any"}:
            value = codes[0].text
            return _Code(f"(LEN({value}) if {value}.__class__ is LIST else {self._called(name, codes).text})", "int")
        if name in _OPERATORS and len(codes) == 2:  # noqa: PLR2004 - a comparison
            return self._compared(name, codes[0], codes[1])
        if name == "printf" and codes[0].constant and codes[0].kind == "str":
            return self._printed(codes)
        return None

    def _compared(self, name: str, left: _Code, right: _Code) -> _Code | None:
        known, other = (left, right) if left.kind in {"str", "int", "float"} else (right, left)
        expression = f"{left.text} {_OPERATORS[name]} {right.text}"
        if known.kind == other.kind and known.kind in {"int", "float"}:
            return _Code(f"({expression})", "bool")
        if other.kind not in {"raw", "plain", "any"}:
            return None
        test = f"{other.text}.__class__ is "
        if known.kind == "str" and _is_simple(known, name):
            test += "STR"
        elif known.kind == "int" and (self._module.exact or other.kind == "any"):
            test += f"INT and {-_INT64} <= {other.text} < {_INT64}"
        elif known.kind == "float":
            test += "FLOAT"
        else:
            return None
        return _Code(f"({expression} if {test} else {self._called(name, [left, right]).text})", "bool")

    def _printed(self, codes: list[_Code]) -> _Code | None:
        """A constant format of simple verbs, as an f-string."""
        template, rest, parts, at = str(codes[0].value), list(codes[1:]), [""], 0
        small = True
        for verb in _SIMPLE_VERB.finditer(template):
            text = template[at : verb.start()]
            percent, letter, digits = verb.groups()
            at = verb.end()
            if "%" in text or (not percent and not rest):
                return None
            parts.append(repr(text + (percent or "")))
            if not percent:
                parts.append(self._verb(rest.pop(0), letter, digits))
                small = small and letter != "s"
        if rest or "%" in template[at:]:
            return None
        text = " ".join([*parts, repr(template[at:])])
        if small:
            return _Code(f"({text})", "str")
        self._metered = self._uses_meter = True
        return _Code(f"COMPUTED({text}, M)", "str")

    def _verb(self, code: _Code, letter: str | None, digits: str | None) -> str:
        """One operand as the inside of an f-string; a value of another type is for the interpreter."""
        name = self._local(self._kept_plain(code) if letter == "d" else code)
        if letter == "s":
            return f'f"{{{name} if {name}.__class__ is STR else BAD()}}"'
        if letter == "d":
            return f'f"{{{name} if {name}.__class__ is INT else BAD()}}"'
        return f'f"{{{name} if {name}.__class__ is FLOAT and {name} - {name} == 0 else BAD():.{digits}f}}"'


def _plain_field(pipe: Pipe) -> tuple[str, ...] | None:
    """The path of a pipe that is nothing but a field of the data."""
    if len(pipe.commands) != 1 or len(pipe.commands[0].args) != 1 or pipe.names:
        return None
    operand = pipe.commands[0].args[0]
    return operand.path if isinstance(operand, Field) else None


def _constant(node: Operand) -> _Code:
    if isinstance(node, Nil):
        return _NIL
    value = node.value if isinstance(node, (String, Bool, Number)) else None
    if isinstance(value, str):
        if _SURROGATE.search(value):
            raise TooMuch
        return _Code(repr(value), "str", constant=True, value=value)
    if isinstance(value, bool):
        return _Code(str(value), "bool", constant=True, value=value)
    if isinstance(value, int):
        return _Code(f"({value})", "int", constant=True, value=value)
    if isinstance(value, float) and math.isfinite(value):
        return _Code(f"({value!r})", "float", constant=True, value=value)
    raise TooMuch


def _shown(code: _Code) -> str:
    """How an action prints a constant."""
    value = code.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return shortest(value)
    return "<no value>" if value is None else str(value)


def _is_simple(code: _Code, comparison: str) -> bool:
    """Whether a constant compares with any string, also one that is not valid Unicode yet, as with what it becomes."""
    text = code.value
    return isinstance(text, str) and (text.isascii() or (comparison in {"eq", "ne"} and "\ufffd" not in text))


def _assigned(body: Body) -> Iterator[str]:
    """The variables that are assigned to, and not only declared, anywhere in a definition."""
    for node in body:
        pipes: list[Pipe | None] = []
        if isinstance(node, (Action, Invoke)):
            pipes.append(node.pipe)
        elif isinstance(node, Branch):
            pipes += [arm.pipe for arm in node.arms]
            for arm in node.arms:
                yield from _assigned(arm.body)
            yield from _assigned(node.orelse or ())
        elif isinstance(node, Range):
            pipes.append(node.pipe)
            yield from _assigned(node.body)
            yield from _assigned(node.orelse or ())
        for pipe in pipes:
            if pipe is not None and pipe.assign:
                yield from pipe.names
