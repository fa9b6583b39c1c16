"""What a template needs, found by walking it with shapes in place of values.

A value is the tuple of places in the data it may come from: none for constants and computed ones, several
where a variable was assigned twice. Code that does not run in every render lies one level deeper; what is
read on the level where its place became known is needed always.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
    Number,
    Operand,
    Pipe,
    Range,
    Statement,
    String,
    Tree,
    Variable,
)
from gotemplate._limits import Meter
from gotemplate._lines import line_starts
from gotemplate._shape import NEVER, JsonType, Shape, Use
from gotemplate._values import Mode

Places: TypeAlias = tuple[Shape, ...]

_CALL: Final = 50  # units of work of following a template call
_NOWHERE: Final[Places] = ()
_COMPARISONS: Final = frozenset({"eq", "ne", "lt", "le", "gt", "ge"})
_VERB: Final = re.compile(r"%[-+# 0]*[0-9]*(?:\.[0-9]*)?(.)", re.DOTALL)
_VERB_TYPES: Final[dict[str, JsonType]] = {
    **dict.fromkeys("dboxXcU", "integer"),
    **dict.fromkeys("eEfFgG", "number"),
    **dict.fromkeys("sq", "string"),
    "t": "boolean",
}
_SIZED: Final[dict[str, tuple[Use, tuple[JsonType, ...]]]] = {
    "len": ("length", ("string", "array", "object")),
    "slice": ("slice", ("string", "array")),
}


def analyse(trees: Sequence[Tree], mode: Mode, meter: Meter) -> Shape:
    """The shape of the data that trees are all rendered with; LimitError where finding out takes too long."""
    root = Shape()
    for number, tree in enumerate(trees):
        _Walk(tree, mode, meter, number).template(tree.main, (root,))
    return root


class _Walk:
    def __init__(self, tree: Tree, mode: Mode, meter: Meter, number: int) -> None:
        self._tree = tree
        self._number = number
        self._starts = line_starts(tree.text)
        self._meter = meter
        self._strict = mode.missingkey == "error"
        self._integers = mode.numbers == "exact"
        self._level = 0
        self._dot: Places = _NOWHERE
        self._variables: list[tuple[str, Places]] = []
        self._inside: list[str] = []

    @contextmanager
    def _perhaps(self) -> Iterator[None]:
        """What stands here does not run in every render."""
        self._level += 1
        yield
        self._level -= 1

    # Statements. A body says whether it may leave a loop early: what follows then is not certain any more.

    def template(self, name: str, dot: Places) -> None:
        """The body of a definition; a recursive one is followed once, which shows what the next level is like."""
        if self._inside.count(name) > 1 or name not in self._tree.bodies:
            return
        self._meter.charge(_CALL + self._tree.weights[name])
        self._inside.append(name)
        before = self._dot, self._variables
        self._dot, self._variables = dot, [("$", dot)]
        self._body(self._tree.bodies[name])
        self._dot, self._variables = before
        self._inside.pop()

    def _body(self, body: Body) -> bool:
        leaves = False
        level = self._level
        for node in body:
            if self._statement(node) and not leaves:
                leaves = True
                self._level += 1
        self._level = level
        return leaves

    def _statement(self, node: Statement) -> bool:
        if isinstance(node, Action):
            places = self._pipe(node.pipe)
            if not node.pipe.names:
                _note(places, "print")
        elif isinstance(node, Branch):
            return self._branch(node)
        elif isinstance(node, Range):
            self._range(node)
        elif isinstance(node, Invoke):
            self.template(node.name, _NOWHERE if node.pipe is None else self._pipe(node.pipe))
        return isinstance(node, (Break, Continue))

    def _branch(self, node: Branch) -> bool:
        mark, level, leaves = len(self._variables), self._level, False
        for arm in node.arms:
            places = self._pipe(arm.pipe)
            _note(places, "condition")
            self._level += 1  # the arms that follow run only where this one does not
            leaves |= self._with_dot(arm.body, places if node.kind == "with" else self._dot)
        if node.orelse is not None:
            leaves |= self._body(node.orelse)
        self._level = level
        del self._variables[mark:]
        return leaves

    def _with_dot(self, body: Body, dot: Places) -> bool:
        before, self._dot = self._dot, dot
        leaves = self._body(body)
        self._dot = before
        return leaves

    def _range(self, node: Range) -> None:
        mark = len(self._variables)
        before = [self._named(name) for name in node.pipe.names]
        places = self._pipe(node.pipe)
        types: tuple[JsonType, ...] = ("array", "object", "null")
        if self._integers and len(node.pipe.names) < 2:  # noqa: PLR2004 - an int has no index and element
            types = ("array", "object", "integer", "null")
        _note(places, "range", *types)
        with self._perhaps():
            elements = tuple(self._element(place) for place in places)
            self._name_turn(node.pipe, elements)
            self._with_dot(node.body, elements)
            if node.orelse is not None:
                self._body(node.orelse)
        if node.pipe.assign:
            for name, value in zip(node.pipe.names, before, strict=True):
                self._assign(name, value)
        del self._variables[mark:]

    def _element(self, place: Shape) -> Shape:
        element = place.each()
        element.level = self._level if place.level == self._level - 1 else NEVER
        return element

    def _name_turn(self, pipe: Pipe, elements: Places) -> None:
        names = pipe.names
        for name, value in zip(reversed(names), (elements, _NOWHERE), strict=False):
            self._assign(name, value, instead=True)

    # Expressions: each says which places its value may come from.

    def _pipe(self, pipe: Pipe) -> Places:
        places = _NOWHERE
        for at, command in enumerate(pipe.commands):
            places = self._command(command, places if at else None)
        for name in pipe.names:
            if pipe.assign:
                self._assign(name, places)
            else:
                self._variables.append((name, places))
        return places

    def _assign(self, name: str, places: Places, *, instead: bool = False) -> None:
        """Add to where a variable may come from: the assignment may or may not have happened."""
        for at in range(len(self._variables) - 1, -1, -1):
            if self._variables[at][0] == name:
                kept = _NOWHERE if instead else self._variables[at][1]
                self._variables[at] = (name, tuple(dict.fromkeys(kept + places)))
                return

    def _named(self, name: str) -> Places:
        for distance, (known, places) in enumerate(reversed(self._variables)):
            if known == name:
                self._meter.charge(distance >> 2)
                return places
        return _NOWHERE

    def _command(self, command: Command, final: Places | None) -> Places:
        first = command.args[0]
        if not isinstance(first, Identifier):
            return self._operand(first)
        return self._function(first.name, command.args[1:], final)

    def _operand(self, node: Operand) -> Places:
        if isinstance(node, Field):
            return self._follow(self._dot, node.path, node.pos)
        if isinstance(node, Dot):
            return self._dot
        if isinstance(node, Variable):
            return self._follow(self._named(node.name), node.path, node.pos)
        if isinstance(node, Pipe):
            return self._pipe(node)
        if isinstance(node, Chain):
            return self._follow(self._operand(node.base), node.path, node.pos)
        return _NOWHERE

    def _follow(self, places: Places, path: tuple[str, ...], pos: int) -> Places:
        certain = self._strict and len(places) == 1
        for name in path:
            places = tuple(self._read(place, name, certain=certain) for place in places)
        self._see(places, pos)
        return places

    def _see(self, places: Places, pos: int) -> None:
        seen = self._number, bisect_right(self._starts, pos)
        for place in places:
            place.lines.add(seen)

    def _read(self, place: Shape, name: str, *, certain: bool) -> Shape:
        child = place.child(name)
        if certain and place.level == self._level:
            child.required = True
        return child

    def _function(self, name: str, args: tuple[Operand, ...], final: Places | None) -> Places:
        if name in {"and", "or"}:
            return self._logic(args, final)
        if name == "index" and args:
            return self._index(args)
        values = [self._operand(arg) for arg in args]
        if final is not None:
            values.append(final)
        if name in _COMPARISONS:
            self._compare(args, values)
        elif name in _SIZED and values:
            use, types = _SIZED[name]
            _note(values[0], use, *types)
            return values[0] if name == "slice" else _NOWHERE
        elif name == "printf":
            _format(args, values)
        else:
            for places in values:
                _note(places, "condition" if name == "not" else "print")
        return _NOWHERE

    def _logic(self, args: tuple[Operand, ...], final: Places | None) -> Places:
        places: Places = final or _NOWHERE
        level = self._level
        for arg in args:
            value = self._operand(arg)
            _note(value, "condition")
            places += value
            self._level = level + 1  # the first may settle it
        self._level = level
        return places

    def _index(self, args: tuple[Operand, ...]) -> Places:
        places = self._operand(args[0])
        for key in args[1:]:
            self._operand(key)
            if isinstance(key, String):
                places = tuple(place.child(key.value) for place in places)
                self._see(places, key.pos)
            else:
                _note(
                    places,
                    "index",
                    *(("array", "string") if isinstance(key, Number) else ("array", "object", "string")),
                )
                places = tuple(place.each() for place in places)
        return places

    def _compare(self, args: tuple[Operand, ...], values: list[Places]) -> None:
        constants = [
            (arg.value, kind) for arg in args if (kind := self._type(arg)) and isinstance(arg, (String, Number, Bool))
        ]
        for places in values:
            _note(places, "compare", *[kind for _, kind in constants[:1]])
            for place in places:
                place.values += [
                    value
                    for value, _ in constants
                    if isinstance(value, (str, int, float, bool)) and value not in place.values
                ]

    def _type(self, node: Operand) -> JsonType | None:
        """The type of the data that a constant can be compared with."""
        if isinstance(node, String):
            return "string"
        if isinstance(node, Bool):
            return "boolean"
        if isinstance(node, Number) and isinstance(node.value, int):
            return "integer" if self._integers else "number"
        if isinstance(node, Number) and isinstance(node.value, float):
            return "number"
        return None


def _note(places: Places, use: Use, *types: JsonType) -> None:
    for place in places:
        place.uses.add(use)
        if types:
            place.narrow(*types)


def _format(args: tuple[Operand, ...], values: list[Places]) -> None:
    """What the verbs of a constant format ask of the operands."""
    template = args[0] if args else None
    verbs = [verb for verb in _VERB.findall(template.value) if verb != "%"] if isinstance(template, String) else []
    if template is not None and not isinstance(template, String):
        _note(values[0], "format", "string")
    for at, places in enumerate(values[1:]):
        kind = _VERB_TYPES.get(verbs[at]) if at < len(verbs) else None
        if kind is None:
            _note(places, "print")
        else:
            _note(places, "print", kind)
