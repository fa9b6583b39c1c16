"""Go templates, put together from text and actions."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Final

_RUN: Final = re.compile(r"\{{2,}")
_RUN_BEFORE_ACTION: Final = re.compile(r"\{{2,}|\{\Z")
"""What would begin an action, or change where the next one begins."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What of a template has no exact translation.

    Attributes:
        reason: a sentence without its full stop.
        line: where, from 1; None where it is about the whole text.
    """

    reason: str
    line: int | None = None

    def __str__(self) -> str:
        """Give the sentence, behind its line."""
        return self.reason if self.line is None else f"line {self.line}: {self.reason}"


@dataclass(slots=True)
class GoText:
    """A Go template while it is being written, and what could not be."""

    problems: list[Problem] = field(default_factory=list)
    _done: list[str] = field(default_factory=list)
    _text: list[str] = field(default_factory=list)

    def text(self, text: str) -> None:
        """Add a text that comes out as it is."""
        self._text.append(text)

    def action(self, action: str) -> None:
        """Add what stands between `{{` and `}}`."""
        self._flush(_RUN_BEFORE_ACTION)
        self._done.append(f"{{{{{action}}}}}")

    def refuse(self, reason: str, line: int | None) -> None:
        """Remember what has no exact translation."""
        self.problems.append(Problem(reason, line))

    def whole(self) -> str:
        """Give the template."""
        self._flush(_RUN)
        return "".join(self._done)

    def _flush(self, braces: re.Pattern[str]) -> None:
        text = "".join(self._text)
        self._done.append(braces.sub(lambda run: f"{{{{{json.dumps(run[0])}}}}}", text))
        self._text.clear()


def is_name(word: str) -> bool:
    """Tell whether Go reads a word as the name of a field: letters, digits, `_`, and no digit first."""
    return (
        bool(word) and not word[0].isdecimal() and all(one == "_" or one.isalpha() or one.isdecimal() for one in word)
    )
