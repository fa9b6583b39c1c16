"""Syntax tree to source: expressions as Go prints them in its errors, and whole templates that parse back."""

from __future__ import annotations

from gotemplate._ast import (
    Action,
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
from gotemplate._strconv import quote


def operand(node: Operand) -> str:  # noqa: PLR0911 - one case for each kind of operand
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
        case _:
            return pipeline(node)


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


def source(tree: Tree) -> str:
    """A template that parses to `tree`: its definitions first, no comments, no trimming but where it is needed."""
    definitions = [
        "{{define " + quote(name) + "}}" + _body(body) + "{{end}}"
        for name, body in tree.bodies.items()
        if name != tree.main
    ]
    return "".join(definitions) + _body(tree.bodies[tree.main])


def _body(body: Body) -> str:
    pieces: list[str] = []
    after_text = False
    for node in body:
        is_text = isinstance(node, Text)
        if is_text and after_text:
            pieces.append("{{/**/}}")  # only a comment keeps two texts apart
        pieces.append(_statement(node))
        after_text = is_text
    return "".join(pieces)


def _statement(node: Statement) -> str:  # noqa: PLR0911 - one case for each kind of statement
    match node:
        case Text():
            return node.text + " {{- /**/}}" if node.text.endswith("{") else node.text  # away from the next delimiter
        case Action():
            return "{{" + pipeline(node.pipe) + "}}"
        case Branch():
            arms = (f"{{{{{node.kind} {pipeline(arm.pipe)}}}}}{_body(arm.body)}" for arm in node.arms)
            return "{{else ".join(arm[2:] if at else arm for at, arm in enumerate(arms)) + _ending(node.orelse)
        case Range():
            return "{{range " + pipeline(node.pipe) + "}}" + _body(node.body) + _ending(node.orelse)
        case Invoke():
            return invocation(node)
        case Break():
            return "{{break}}"
        case _:
            return "{{continue}}"


def _ending(orelse: Body | None) -> str:
    return "{{end}}" if orelse is None else "{{else}}" + _body(orelse) + "{{end}}"
