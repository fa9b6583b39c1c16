"""Syntax tree to source: expressions as Go prints them in its errors, and whole templates that parse back."""

from __future__ import annotations

from typing import assert_never

from gotemplate._ast import (
    Bool,
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
    String,
    Variable,
)
from gotemplate._strconv import quote


def operand(node: Operand) -> str:  # noqa: C901, PLR0911 - one case for each kind of operand
    """An operand, as Go's Node.String has it; a pipeline comes without its parentheses."""
    match node:
        case Field():
            return "." + ".".join(node.path)
        case Variable():
            return ".".join((node.name, *node.path))
        case Identifier():
            return node.name
        case String():
            return node.quoted
        case Number():
            return node.text
        case Bool():
            return "true" if node.value else "false"
        case Dot():
            return "."
        case Nil():
            return "nil"
        case Chain():
            return ".".join((_inner(node.base), *node.path))
        case Pipe():
            return pipeline(node)
        case _:
            assert_never(node)


def _inner(node: Operand) -> str:
    return f"({pipeline(node)})" if isinstance(node, Pipe) else operand(node)


def command(node: Command) -> str:
    """One stage of a pipeline."""
    return " ".join(_inner(arg) for arg in node.args)


def pipeline(node: Pipe) -> str:
    """A pipeline with its declarations."""
    names = ""
    if node.names:
        names = ", ".join(node.names) + (" = " if node.assign else " := ")
    return names + " | ".join(command(stage) for stage in node.commands)


def invocation(node: Invoke) -> str:
    """`{{template "name" pipeline}}`."""
    argument = "" if node.pipe is None else " " + pipeline(node.pipe)
    return "{{template " + quote(node.name) + argument + "}}"
