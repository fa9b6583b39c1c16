"""Somebody who reads a page of the documentation, and does in a shell what stands there."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from typing import TypeAlias

from support.server import clean_environment

Program: TypeAlias = "subprocess.Popen[str]"

DOCS = Path(__file__).parents[2] / "docs"


def run_blocks(page: str) -> list[str]:
    """Give the blocks of a page that are marked as run, in their order."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = re.findall(r"^ *<!-- run -->\n *```\w+\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    return [dedent(one) for one in found]


def named_block(page: str, name: str) -> str:
    """Give the block of a page that is marked `run: NAME`: it takes more than a shell that pastes it."""
    text = (DOCS / page).read_text(encoding="utf-8")
    [found] = re.findall(rf"^<!-- run: {name} -->\n```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return str(found)


class Reader:
    """Works in one folder, with the settings that a page speaks of."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.settings = clean_environment(
            PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            XDG_CONFIG_HOME=str(folder / "config"),
            **settings,
        )

    def does(self, *blocks: str, **settings: str) -> str:
        """Run blocks in one shell, where every command must work; gives what they print."""
        ran = self.tries(*blocks, **settings)
        assert ran.returncode == 0, ran
        return ran.stdout

    def tries(self, *blocks: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run blocks in one shell, until a command fails."""
        return subprocess.run(
            ["sh", "-ec", "\n".join(blocks)],
            env=self.settings | settings,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    @contextmanager
    def begins(self, block: str, stop: signal.Signals | None = None, **settings: str) -> Iterator[Program]:
        """Run a block that goes on until its input ends, or until it is sent a signal."""
        with subprocess.Popen(
            ["sh", "-ec", block],
            env=self.settings | settings,
            cwd=self.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as program:
            assert program.stdin
            assert program.stdout
            try:
                yield program
            finally:
                program.stdin.close()
                if stop and program.poll() is None:
                    os.killpg(program.pid, stop)
                    program.stdout.read()  # the shell is gone at once, and what it began may take a moment
