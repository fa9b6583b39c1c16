"""The interpreter: the reference for what a template means, and the only place that knows Go's words for failures.

It walks statements with a stack of its own, so neither nesting nor `{{template}}` costs Python frames.
Source: contracts/go-templates.md, section 8.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

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
from gotemplate._builtins import FUNCTIONS, Function, Parameter
from gotemplate._errors import ExecError, Fault, LimitError
from gotemplate._fmt import text_of
from gotemplate._limits import Meter, exceeded
from gotemplate._print import command as command_text
from gotemplate._print import invocation, operand, pipeline
from gotemplate._printf import errorf
from gotemplate._strconv import quote, replace_surrogates, to_utf8
from gotemplate._values import BOXED, LIFTS, NO_VALUE, Mode, Value, is_true, sorted_items, type_name

CALL_WEIGHT: Final = 10  # units of work of a template call, beside its body
_NEAR: Final = 32  # variables: looking past more of them is work
_MOST_CONTEXT: Final = 2048  # characters of a node in an error text


class _Missing:
    """No value came down the pipeline, or no entry was found: different from any value, nil included."""


_MISSING: Final = _Missing()


class _Frame:
    """A body being executed: where it is, its cursor, and what to restore at its end."""

    __slots__ = ("dot", "loop", "loop_node", "mark", "nodes", "outer", "turn_mark", "wrapped")

    def __init__(self, body: Body, mark: int, dot: Value, *, wrapped: bool) -> None:
        self.nodes: Iterator[Statement] = iter(body)
        self.mark = mark  # how many variables there are without this body, and (a loop) without this turn
        self.turn_mark = mark
        self.dot = dot
        self.wrapped = wrapped  # whether the cursor is still inside Go's interface{}: errors tell
        self.loop: Iterator[tuple[Value, Value]] | None = None
        self.loop_node: Range | None = None
        self.outer: tuple[str, list[tuple[str, Value, bool]]] | None = None


def execute(tree: Tree, data: Value, mode: Mode, meter: Meter) -> list[str]:
    """The pieces of output of `tree` with `data`; ExecError or LimitError with Go's text otherwise."""
    interpreter = _Interpreter(tree, mode, meter)
    try:
        interpreter.run(data)
    except Fault as fault:
        raise interpreter.error(fault) from None
    except LimitError as limit:
        raise limit if limit.line else interpreter.located(limit) from None
    except RecursionError:
        raise interpreter.located(exceeded("nesting", meter.limits.nesting)) from None
    return interpreter.out


def located(limit: LimitError, tree: Tree, pos: int) -> LimitError:
    """The same error, with the place it happened at."""
    line, column = _line_and_column(tree.text, pos)
    text = f"template: {tree.main}:{line}:{column}: {limit}"
    return LimitError(text, limit=limit.limit, line=line, column=column)


def _line_and_column(text: str, pos: int) -> tuple[int, int]:
    """The line of a character, from 1, and its byte in that line, from 0."""
    start = text.rfind("\n", 0, pos) + 1
    return text.count("\n", 0, pos) + 1, len(text[start:pos].encode())


