"""Servers that start in a tenth of the time: forked from a process that has imported everything already."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx

from support.server import clean_environment, http_client, ready_at
from support.waiting import eventually

_PARENT = """
import os, signal, sys
from promptwire.server.run import run
from promptwire.settings import ServerSettings

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    database, output = line.rstrip("\\n").split("\\t")
    child = os.fork()
    if child == 0:
        file = os.open(output, os.O_WRONLY | os.O_CREAT)
        os.dup2(file, 1)
        os.dup2(file, 2)
        os.close(0)
        run(ServerSettings.given({"database": database, "port": 0}))
        os._exit(0)
    print(child, flush=True)
"""


class ForkedServer:
    """A server that can be killed."""

    def __init__(self, process_id: int, output: Path) -> None:
        self.process_id = process_id
        self._output = output

    def wait_ready(self) -> ForkedServer:
        """Wait until it serves."""
        eventually(lambda: ready_at(self.output) is not None, seconds=30)
        return self

    @property
    def url(self) -> str:
        """Give the address it serves."""
        return ready_at(self.output) or ""

    @property
    def output(self) -> str:
        """Give what it has printed and logged."""
        return self._output.read_text() if self._output.exists() else ""

    def client(self, token: str) -> httpx.Client:
        """Give an HTTP client that sends a token."""
        return http_client(self.url, token)

    def kill(self) -> None:
        """Kill it as a crash does, and wait until it is gone."""
        os.kill(self.process_id, signal.SIGKILL)
        eventually(self._is_gone)

    def _is_gone(self) -> bool:
        try:
            os.kill(self.process_id, 0)
        except ProcessLookupError:
            return True
        return False


class Forks:
    """Starts servers."""

    def __init__(self, parent: subprocess.Popen[str], directory: Path) -> None:
        self._parent = parent
        self._directory = directory
        self._count = 0

    def start(self, database: str) -> ForkedServer:
        """Start a server on a database."""
        assert self._parent.stdin
        assert self._parent.stdout
        self._count += 1
        output = self._directory / f"server-{self._count}.log"
        self._parent.stdin.write(f"{database}\t{output}\n")
        self._parent.stdin.flush()
        return ForkedServer(int(self._parent.stdout.readline()), output)


@contextlib.contextmanager
def forks(directory: Path, **environment: str) -> Iterator[Forks]:
    """Give servers with these settings; whoever lives at the end is left to its test."""
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT],
        env=clean_environment(**environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        yield Forks(parent, directory)
