"""`promptwire …` in a process of its own, to its end."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from support.server import clean_environment


def promptwire(
    *arguments: str, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command with no setting but those given."""
    return subprocess.run(
        [sys.executable, "-m", "promptwire", *arguments],
        env=clean_environment(**(env or {})),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def refused(*arguments: str, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> str:
    """Run a command that cannot do its work; gives the one line it says."""
    ended = promptwire(*arguments, cwd=cwd, env=env)
    assert ended.returncode == 1, ended
    assert ended.stdout == ""
    [line] = ended.stderr.splitlines()
    assert line.startswith("promptwire: ")
    return line


def shell(line: str) -> str:
    """Run what somebody pastes into a shell; gives what it prints."""
    ended = subprocess.run(
        ["bash", "-c", line], env=clean_environment(), capture_output=True, text=True, timeout=30, check=False
    )
    assert ended.returncode == 0, ended
    return ended.stdout