class _Interpreter:
    __slots__ = (
        "_depth",
        "_dot",
        "_handlers",
        "_lift",
        "_meter",
        "_missingkey",
        "_name",
        "_node",
        "_stack",
        "_tree",
        "_variables",
        "_wrapped",
        "out",
    )

    def __init__(self, tree: Tree, mode: Mode, meter: Meter) -> None:
        self._tree = tree
        self._missingkey = mode.missingkey
        self._lift = LIFTS[mode.numbers]
        self._meter = meter
        self._name = tree.main
        self._node: Action | Invoke | Operand | Command | None = None
        self._stack: list[_Frame] = []
        self._variables: list[tuple[str, Value, bool]] = []
        self._depth = 0
        self._dot: Value = NO_VALUE
        self._wrapped = False
        self.out: list[str] = []
        self._handlers: dict[type, Callable[..., bool]] = {
            Text: self._text,
            Action: self._action,
            Branch: self._branch,
            Range: self._range,
            Invoke: self._invoke,
            Break: self._break,
            Continue: self._continue,
        }

    def run(self, data: Value) -> None:
        data = self._lift(data)
        if data is None:
            data = NO_VALUE
        self._variables = [("$", data, False)]
        self._meter.charge(self._tree.weights[self._name])
        self._push(self._tree.bodies[self._name], data)
        stack, handlers = self._stack, self._handlers
        while stack:
            frame = stack[-1]
            for node in frame.nodes:
                if handlers[node.__class__](node):
                    break  # another body is to be executed first
            else:
                self._leave(frame)

    # Errors.

    def located(self, limit: LimitError) -> LimitError:
        """The same error, with the place it happened at."""
        return located(limit, self._tree, 0 if self._node is None else self._node.pos)

    def error(self, fault: Fault) -> ExecError:
        """Go's error for what went wrong at the node that was looked at last."""
        line, column, where = self._place()
        text = errorf(where + fault.format, fault.arguments)
        return ExecError(replace_surrogates(to_utf8(text)), line=line, column=column)

    def too_deep(self, most: int) -> LimitError:
        """Go's error for templates that call themselves without end, with our number."""
        line, column, where = self._place()
        text = errorf(f"{where}exceeded maximum template depth (%v)", (most,))
        return LimitError(text, limit="template_depth", line=line, column=column)

    def _place(self) -> tuple[int, int, str]:
        node = self._node
        if node is None:
            return 1, 0, f"template: {self._tree.main}: "
        line, column = _line_and_column(self._tree.text, node.pos)
        place = f"{self._tree.main}:{line}:{column}"
        name, context = (text.replace("%", "%%") for text in (quote(self._name), _shown(node)[:_MOST_CONTEXT]))
        return line, column, f"template: {place}: executing {name} at <{context}>: "

    # Bodies.

    def _push(self, body: Body, dot: Value, *, wrapped: bool = False, mark: int = 0) -> _Frame:
        frame = _Frame(body, mark, dot, wrapped=wrapped)
        self._stack.append(frame)
        self._dot = dot
        self._wrapped = wrapped
        return frame

    def _leave(self, frame: _Frame) -> None:
        """The end of a body: the next turn of its loop, or back to the body around it."""
        if frame.loop is not None and self._turn(frame):
            return
        self._pop(frame)

    def _pop(self, frame: _Frame) -> None:
        stack = self._stack
        stack.pop()
        if frame.outer is not None:
            self._name, self._variables = frame.outer
            self._depth -= 1
        else:
            del self._variables[frame.mark :]
        if stack:
            self._dot = stack[-1].dot
            self._wrapped = stack[-1].wrapped

    # Statements: each says whether another body is to be executed first.

    def _text(self, node: Text) -> bool:
        self._write(node.text)
        return False

    def _write(self, text: str) -> None:
        self._meter.write(len(text))
        self.out.append(text)

    def _action(self, node: Action) -> bool:
        value = self._pipe(node.pipe)
        if not node.pipe.names:
            self._node = node
            self._write(text_of(value, self._lift, self._meter))
        return False

    def _branch(self, node: Branch) -> bool:
        mark = len(self._variables)
        for arm in node.arms:
            value = self._pipe(arm.pipe)
            if is_true(value):
                if node.kind == "with":
                    self._push(arm.body, value, mark=mark)
                else:
                    self._push(arm.body, self._dot, wrapped=self._wrapped, mark=mark)
                return True
        if node.orelse is not None:
            self._push(node.orelse, self._dot, wrapped=self._wrapped, mark=mark)
            return True
        del self._variables[mark:]
        return False

    def _range(self, node: Range) -> bool:
        mark = len(self._variables)
        value = self._pipe(node.pipe)
        turns, size = self._turns(value, len(node.pipe.names))
        self._meter.charge(size * node.weight)
        if size:
            frame = self._push((), self._dot, wrapped=self._wrapped, mark=mark)
            frame.loop = turns
            frame.loop_node = node
            frame.turn_mark = len(self._variables)
            return True
        if node.orelse is not None:
            self._push(node.orelse, self._dot, wrapped=self._wrapped, mark=mark)
            return True
        del self._variables[mark:]
        return False

    def _turns(self, value: Value, names: int) -> tuple[Iterator[tuple[Value, Value]], int]:
        """The turns of a loop over `value`, index and element, and how many there are."""
        if value is NO_VALUE:
            return iter(()), 0
        if isinstance(value, list):
            return enumerate(value), len(value)
        if isinstance(value, dict):
            self._meter.charge(len(value) * len(value).bit_length() >> 2)
            return iter(sorted_items(value)), len(value)
        if isinstance(value, int) and not isinstance(value, bool):
            if names > 1:
                raise Fault("can't use %v to iterate over more than one variable", value)
            kind = value.__class__
            size = max(0, int(value))
            return ((NO_VALUE, kind(i)) for i in range(size)), size
        raise Fault("range can't iterate over %v", value)

    def _turn(self, frame: _Frame) -> bool:
        """Begin the next turn of a loop, if there is one."""
        node = frame.loop_node
        turn = next(frame.loop, None) if frame.loop is not None else None
        if turn is None or node is None:
            return False
        self._meter.turn(node.weight)
        self._node = node.pipe
        index, element = turn
        wrapped = index is not NO_VALUE
        if wrapped:
            element = self._lift(element)
        names, variables = node.pipe.names, self._variables
        del variables[frame.turn_mark :]
        if node.pipe.assign:
            self._assign(names[-1], element, wrapped=wrapped)
            if len(names) > 1:
                self._assign(names[0], index, wrapped=False)
        elif names:
            variables[-1] = (names[-1], element, wrapped)
            if len(names) > 1:
                variables[-2] = (names[0], index, False)
        frame.nodes = iter(node.body)
        frame.dot = self._dot = element
        frame.wrapped = self._wrapped = wrapped
        return True

    def _invoke(self, node: Invoke) -> bool:
        self._node = node
        body = self._tree.bodies.get(node.name)
        if body is None:
            raise Fault("template %q not defined", node.name)
        most = self._meter.limits.template_depth
        if self._depth == most:
            raise self.too_deep(most)
        dot = NO_VALUE if node.pipe is None else self._pipe(node.pipe)
        self._meter.charge(CALL_WEIGHT + self._tree.weights[node.name])
        self._depth += 1
        frame = self._push(body, dot)
        frame.outer = (self._name, self._variables)
        self._name = node.name
        self._variables = [("$", dot, False)]
        return True

    def _break(self, _node: Break) -> bool:
        self._pop(self._loop())
        return True

    def _continue(self, _node: Continue) -> bool:
        self._loop().nodes = iter(())
        return True

    def _loop(self) -> _Frame:
        """The frame of the innermost loop, with those inside it gone."""
        while True:
            frame = self._stack[-1]
            if frame.loop is not None:
                return frame
            self._pop(frame)

    # Expressions. `_node` follows what Go marks as the place of an error.

    def _pipe(self, pipe: Pipe) -> Value:
        self._node = pipe
        value: Value = _MISSING
        for stage in pipe.commands:
            value = self._command(stage, value)
            if value is None:
                value = NO_VALUE  # Go takes a value out of its interface here
        for name in pipe.names:
            if pipe.assign:
                self._assign(name, value, wrapped=False)
            else:
                self._variables.append((name, value, False))
        return value

    def _assign(self, name: str, value: Value, *, wrapped: bool) -> None:
        variables = self._variables
        for at in range(len(variables) - 1, -1, -1):
            if variables[at][0] == name:
                variables[at] = (name, value, wrapped)
                return
        raise Fault("undefined variable: %s", name)

    def _variable(self, name: str) -> tuple[str, Value, bool]:
        for distance, variable in enumerate(reversed(self._variables)):
            if variable[0] == name:
                if distance > _NEAR:
                    self._meter.charge(distance >> 3)
                return variable
        raise Fault("undefined variable: %s", name)

    def _command(self, command: Command, final: Value) -> Value:
        args = command.args
        first = args[0]
        has_args = len(args) > 1 or final is not _MISSING
        if isinstance(first, Identifier):
            return self._function(first, command, args, final)
        if isinstance(first, Pipe):
            if has_args:
                self._not_a_function(first)
            return self._pipe(first)
        self._node = first
        if isinstance(first, Field):
            return self._fields(self._dot, first.path, wrapped=self._wrapped, has_args=has_args)
        if isinstance(first, Variable):
            return self._variable_path(first, has_args=has_args)
        if isinstance(first, Chain):
            return self._chain(first, has_args=has_args)
        if has_args:
            self._not_a_function(first)
        if isinstance(first, Nil):
            raise Fault("nil is not a command")
        return self._constant(first)

    def _not_a_function(self, first: Operand) -> None:
        raise Fault("can't give argument to non-function %s", operand(first))

    def _constant(self, node: Operand) -> Value:
        if isinstance(node, (String, Bool)):
            return node.value
        if isinstance(node, Number):
            if node.value is None:
                raise Fault("%s overflows int", node.text)
            return node.value
        return self._dot

    def _variable_path(self, node: Variable, *, has_args: bool) -> Value:
        _, value, wrapped = self._variable(node.name)
        if node.path:
            return self._fields(value, node.path, wrapped=wrapped, has_args=has_args)
        if has_args:
            self._not_a_function(node)
        return value

    def _chain(self, node: Chain, *, has_args: bool) -> Value:
        self._node = node
        base = node.base
        value = self._pipe(base) if isinstance(base, Pipe) else self._function(base, base, (base,), _MISSING)
        return self._fields(value, node.path, wrapped=False, has_args=has_args)

    def _fields(self, value: Value, path: tuple[str, ...], *, wrapped: bool, has_args: bool) -> Value:
        """Follow a path of map keys from `value`."""
        last = len(path) - 1
        for at, name in enumerate(path):
            if value.__class__ is dict:
                if has_args and at == last:
                    raise Fault("%s is not a method but has arguments", name)
                found = value.get(name, _MISSING)
                value = self._absent(name) if found is _MISSING else self._lift(found)
            elif value is NO_VALUE:
                if self._missingkey == "error":
                    raise Fault("nil data; no entry for key %q", name)
            elif value is None:
                raise Fault("nil pointer evaluating %s.%s", "interface {}", name)
            else:
                kind = "interface {}" if wrapped else type_name(value)
                raise Fault("can't evaluate field %s in type %s", name, kind)
            wrapped = True
        return value

    def _absent(self, name: str) -> Value:
        if self._missingkey == "error":
            raise Fault("map has no entry for key %q", name)
        return NO_VALUE if self._missingkey == "default" else None

    def _function(self, node: Identifier, command: Command | Operand, args: tuple[Operand, ...], final: Value) -> Value:
        """Call a function with its arguments and what came down the pipeline."""
        self._node = node
        name = node.name
        function = FUNCTIONS[name]
        _check_count(name, function, len(args) - 1, has_final=final is not _MISSING)
        if name in {"and", "or"}:
            return self._logic(name, args, final)
        values = [self._arg(arg, _parameter(function, at)) for at, arg in enumerate(args[1:])]
        if final is not _MISSING:
            values.append(_validated(final, _parameter(function, len(values))))
        if name == "slice":
            values[1 : len(args) - 1] = [
                BOXED if self._is_boxed(arg, value) else value for arg, value in zip(args[2:], values[1:], strict=False)
            ]
        if name == "call":
            values.append(operand(args[1]) if len(args) > 1 else _reflected(final))
        try:
            return function.body(values, self._lift, self._meter)
        except Fault as fault:
            self._node = command
            raise Fault("error calling %s: %w", name, fault.format) from None

    def _is_boxed(self, node: Operand, value: Value) -> bool:
        """Whether Go would still have the value of an argument inside an interface{}."""
        if isinstance(node, Dot):
            return self._wrapped
        if isinstance(node, Variable) and not node.path:
            return self._variable(node.name)[2]
        return isinstance(node, (Field, Variable, Chain)) and value is not NO_VALUE

    def _logic(self, name: str, args: tuple[Operand, ...], final: Value) -> Value:
        value: Value = NO_VALUE
        for arg in args[1:]:
            value = self._arg(arg, "value")
            if is_true(value) == (name == "or"):
                return value
        return value if final is _MISSING else final

    def _arg(self, node: Operand, parameter: Parameter) -> Value:
        self._node = node
        if isinstance(node, Field):
            value = self._fields(self._dot, node.path, wrapped=self._wrapped, has_args=False)
        elif isinstance(node, Variable):
            value = self._variable_path(node, has_args=False)
        elif isinstance(node, Pipe):
            value = self._pipe(node)
        elif isinstance(node, Identifier):
            value = self._function(node, node, (node,), _MISSING)
        elif isinstance(node, Chain):
            value = self._chain(node, has_args=False)
        elif isinstance(node, Dot):
            value = self._dot
        elif isinstance(node, Nil):
            if parameter == "string":
                raise Fault("cannot assign nil to %s", "string")
            return NO_VALUE
        else:
            if parameter == "string" and not isinstance(node, String):
                raise Fault("expected string; found %s", operand(node))
            return self._constant(node)
        return _validated(value, parameter)


