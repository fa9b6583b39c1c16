"""What a stranger's template may cost, and the one accountant both tiers charge."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import Never

from gotemplate._errors import LimitError

_LOOK_EVERY = 8_192  # units of work between two looks at the clock


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one template; each is refused with a `LimitError` that names the field.

    Source: contracts/go-templates.md, section 6.

    Attributes:
        template_bytes: size of the template text, UTF-8.
        tokens: lexical pieces inside actions; bounds the work of parsing.
        actions: `{{...}}` in one template.
        nesting: how deep if, with, range, block and define lie in one another.
        parens: how deep parentheses lie in one another.
        variables: declarations and assignments in one template.
        definitions: `{{define}}` and `{{block}}` in one template.
        steps: units of work of one render; a statement or an operand is one unit, see docs/reference/templates.md.
        output_bytes: size of what one render gives, UTF-8.
        string_chars: length of any string a template computes (printf, print, html, ...).
        template_depth: how deep `{{template}}` calls may lie in one another.
        seconds: wall-clock time of one render.
    """

    template_bytes: int = 256 * 1024
    tokens: int = 30_000
    actions: int = 5_000
    nesting: int = 100
    parens: int = 100
    variables: int = 1_000
    definitions: int = 500
    steps: int = 1_000_000
    output_bytes: int = 4 * 1024 * 1024
    string_chars: int = 1024 * 1024
    template_depth: int = 100
    seconds: float = 0.2


def exceeded(limit: str, allowed: float, *, name: str | None = None, line: int | None = None) -> LimitError:
    """The error for a limit: says which one, how much it allows, and (at parse) the place as Go's parse errors do."""
    where = "" if name is None else f"template: {name}:{line or 1}: "
    return LimitError(f"{where}limit exceeded: {limit} ({allowed})", limit=limit, line=line)


class Hurry(Exception):
    """The interpreter is asked for so much that generating code first is the shorter way."""


class Meter:
    """Counts the work of one render down to nothing, and looks at the clock now and then.

    A hasty one raises `Hurry` at its first look.
    """

    __slots__ = ("_deadline", "_hasty", "_left", "_look_at", "_turned", "_written", "depth", "limits", "pos")

    def __init__(self, limits: Limits, *, hasty: bool = False) -> None:
        self.limits = limits
        self._hasty = hasty
        self.depth = 0  # of template calls, and where the last loop or call was: for generated code
        self.pos = 0
        self._left = limits.steps
        self._look_at = max(0, limits.steps - _LOOK_EVERY)
        self._turned = 0
        self._written = 0
        self._deadline = monotonic() + limits.seconds

    def charge(self, units: int) -> None:
        """Take `units` of work from the budget."""
        self._left -= units
        if self._left < self._look_at:
            self._look()

    def _look(self) -> None:
        if self._left < 0:
            self._refuse("steps", self.limits.steps)
        if self._hasty:
            raise Hurry
        if monotonic() > self._deadline:
            self._refuse("seconds", self.limits.seconds)
        self._look_at = max(0, self._left - _LOOK_EVERY)

    def turn(self, units: int) -> None:
        """Note `units` of work that are paid for already, so that the clock is looked at in time."""
        self._turned += units
        if self._turned > _LOOK_EVERY:
            self._turned = 0
            self._look()

    def fits(self, size: int) -> None:
        """Refuse a computed string of `size` characters before it is built."""
        if size > self.limits.string_chars:
            self._refuse("string_chars", self.limits.string_chars)

    def text(self, size: int) -> None:
        """Account for a computed string of `size` characters, or for reading one."""
        self.fits(size)
        self.charge(1 + (size >> 5))

    def write(self, size: int) -> None:
        """Account for `size` characters of output; `finish` sees to their bytes."""
        self._written += size
        if self._written > self.limits.output_bytes:
            self._refuse("output_bytes", self.limits.output_bytes)

    def _refuse(self, limit: str, allowed: float) -> Never:
        error = exceeded(limit, allowed)
        error.pos = self.pos
        raise error
