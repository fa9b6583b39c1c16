"""Tokens to syntax tree, with Go's complaints.

Statements are kept on a stack of open blocks, so nesting costs no Python frames; only parentheses recurse.
Source: contracts/go-templates.md, section 8, items 12 to 21.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal, Never

from gotemplate import _lex as lex
from gotemplate._ast import (
    Action,
    Arm,
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
from gotemplate._errors import LimitError, ParseError
from gotemplate._fmt import Item
from gotemplate._lex import Token
from gotemplate._limits import Limits, exceeded
from gotemplate._print import operand
from gotemplate._printf import errorf
from gotemplate._strconv import parse_complex, parse_float, parse_int, quote, replace_surrogates, unquote, unquote_char

_OPERANDS: Final = frozenset(
    {
        lex.BOOL,
        lex.RUNE,
        lex.COMPLEX,
        lex.DOT,
        lex.FIELD,
        lex.IDENTIFIER,
        lex.NUMBER,
        lex.NIL,
        lex.RAW_STRING,
        lex.STRING,
        lex.VARIABLE,
        lex.OPEN,
    }
)
_MOST_MESSAGE: Final = 2048  # characters: Go quotes a token of any length
_INT64: Final = 1 << 63
_WHITE_SPACE: Final = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)


def parse(text: str, name: str, limits: Limits) -> Tree:
    """The tree of `text`, or Go's ParseError, or a LimitError."""
    if len(text) > limits.template_bytes or len(text.encode("utf-8", "replace")) > limits.template_bytes:
        raise exceeded("template_bytes", limits.template_bytes, name=name, line=1)
    text = text if text.isascii() else replace_surrogates(text)
    try:
        return _Parser(text, name, limits).run()
    except RecursionError:
        raise exceeded("parens", limits.parens, name=name, line=1) from None


_NOTHING: Final = Pipe(0, (), assign=False, commands=())


@dataclass(slots=True)
class _Block:
    """A block that waits for its end: what it will become, and what has been read of it."""

    kind: Literal["main", "if", "with", "range", "define", "block"]
    pos: int = 0
    name: str = ""
    pipe: Pipe | None = None
    condition: Pipe = _NOTHING
    variables: int = 0
    weight: int = 1
    nodes: list[Statement] = field(default_factory=list)
    arms: list[Arm] = field(default_factory=list)
    in_else: bool = False


@dataclass(slots=True)
class _Scope:
    """What `{{define}}` and `{{block}}` start anew: variables, loops, and how far the text was looked at."""

    variables: list[str] = field(default_factory=lambda: ["$"])
    known: Counter[str] = field(default_factory=lambda: Counter("$"))
    loops: int = 0
    seen: int = -1
    action: int = -1


