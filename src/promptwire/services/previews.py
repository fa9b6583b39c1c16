"""Previews: what unsaved content would say, and what is wrong with it; nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from promptwire.domain.checks import Finding
from promptwire.domain.errors import InvalidTemplate, InvalidVariables, RenderFailed
from promptwire.domain.needs import Variable
from promptwire.domain.roles import TeamRole
from promptwire.domain.templates import Rendered
from promptwire.ports.checker import Checker
from promptwire.ports.renderer import Renderer
from promptwire.ports.storage import Transaction
from promptwire.services.access import require_team
from promptwire.services.calls import Act, Input
from promptwire.wire.canonical import JsonValue
from promptwire.wire.codes import ErrorCode
from promptwire.wire.content import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsaved:
    """Content as an editor has it, and variables to try it with."""

    content: Content
    variables: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why it does not parse, or does not render with these variables."""

    code: ErrorCode
    message: str
    path: str | None
    """Where: `template`, `messages[1].content`, or the path of a variable; None where that cannot be said."""
    line: int | None = None
    column: int | None = None
    """The byte in the line, from 0, as Go counts it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What unsaved content would say, and what it reads; what cannot be said is empty or None."""

    rendered: Rendered | None = None
    problems: tuple[Problem, ...] = ()
    variables: tuple[Variable, ...] = ()
    inferred_schema: JsonValue = None
    findings: Sequence[Finding] = ()
    """Where its input schema does not say what its templates need."""


def load(tx: Transaction, act: Act, team_id: str, read: Input[Unsaved]) -> Unsaved:
    """Give what is to be previewed; needs a viewer of the team, or a key that covers it.

    Raises:
        Forbidden, InvalidInput, InvalidBody: As their names say.
    """
    require_team(tx, act, team_id, TeamRole.VIEWER)
    return read()


async def preview(renderer: Renderer, checker: Checker, unsaved: Unsaved) -> Preview:
    """Parse, look at what is read, and render, with the limits of a render."""
    content = unsaved.content
    found = await renderer.problems(content)
    if found:
        return Preview(problems=tuple(_problem(content, one) for one in found))
    try:
        variables, schema = await checker.reads(content)
        findings = await checker.disagreements(content)
    except RenderFailed as error:  # too much to look at
        return Preview(problems=(_problem(content, error),))
    read = Preview(variables=variables, inferred_schema=schema, findings=findings)
    try:
        return replace(read, rendered=await renderer.render(content, unsaved.variables))
    except RenderFailed as error:
        return replace(read, problems=(_problem(content, error),))
    except InvalidVariables as error:
        return replace(read, problems=tuple(_violations(error)))


def _problem(content: Content, error: InvalidTemplate | RenderFailed) -> Problem:
    path = error.path or ("template" if content.kind == "text" else None)
    return Problem(code=error.code, message=str(error), path=path, line=error.line, column=error.column)


def _violations(error: InvalidVariables) -> Iterator[Problem]:
    for one in error.violations:
        yield Problem(code=error.code, message=str(one), path=one.path)
