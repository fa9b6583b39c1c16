"""Somebody at a terminal, or a script, that runs commands against a real server."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from promptwire.cli.app import app


@dataclass(frozen=True)
class Ran:
    """What came of a command."""

    status: int
    output: str
    errors: str

    @property
    def said(self) -> str:
        """Give status and errors, as a test expects them."""
        return f"{self.status} {self.errors}".strip()


class Terminal:
    """Runs commands with the settings of one person or program."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.environment = {"XDG_CONFIG_HOME": str(home), "PROMPTWIRE_URL": "", "PROMPTWIRE_API_KEY": "", **environment}

    def run(self, *arguments: str, stdin: str | None = None) -> Ran:
        """Run a command to its end."""
        ran = CliRunner().invoke(app, list(arguments), input=stdin, env=self.environment)
        assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exc_info
        return Ran(ran.exit_code, ran.stdout, ran.stderr)

    def says(self, *arguments: str, stdin: str | None = None) -> str:
        """Run a command that must work; gives what it prints."""
        ran = self.run(*arguments, stdin=stdin)
        assert ran.status == 0, ran
        return ran.output

    def json(self, *arguments: str) -> Any:
        """Run a command that must work; gives the JSON it prints."""
        return json.loads(self.says(*arguments, "--json"))

    def refused(self, *arguments: str) -> str:
        """Run a command that cannot do its work; gives its status, and what it says without its name."""
        ran = self.run(*arguments)
        assert ran.status != 0, ran
        assert ran.errors.startswith("promptwire: "), ran
        return f"{ran.status} {ran.errors.removeprefix('promptwire: ').strip()}"