class _Parser:
    def __init__(self, text: str, name: str, limits: Limits) -> None:
        self._text = text
        self._name = name
        self._limits = limits
        self._tokens = lex.tokenize(text, name, limits)
        self._at = 0
        self._scopes = [_Scope()]
        self._scope = self._scopes[0]
        self._blocks = [_Block("main")]
        self._bodies: dict[str, Body] = {}
        self._weights: dict[str, int] = {}
        self._parens = 0
        self._operands = 0  # since the last statement: they are work too
        self._variables = 0
        self._definitions = 0
        self._statements: dict[int, Callable[[int], None]] = {
            lex.BLOCK: self._open_block,
            lex.BREAK: self._leave_loop,
            lex.CONTINUE: self._leave_loop,
            lex.ELSE: self._else,
            lex.END: self._end,
            lex.IF: self._open_control,
            lex.RANGE: self._open_control,
            lex.WITH: self._open_control,
            lex.TEMPLATE: self._invoke,
        }

    def run(self) -> Tree:
        while self._peek()[0] != lex.EOF:
            token = self._next_piece()
            if token[0] == lex.TEXT:
                self._append(Text(token[1], token[2]))
            elif token[0] == lex.LEFT:
                self._action(token)
            else:
                self._unexpected(token, "input")
        if len(self._blocks) > 1:
            self._fail("unexpected EOF")
        main = self._blocks[0]
        main.name = self._name
        self._add(main, tuple(main.nodes))
        return Tree(self._name, self._text, self._bodies, self._weights)

    # Tokens. Go complains with the line of the token that the current definition looked at last.

    def _next(self) -> Token:
        at = self._at
        self._at = at + 1
        self._scope.seen = max(self._scope.seen, at)
        return self._tokens[min(at, len(self._tokens) - 1)]

    def _peek(self) -> Token:
        token = self._next()
        self._at -= 1
        return token

    def _next_piece(self) -> Token:
        token = self._next()
        while token[0] == lex.SPACE:
            token = self._next()
        return token

    def _peek_piece(self) -> Token:
        token = self._next_piece()
        self._at -= 1
        return token

    def _expect(self, kind: int, context: str) -> Token:
        token = self._next_piece()
        if token[0] != kind:
            self._unexpected(token, context)
        return token

    # Complaints.

    def _line(self, pos: int) -> int:
        return self._text.count("\n", 0, pos) + 1

    def _column(self, pos: int) -> int:
        return len(self._text[self._text.rfind("\n", 0, pos) + 1 : pos].encode())

    def _fail(self, format_: str, *arguments: object) -> Never:
        seen = self._tokens[min(self._scope.seen, len(self._tokens) - 1)]
        line = self._line(seen[1])
        text = errorf(f"template: {self._name}:{line}: {format_}", arguments)
        raise ParseError(text[:_MOST_MESSAGE], line=line, column=self._column(seen[1]))

    def _item(self, token: Token) -> Item:
        """A token as an argument of an error."""
        before = self._text[: token[1]]
        return Item(_show(token), (token[0], len(before.encode()), token[2], before.count("\n") + 1))

    def _refuse(self, limit: str) -> Never:
        allowed = getattr(self._limits, limit)
        line = self._line(self._tokens[min(self._at, len(self._tokens) - 1)][1])
        message = "max expression depth exceeded" if limit == "parens" else f"limit exceeded: {limit} ({allowed})"
        raise LimitError(f"template: {self._name}:{line}: {message}", limit=limit, line=line)

    def _unexpected(self, token: Token, context: str) -> Never:
        if token[0] != lex.ERROR:
            self._fail("unexpected %s in %s", self._item(token), context)
        extra = ""
        if self._scope.action >= 0 and self._line(self._scope.action) != self._line(token[1]):
            extra = f" in action started at {self._name}:{self._line(self._scope.action)}"
            if token[2].endswith(" action"):
                extra = extra.removeprefix(" in action")
        self._fail("%s%s", self._item(token), extra)

    # Statements.

    def _action(self, left: Token) -> None:
        token = self._next_piece()
        if token[0] == lex.DEFINE and len(self._blocks) == 1:
            self._open_define(left)
            return
        self._scope.action = left[1]
        scope = self._scope
        handler = self._statements.get(token[0])
        if handler is not None:
            handler(token[1])
        else:
            self._at -= 1
            self._append(Action(token[1], self._pipeline("command", lex.RIGHT)))
        scope.action = -1
        self._scope.action = -1

    def _append(self, node: Statement, weight: int = 1) -> None:
        block = self._blocks[-1]
        block.nodes.append(node)
        block.weight += weight + self._operands
        self._operands = 0

    def _push(self, block: _Block) -> None:
        if len(self._blocks) > self._limits.nesting:
            self._refuse("nesting")
        self._blocks[-1].weight += self._operands
        self._operands = 0
        self._blocks.append(block)

    def _open_scope(self) -> None:
        self._definitions += 1
        if self._definitions > self._limits.definitions:
            self._refuse("definitions")
        self._scope = _Scope()
        self._scopes.append(self._scope)

    def _close_scope(self) -> None:
        self._scopes.pop()
        self._scope = self._scopes[-1]

    def _open_define(self, left: Token) -> None:
        self._open_scope()
        token = self._next_piece()
        if token[0] not in {lex.STRING, lex.RAW_STRING}:
            self._unexpected(token, "define clause")
        name = self._unquote(token)
        self._expect(lex.RIGHT, "define clause")
        self._push(_Block("define", left[1], name))

    def _open_block(self, _pos: int) -> None:
        token = self._next_piece()
        name = self._template_name(token, "block clause")
        pipe = self._pipeline("block clause", lex.RIGHT)
        self._scope.action = -1
        self._open_scope()
        self._push(_Block("block", token[1], name, pipe))

    def _invoke(self, _pos: int) -> None:
        token = self._next_piece()
        name = self._template_name(token, "template clause")
        pipe = None
        if self._next_piece()[0] != lex.RIGHT:
            self._at -= 1
            pipe = self._pipeline("template clause", lex.RIGHT)
        self._append(Invoke(token[1], name, pipe))

    def _template_name(self, token: Token, context: str) -> str:
        if token[0] not in {lex.STRING, lex.RAW_STRING}:
            self._unexpected(token, context)
        return self._unquote(token)

    def _open_control(self, pos: int) -> None:
        kind: Literal["if", "with", "range"]
        word = self._text[pos : pos + 2]
        kind = "if" if word == "if" else "with" if word == "wi" else "range"
        variables = len(self._scope.variables)
        pipe = self._pipeline(kind, lex.RIGHT)
        if kind == "range":
            self._scope.loops += 1
        self._push(_Block(kind, pos, condition=pipe, variables=variables))

    def _leave_loop(self, pos: int) -> None:
        word = "break" if self._text[pos] == "b" else "continue"
        token = self._next_piece()
        if token[0] != lex.RIGHT:
            self._unexpected(token, "{{" + word + "}}")
        if not self._scope.loops:
            self._fail("{{" + word + "}} outside {{range}}")
        self._append(Break(pos) if word == "break" else Continue(pos))

    def _else(self, _pos: int) -> None:
        follows = self._peek_piece()[0]
        block = self._blocks[-1]
        if follows not in {lex.IF, lex.WITH}:
            self._expect(lex.RIGHT, "else")
        if block.kind == "main":
            self._fail("unexpected %s", "{{else}}")
        if block.kind in {"define", "block"}:
            if block.kind == "block":
                self._close_scope()  # here Go speaks of the text around the block, and of the line it got to
            self._fail("unexpected %s in %s", "{{else}}", f"{block.kind} clause")
        if block.in_else:
            self._fail("expected end; found %s", "{{else}}")
        if block.kind == "range":
            self._scope.loops -= 1
        if (follows, block.kind) in {(lex.IF, "if"), (lex.WITH, "with")}:
            self._next_piece()
            self._close_arm(block)
            block.condition = self._pipeline(block.kind, lex.RIGHT)
        elif follows in {lex.IF, lex.WITH}:
            self._unexpected(self._next_piece(), "input")
        else:
            self._close_arm(block)
            block.in_else = True

    @staticmethod
    def _close_arm(block: _Block) -> None:
        block.arms.append(Arm(block.condition, tuple(block.nodes)))
        block.nodes = []

    def _end(self, _pos: int) -> None:
        self._expect(lex.RIGHT, "end")
        block = self._blocks[-1]
        if block.kind == "main":
            self._fail("unexpected %s", "{{end}}")
        self._blocks.pop()
        nodes = tuple(block.nodes)
        if block.kind in {"define", "block"}:
            self._add(block, nodes)
            self._close_scope()
            if block.kind == "block":
                self._append(Invoke(block.pos, block.name, block.pipe))
            return
        self._scope.known.subtract(self._scope.variables[block.variables :])
        del self._scope.variables[block.variables :]
        if block.kind == "range":
            self._scope.loops -= not block.in_else
        self._append(self._control(block, nodes), 1 if block.kind == "range" else block.weight)

    def _control(self, block: _Block, nodes: Body) -> Statement:
        if not block.in_else:
            self._close_arm(block)
        orelse = nodes if block.in_else else None
        if block.kind == "range":
            arm = block.arms[0]
            return Range(block.pos, arm.pipe, arm.body, orelse, block.weight)
        return Branch(block.pos, "if" if block.kind == "if" else "with", tuple(block.arms), orelse)

    def _add(self, block: _Block, body: Body) -> None:
        """Keep a definition; of two with one name, one must be empty."""
        if not _is_empty(self._bodies.get(block.name, ())):
            if not _is_empty(body):
                self._fail("template: multiple definition of template %q", block.name)
            return
        self._bodies[block.name] = body
        self._weights[block.name] = block.weight

    # Expressions.

    def _pipeline(self, context: str, end: int) -> Pipe:
        pos = self._peek_piece()[1]
        names, assign = self._declarations(context)
        commands: list[Command] = []
        while True:
            token = self._next_piece()
            if token[0] == end:
                break
            if token[0] not in _OPERANDS:
                self._unexpected(token, context)
            self._at -= 1
            commands.append(self._command())
        if not commands:
            self._fail("missing value for %s", context)
        for stage, command in enumerate(commands[1:], 2):
            if isinstance(command.args[0], (Bool, Dot, Nil, Number, String)):
                self._fail("non executable command in pipeline stage %d", stage)
        return Pipe(pos, names, assign, tuple(commands))

    def _declarations(self, context: str) -> tuple[tuple[str, ...], bool]:
        """The variables before `:=` or `=`, if the pipeline begins with any."""
        names: list[str] = []
        while True:
            variable = self._peek_piece()
            start = self._at
            if variable[0] != lex.VARIABLE:
                return tuple(names), False
            self._next()
            sign = self._peek_piece()
            if sign[0] in {lex.ASSIGN, lex.DECLARE}:
                self._next_piece()
                self._declare(names, variable[2])
                return tuple(names), sign[0] == lex.ASSIGN
            if sign[0] != lex.CHAR or sign[2] != ",":
                self._at = start
                return tuple(names), False
            self._next_piece()
            self._declare(names, variable[2])
            if context != "range" or len(names) > 1:
                self._fail("too many declarations in %s", context)
            if self._peek_piece()[0] not in {lex.VARIABLE, lex.RIGHT, lex.CLOSE}:
                self._fail("range can only initialize variables")

    def _declare(self, names: list[str], name: str) -> None:
        self._variables += 1
        if self._variables > self._limits.variables:
            self._refuse("variables")
        names.append(name)
        self._scope.variables.append(name)
        self._scope.known[name] += 1

    def _command(self) -> Command:
        pos = self._peek_piece()[1]
        args: list[Operand] = []
        while True:
            self._peek_piece()
            arg = self._operand()
            if arg is not None:
                args.append(arg)
                self._operands += 1
            token = self._next()
            if token[0] == lex.SPACE:
                continue
            if token[0] in {lex.RIGHT, lex.CLOSE}:
                self._at -= 1
            elif token[0] != lex.PIPE:
                self._unexpected(token, "operand")
            return Command(pos, tuple(args))

    def _operand(self) -> Operand | None:
        """A term, and the fields that follow it."""
        if self._peek_piece()[0] == lex.OPEN:  # here and not in _term: parentheses are what recurses
            self._open_paren()
            node: Operand | None = self._pipeline("parenthesized pipeline", lex.CLOSE)
            self._parens -= 1
        else:
            node = self._term()
        if node is None or self._peek()[0] != lex.FIELD:
            return node
        pos = self._peek()[1]
        path: list[str] = []
        while self._peek()[0] == lex.FIELD:
            path.append(self._next()[2][1:])
        if isinstance(node, Field):
            return Field(pos, (*node.path, *path))
        if isinstance(node, Variable):
            return Variable(pos, node.name, tuple(path))
        if isinstance(node, (Pipe, Identifier)):
            return Chain(pos, node, tuple(path))
        return self._fail("unexpected . after term %q", operand(node))

    def _term(self) -> Operand | None:  # noqa: C901, PLR0911 - one case for each kind of term
        kind, pos, text = self._next_piece()
        if kind == lex.FIELD:
            return Field(pos, (text[1:],))
        if kind == lex.IDENTIFIER:
            if text not in FUNCTIONS:
                self._fail("function %q not defined", text)
            return Identifier(pos, text)
        if kind == lex.VARIABLE:
            if not self._scope.known[text]:
                self._fail("undefined variable %q", text)
            return Variable(pos, text, ())
        if kind in {lex.STRING, lex.RAW_STRING}:
            return String(pos, text, self._unquote((kind, pos, text)))
        if kind in {lex.NUMBER, lex.RUNE, lex.COMPLEX}:
            return Number(pos, text, self._number(kind, text))
        if kind == lex.DOT:
            return Dot(pos)
        if kind == lex.BOOL:
            return Bool(pos, text == "true")
        if kind == lex.NIL:
            return Nil(pos)
        self._at -= 1
        return None

    def _open_paren(self) -> None:
        self._next_piece()
        self._parens += 1
        if self._parens > self._limits.parens:
            self._refuse("parens")

    def _unquote(self, token: Token) -> str:
        value = unquote(token[2])
        if value is None:
            self._fail("%s", "invalid syntax")
        return value

    def _number(self, kind: int, text: str) -> int | float | complex | None:
        if kind == lex.RUNE:
            code = unquote_char(text)
            if isinstance(code, str):
                self._fail("%s", code)
            return code
        if kind == lex.COMPLEX:
            number = parse_complex(text)
            if isinstance(number, str):
                self._fail("%s", number)
            return number
        if text[-1] == "i":
            imaginary = parse_float(text[:-1])
            if imaginary is not None:
                return complex(0.0, imaginary)
        return self._real(text)

    def _real(self, text: str) -> int | float | None:
        """An int where the text looks like one (or is hexadecimal), else a float; None overflows Go's int."""
        whole = parse_int(text)
        if whole is not None and not (-_INT64 <= whole < 2 * _INT64 and (whole >= 0 or text[0] == "-")):
            whole = None
        if whole is not None and text[0] == "+" and whole >= _INT64:
            whole = None
        number = parse_float(text) if whole is None else None
        pointed = any(char in ".eEpP" for char in text)
        if number is not None and not pointed:
            self._fail("%s", f"integer overflow: {quote(text)}")
        if whole is None and number is None:
            self._fail("%s", f"illegal number syntax: {quote(text)}")
        if number is not None:
            return number
        if pointed and not text.startswith(("0x", "0X")):
            return float(whole or 0)
        return whole if whole is not None and whole < _INT64 else None


def _is_empty(body: Body) -> bool:
    return all(isinstance(node, Text) and not node.text.strip(_WHITE_SPACE) for node in body)


def _show(token: Token) -> str:
    """A token as Go names it in a complaint."""
    kind, _, text = token
    if kind in {lex.EOF, lex.ERROR}:
        return text or "EOF"
    if kind >= lex.KEYWORD:
        return f"<{text}>"
    if len(text.encode()) > 10:  # noqa: PLR2004 - Go's measure, in bytes; it then shows ten characters
        return quote(text[:10]) + "..."
    return quote(text)
