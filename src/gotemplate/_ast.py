"""The syntax tree: what a template says, without saying where the spaces were.

Nodes compare by meaning: `pos`, the index of a node in the template text, takes no part.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Node:
    """Anything in the tree; `pos` is the character of the template that Go reports for it."""

    pos: int = field(compare=False)


@dataclass(frozen=True, slots=True)
class Nil(Node):
    """The constant `nil`."""


@dataclass(frozen=True, slots=True)
class Dot(Node):
    """The cursor, `.`."""


@dataclass(frozen=True, slots=True)
class Bool(Node):
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A numeric constant as it was written; `value` is None where it overflows Go's int."""

    text: str
    value: int | float | complex | None


@dataclass(frozen=True, slots=True)
class String(Node):
    """A string constant, as it was written and as it is meant."""

    quoted: str
    value: str


@dataclass(frozen=True, slots=True)
class Field(Node):
    """`.a.b`: a path below the cursor."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Variable(Node):
    """`$x.a.b`: a variable, its name with the dollar, and a path below it."""

    name: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Identifier(Node):
    """The name of a function."""

    name: str


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """`(pipeline).a.b` or `function.a.b`: a path below a computed value."""

    base: Pipe | Identifier
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Command(Node):
    """One stage of a pipeline: an operand, or a function and its arguments."""

    args: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Pipe(Node):
    """Commands joined by `|`, and the variables that get the result (declared, or assigned)."""

    names: tuple[str, ...]
    assign: bool
    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class Text(Node):
    """Text outside of actions, already trimmed."""

    text: str


@dataclass(frozen=True, slots=True)
class Action(Node):
    """`{{pipeline}}`: prints, unless it declares or assigns."""

    pipe: Pipe


@dataclass(frozen=True, slots=True)
class Arm:
    """One condition of an if or with, and what it leads to."""

    pipe: Pipe
    body: Body


@dataclass(frozen=True, slots=True)
class Branch(Node):
    """`{{if}}` or `{{with}}`; each `else if` (or `else with`) is one more arm."""

    kind: Literal["if", "with"]
    arms: tuple[Arm, ...]
    orelse: Body | None


@dataclass(frozen=True, slots=True)
class Range(Node):
    """`{{range}}`, with the body for an empty collection."""

    pipe: Pipe
    body: Body
    orelse: Body | None
    weight: int = field(compare=False)  # units of work of one turn, loops inside not counted


@dataclass(frozen=True, slots=True)
class Invoke(Node):
    """`{{template "name" pipeline}}`, or what `{{block}}` leaves in its place."""

    name: str
    pipe: Pipe | None


@dataclass(frozen=True, slots=True)
class Break(Node):
    """`{{break}}`."""


@dataclass(frozen=True, slots=True)
class Continue(Node):
    """`{{continue}}`."""


Operand: TypeAlias = Nil | Dot | Bool | Number | String | Field | Variable | Identifier | Chain | Pipe
Statement: TypeAlias = Text | Action | Branch | Range | Invoke | Break | Continue
Body: TypeAlias = tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed template: the definitions by name, and the work each is; `main` names the one that is rendered."""

    main: str
    text: str = field(compare=False)
    bodies: dict[str, Body]
    weights: dict[str, int] = field(compare=False)
