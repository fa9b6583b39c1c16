"""What can go wrong with a template: one small tree, each error with Go's words and the place."""

from __future__ import annotations

from functools import partial


class TemplateError(Exception):
    """Anything a template can do wrong; `str(error)` is the text Go's text/template would give.

    Attributes:
        line: the line in the template, from 1; None where there is no place to name.
        column: the byte column in that line, from 0, as Go counts it. Of a parse error it is that of the token that
            was looked at when it was found, which Go's text does not name; None where there is none to name.
    """

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line: int | None = line
        self.column: int | None = column

    def __reduce__(self) -> tuple[object, ...]:  # errors travel between worker processes
        return partial(type(self), str(self), line=self.line, column=self.column), ()


class ParseError(TemplateError):
    """The text is not a template: Go refuses it when it parses."""


class ExecError(TemplateError):
    """The template met data it cannot work with: Go refuses it when it executes."""


class LimitError(TemplateError):
    """The template wanted more than `Limits` allows.

    Attributes:
        limit: the name of the field of `Limits` that refused.
    """

    def __init__(self, message: str, *, limit: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message, line=line, column=column)
        self.limit: str = limit
        self.pos: int = 0  # where generated code was, in characters: `Template` makes line and column of it

    def __reduce__(self) -> tuple[object, ...]:
        return partial(LimitError, str(self), limit=self.limit, line=self.line, column=self.column), ()


class Fault(Exception):
    """A failure below the interpreter: it becomes an ExecError where its place in the template is known.

    It keeps Go's format and arguments apart: a template whose name holds `%` garbles them, in Go and here.
    """

    def __init__(self, format_: str, *arguments: object) -> None:
        super().__init__(format_)
        self.format: str = format_
        self.arguments: tuple[object, ...] = arguments
