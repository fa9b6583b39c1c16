"""What a template asks of its data so hard that a render fails without it, and what one asks that others do not.

Every value is named by a term: the place in the data it comes from (`users[].name`), or the expression that
computes it from such places (`(len users)`). A term means the same value in every template that is given the same
data, so that an operation which one template is known to survive is one that another may do as well.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from gotemplate._ast import (
    Action,
    Body,
    Bool,
    Branch,
    Break,
    Chain,
    Command,
    Continue,
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
from gotemplate._limits import Meter
from gotemplate._lines import line_starts
from gotemplate._print import operand as printed
from gotemplate._values import Mode

ROOT: Final = "$"
_UNKNOWN: Final = "\0"
"""Stands for what cannot be named: a variable that is assigned to, or whether a loop was left before."""
_CALL: Final = 50  # units of work of following a template call
_EQUAL: Final = frozenset({"eq", "ne"})
_ORDER: Final = frozenset({"lt", "le", "gt", "ge"})
_HARMLESS: Final = frozenset({"print", "println", "html", "js", "urlquery", "not"})
_RESULTS: Final = {
    "len": "<int>",
    **dict.fromkeys(("eq", "ne", "lt", "le", "gt", "ge", "not"), "<bool>"),
    **dict.fromkeys(("print", "println", "printf", "html", "js", "urlquery"), "<string>"),
}
"""What the functions give that always give the same kind of value."""
_COMPARABLE: Final = {
    "compare": frozenset({"<string>", "<int>", "<float>", "<bool>"}),
    "order": frozenset({"<string>", "<int>", "<float>"}),
}
"""The kinds of which two are always comparable."""
_IMPLIED: Final = {"compare": "order", "range": "range2"}
"""What is known to work where the other does: values that have an order can be compared."""


@dataclass(frozen=True, slots=True)
class Demand:
    """An operation that fails for some data.

    Attributes:
        operation: `read` (a key that must be there), `range`, `range2` (with index and element), `compare`, `order`,
            `index`, `template`, or the name of a function.
        operands: what it is done with, each a place in the data (`user.name`, `users[]` for each element, `$` for
            all of it), an expression over places in parentheses, a constant behind `#`, or what kind of constant it
            is (`<string>`); of `read`, the mapping and the key.
        always: whether every render does it.
        template: the number of the template that does it, from 0.
        line: the line of that template it stands on, from 1.
    """

    operation: str
    operands: tuple[str, ...]
    always: bool = True
    template: int = 0
    line: int = 1

    @property
    def place(self) -> str | None:
        """What it is about, if that is a place in the data: of `read`, the place that is read."""
        if self.operation == "read":
            terms = [_child(*self.operands)]
        else:
            terms = [one for one in self.operands if not one.startswith(("<", '"', "#"))]
        return terms[0] if len(terms) == 1 and not any(mark in terms[0] for mark in _COMPUTED) else None


@dataclass(frozen=True, slots=True)
class _Found:
    """An operation, and the conditions under which it is done."""

    operation: str
    operands: tuple[str, ...]
    within: frozenset[str]
    line: int


_Known: TypeAlias = dict[tuple[str, tuple[str, ...]], list[frozenset[str]]]
_COMPUTED: Final = ("#", "(", "?", '"', "<", "`", "'", " ")


Given: TypeAlias = tuple[Tree, Mode, Meter]


def new_demands(old: Iterable[Given], new: Iterable[Given]) -> tuple[Demand, ...]:
    """What templates may fail on with data that the old ones were rendered with; empty where nothing is.

    It is proved, not guessed: an operation is left out only where an old template does the same with the same values
    whenever it is done now, or where all that changed is the text between actions. Limits are not looked at.
    """
    before = list(old)
    frames = [_frame(tree) for tree, mode, _ in before if mode.missingkey == "error"]
    known: _Known = {}
    for tree, mode, meter in before:
        strict = mode.missingkey == "error"
        for one in _Walk(tree, meter).found():
            if one.operation != "read" or strict:
                known.setdefault((one.operation, one.operands), []).append(one.within)
    demands: dict[tuple[str, tuple[str, ...]], Demand] = {}
    for number, (tree, _, meter) in enumerate(new):
        for one in () if _frame(tree) in frames else _Walk(tree, meter).found():
            if not _survived(one, known):
                operands = tuple(operand.replace(_UNKNOWN, "?") for operand in one.operands)
                demand = Demand(one.operation, operands, not one.within, number, one.line)
                first = demands.setdefault((one.operation, operands), demand)
                demands[one.operation, operands] = replace(first, always=first.always or demand.always)
    return tuple(demands.values())


def _survived(demand: _Found, known: _Known) -> bool:
    if any(_UNKNOWN in operand for operand in demand.operands):
        return False
    within = frozenset(condition for condition in demand.within if _UNKNOWN not in condition)
    operations = [demand.operation, *filter(None, [_IMPLIED.get(demand.operation)])]
    cases = [case for operation in operations for case in known.get((operation, demand.operands), ())]
    if demand.operation == "index" and demand.operands[-1] == "<string>":  # a mapping has an entry, or gives nil
        cases += [
            case
            for (name, (base, *_)), more in known.items()
            if name == "read" and base == demand.operands[0]
            for case in more
        ]
    return any(case <= within for case in cases)


def _frame(tree: Tree) -> dict[str, Body]:
    """The tree without its text, and without its name unless it is called by that."""
    called = any(node.name == tree.main for body in tree.bodies.values() for node in _calls(body))
    return {"" if name == tree.main and not called else name: _without_text(body) for name, body in tree.bodies.items()}


def _calls(body: Body) -> Iterator[Invoke]:
    for node in body:
        if isinstance(node, Invoke):
            yield node
        for inner in _bodies(node):
            yield from _calls(inner)


def _bodies(node: Statement) -> tuple[Body, ...]:
    """The bodies inside a statement."""
    if isinstance(node, Branch):
        return (*(arm.body for arm in node.arms), node.orelse or ())
    return (node.body, node.orelse or ()) if isinstance(node, Range) else ()


def _without_text(body: Body) -> Body:
    return tuple(_bare(node) for node in body if not isinstance(node, Text))


def _bare(node: Statement) -> Statement:
    if isinstance(node, Branch):
        arms = tuple(type(arm)(arm.pipe, _without_text(arm.body)) for arm in node.arms)
        return Branch(node.pos, node.kind, arms, _without_text(node.orelse or ()))
    if isinstance(node, Range):
        return Range(node.pos, node.pipe, _without_text(node.body), _without_text(node.orelse or ()), node.weight)
    return node


def _child(term: str, name: str) -> str:
    return name if term == ROOT else f"{term}.{name}"


class _Walk:
    """The demands of one template, each with the conditions that hold where it stands."""

    def __init__(self, tree: Tree, meter: Meter) -> None:
        self._tree = tree
        self._meter = meter
        self._starts = line_starts(tree.text)
        self._assigned = {name for body in tree.bodies.values() for name in _assigned(body)}
        self._dot = ROOT
        self._variables: list[tuple[str, str]] = []
        self._within: tuple[str, ...] = ()
        self._inside: list[str] = []
        self._found: list[_Found] = []

    def found(self) -> list[_Found]:
        """Every operation that may fail, in the order of the text."""
        self._template(self._tree.main, ROOT)
        return self._found

    def _need(self, node: Operand | Statement | Command, operation: str, *operands: str) -> None:
        self._meter.charge(1 + (len(self._within) >> 2))
        line = bisect_right(self._starts, node.pos)
        self._found.append(_Found(operation, operands, frozenset(self._within), line))

    @contextmanager
    def _where(self, *conditions: str) -> Iterator[None]:
        before = self._within
        self._within = (*before, *conditions)
        yield
        self._within = before

    # Statements.

    def _template(self, name: str, dot: str) -> None:
        """A definition, as it is called; one that calls itself is followed no further."""
        self._meter.charge(_CALL + self._tree.weights[name])
        self._inside.append(name)
        before = self._dot, self._variables
        self._dot, self._variables = dot, [("$", dot)]
        self._body(self._tree.bodies[name])
        self._dot, self._variables = before
        self._inside.pop()

    def _invoke(self, node: Invoke) -> None:
        dot = "#nil" if node.pipe is None else self._pipe(node.pipe)
        if node.name not in self._tree.bodies:
            self._need(node, "template", f'"{node.name}"')
        elif node.name in self._inside:
            self._need(node, "template", f'"{node.name}"', _UNKNOWN)
        else:
            self._template(node.name, dot)

    def _body(self, body: Body) -> None:
        """Statements one after the other; what follows one that may leave a loop is perhaps not done."""
        before, mark = self._within, len(self._variables)
        for node in body:
            self._statement(node)
            if _leaves(node, Break, Continue):
                self._within = (*self._within, _UNKNOWN)
        self._within = before
        del self._variables[mark:]

    def _statement(self, node: Statement) -> None:
        if isinstance(node, Action):
            self._pipe(node.pipe)
        elif isinstance(node, Branch):
            self._branch(node)
        elif isinstance(node, Range):
            self._range(node)
        elif isinstance(node, Invoke):
            self._invoke(node)

    def _branch(self, node: Branch) -> None:
        mark, before = len(self._variables), self._within
        for arm in node.arms:
            term = self._pipe(arm.pipe)
            with self._where(f"if {term}"):
                self._with_dot(arm.body, term if node.kind == "with" else self._dot)
            self._within = (*self._within, f"not {term}")
        if node.orelse is not None:
            self._body(node.orelse)
        self._within = before
        del self._variables[mark:]

    def _with_dot(self, body: Body, dot: str) -> None:
        before, self._dot = self._dot, dot
        self._body(body)
        self._dot = before

    def _range(self, node: Range) -> None:
        mark = len(self._variables)
        term = self._pipe(node.pipe)
        self._need(node.pipe, "range2" if len(node.pipe.names) > 1 else "range", term)
        again = "'" * sum(condition.rstrip("'") == f"each {term}" for condition in self._within)
        conditions = [f"each {term}{again}", *[_UNKNOWN for one in node.body if _leaves(one, Break)][:1]]
        self._name_turn(node.pipe, f"{term}[]{again}", f"(key {term}{again})")
        with self._where(*conditions):
            self._with_dot(node.body, f"{term}[]{again}")
        if node.orelse is not None:
            with self._where(f"none {term}"):
                self._body(node.orelse)
        del self._variables[mark:]

    def _name_turn(self, pipe: Pipe, element: str, key: str) -> None:
        """Bind the variables of a loop, which its pipeline has declared already."""
        if pipe.assign or not pipe.names:
            return
        for at, (name, term) in enumerate(zip(reversed(pipe.names), (element, key), strict=False), 1):
            self._variables[-at] = (name, term)

    # Expressions: each gives the term of its value.

    def _pipe(self, pipe: Pipe) -> str:
        term: str | None = None
        for command in pipe.commands:
            term = self._command(command, term)
        term = term or _UNKNOWN
        if not pipe.assign:
            self._variables += [(name, term) for name in pipe.names]
        return term

    def _command(self, command: Command, final: str | None) -> str:
        first = command.args[0]
        if isinstance(first, Identifier):
            return self._function(command, first.name, command.args[1:], final)
        term = self._operand(first)
        if len(command.args) > 1 or final is not None or isinstance(first, Nil):
            self._need(command, "call", term)
            return _UNKNOWN
        return term

    def _operand(self, node: Operand) -> str:  # noqa: PLR0911 - one case for each kind of operand
        match node:
            case Dot():
                return self._dot
            case Field():
                return self._read(node, self._dot, node.path)
            case Variable():
                return self._read(node, self._named(node.name), node.path)
            case Chain():
                return self._read(node, self._operand(node.base), node.path)
            case Pipe():
                return self._pipe(node)
            case Identifier():
                return self._function(node, node.name, (), None)
            case Number() if node.value is None:
                self._need(node, "call", node.text)
        return f"#{printed(node)}"

    def _read(self, node: Operand, term: str, path: tuple[str, ...]) -> str:
        for name in path:
            self._need(node, "read", term, name)
            term = _child(term, name)
        return term

    def _named(self, name: str) -> str:
        if name in self._assigned:
            return _UNKNOWN
        for distance, (known, term) in enumerate(reversed(self._variables)):
            if known == name:
                self._meter.charge(distance >> 2)
                return term
        return _UNKNOWN

    def _function(self, node: Operand | Command, name: str, args: tuple[Operand, ...], final: str | None) -> str:
        wanted, given = FUNCTIONS[name], len(args) + (final is not None)
        if given < len(wanted.fixed) or (given > len(wanted.fixed) and wanted.rest is None):
            self._need(node, "call", f"#{name}")
            return _UNKNOWN
        if name in {"and", "or"}:
            return self._logic(name, args, final)
        terms = [self._operand(arg) for arg in args] + ([] if final is None else [final])
        kinds = [_kind(arg, term) for arg, term in zip(args, terms, strict=False)] + terms[len(args) :]
        if name in _EQUAL or name in _ORDER:
            self._compare(node, name, kinds)
        elif name == "index" and args:
            return self._index(node, args, terms)
        elif name == "printf":
            if not (args and isinstance(args[0], String)):
                self._need(node, name, *terms[:1])
        elif name == "slice":  # whether an index is still in Go's interface depends on how it is written
            self._need(node, name, *terms, *(f"<{type(arg).__name__}>" for arg in args[1:]))
        elif name not in _HARMLESS:
            self._need(node, name, *terms)
        return f"({' '.join([name, *terms])})"

    def _compare(self, node: Operand | Command, name: str, kinds: list[str]) -> None:
        """Each pair; of `eq` with several, the later ones only where the first was not equal."""
        if len(kinds) < 2 or (len(kinds) > 2 and name != "eq"):  # noqa: PLR2004 - two operands
            self._need(node, name, *kinds)
            return
        operation = "compare" if name in _EQUAL else "order"
        first, *others = kinds
        for at, other in enumerate(others):
            if first == other and first in _COMPARABLE[operation]:
                continue
            with self._where(*([_UNKNOWN] if at else [])):
                self._need(node, operation, *sorted((first, other)))

    def _logic(self, name: str, args: tuple[Operand, ...], final: str | None) -> str:
        before, terms = self._within, [] if final is None else [final]
        for arg in args:
            term = self._operand(arg)
            terms.append(term)
            self._within = (*self._within, f"{'if' if name == 'and' else 'not'} {term}")
        self._within = before
        return f"({' '.join([name, *terms])})"

    def _index(self, node: Operand | Command, args: tuple[Operand, ...], terms: list[str]) -> str:
        term = terms[0]
        keys: list[Operand | None] = [*args[1:], *([None] * (len(terms) - len(args)))]
        for key, of in zip(keys, terms[1:], strict=True):
            if isinstance(key, String):
                self._need(node, "index", term, "<string>")
                term = _child(term, key.value) if key.value.isidentifier() else f"(index {term} {of})"
            else:
                self._need(node, "index", term, of)
                term = f"(index {term} {of})"
        if len(terms) == 1:
            self._need(node, "index", term)
        return term


def _kind(node: Operand, term: str) -> str:
    """What counts of an operand that something is compared with: its kind, where that is certain."""
    if isinstance(node, String):
        return "<string>"
    if isinstance(node, (Bool, Nil)):
        return f"<{type(node).__name__.lower()}>"
    if isinstance(node, Number) and isinstance(node.value, (int, float)):
        return f"<{type(node.value).__name__}>"
    return _RESULTS.get(term[1:].split(" ", 1)[0], term) if term.startswith("(") and term.endswith(")") else term


def _leaves(node: Statement, *kinds: type[Statement]) -> bool:
    """Whether a statement may leave the loop it stands in."""
    if isinstance(node, Branch):
        bodies = [arm.body for arm in node.arms] + [node.orelse or ()]
        return any(_leaves(one, *kinds) for body in bodies for one in body)
    if isinstance(node, Range):
        return any(_leaves(one, *kinds) for one in node.orelse or ())
    return isinstance(node, kinds)


def _assigned(body: Body) -> Iterator[str]:
    """The names of the variables that are assigned to after they were declared."""
    for node in body:
        pipes = [arm.pipe for arm in node.arms] if isinstance(node, Branch) else [getattr(node, "pipe", None)]
        for pipe in filter(None, pipes):
            yield from _of_pipe(pipe)
        for inner in _bodies(node):
            yield from _assigned(inner)


def _of_pipe(pipe: Pipe, *, nested: bool = False) -> Iterator[str]:
    """The variables that a pipeline assigns to, those of pipelines in parentheses included."""
    if pipe.assign or nested:  # one in parentheses may stand behind `and`, and so perhaps not be evaluated
        yield from pipe.names
    for command in pipe.commands:
        for arg in command.args:
            inner = arg.base if isinstance(arg, Chain) else arg
            if isinstance(inner, Pipe):
                yield from _of_pipe(inner, nested=True)
