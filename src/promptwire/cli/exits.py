"""How a command ends: its exit status, which scripts rely on, and what it says when it cannot do its work."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, NoReturn


class Exit(IntEnum):
    """The exit status of a command; a number never changes its meaning (docs/reference/cli.md)."""

    OK = 0
    FAILED = 1
    """It could not be done, or a check found something."""
    USAGE = 2
    """The command line itself is wrong."""
    NOT_FOUND = 3
    REFUSED = 4
    """Not signed in, not allowed, or not by the policy of a label."""
    CONFLICT = 5
    """Something is there already, moved meanwhile, or has another status."""
    UNREACHABLE = 6
    """The server gave no usable answer; trying again later may help."""


@dataclass(eq=False)
class Failure(Exception):
    """Why a command cannot do its work."""

    message: str
    status: Exit = Exit.FAILED
    hint: str | None = None
    """What to do about it."""
    code: str = ""
    """The server's error code, where there is one."""
    details: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """Give the message."""
        return self.message

    def as_json(self) -> dict[str, Any]:
        """Give what programs get of it."""
        told = {"error": self.message, "status": int(self.status), "code": self.code, "hint": self.hint}
        return {
            name: value for name, value in (told | {"details": self.details}).items() if value not in ("", None, {})
        }


def end(failure: Failure, *, as_json: bool = False) -> NoReturn:
    """End the command on standard error: with a line of JSON, or a line that says why and one that says what to do."""
    if as_json:
        print(json.dumps(failure.as_json(), ensure_ascii=False), file=sys.stderr)  # noqa: T201 - this is the terminal
        sys.exit(failure.status)
    lines = [f"promptwire: {failure.message}", *([f"  {failure.hint}"] if failure.hint else [])]
    sys.stderr.write("".join(f"{visible(line)}\n" for line in lines))
    sys.exit(failure.status)


def visible(text: str) -> str:
    """Give a text that cannot speak to the terminal: control characters but line breaks and tabs are written out."""
    return "".join(one if one in "\n\t" or one.isprintable() else _written_out(one) for one in text)


def _written_out(one: str) -> str:
    return one if one.isspace() and one not in "\r\v\f\x1c\x1d\x1e\x1f\x85" else one.encode("unicode_escape").decode()