def _check_count(name: str, function: Function, given: int, *, has_final: bool) -> None:
    wanted = len(function.fixed)
    if function.rest is not None:
        if given + has_final < wanted:
            raise Fault("wrong number of args for %s: want at least %d got %d", name, wanted, given)
    elif given + has_final != wanted:
        raise Fault("wrong number of args for %s: want %d got %d", name, wanted, given + has_final)


def _parameter(function: Function, at: int) -> Parameter:
    if at < len(function.fixed):
        return function.fixed[at]
    return function.rest or "any"


def _validated(value: Value, parameter: Parameter) -> Value:
    """`value`, where it suits the parameter."""
    if parameter != "string" or isinstance(value, str):
        return value
    if value is NO_VALUE:
        raise Fault("invalid value; expected %s", "string")
    kind = "interface {}" if value is None else type_name(value)
    raise Fault("wrong type for value; expected %s; got %s", "string", kind)


def _reflected(value: Value) -> str:
    """Go's reflect.Value.String: the text of a string, the type of anything else."""
    if isinstance(value, str):
        return value
    return "<invalid Value>" if value is NO_VALUE else f"<{type_name(value)} Value>"


def _shown(node: Action | Invoke | Operand | Command) -> str:
    if isinstance(node, Command):
        return command_text(node)
    if isinstance(node, Invoke):
        return invocation(node)
    if isinstance(node, Action):
        return "{{" + pipeline(node.pipe) + "}}"
    return operand(node)
