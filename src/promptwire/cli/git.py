"""What git knows of prompt files: the commit that wrote one, and what it said in an earlier one."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

from promptwire.files.errors import FileError
from promptwire.files.prompt_file import SUFFIX
from promptwire.files.reading import decode, read
from promptwire.files.standing import Local, Remote
from promptwire.files.upstream import Origin

_SOURCE = re.compile(r"git:([0-9a-f]{40,64}):(.+)", re.DOTALL)
_CHANGED = " (changed since)"
_MOST_MESSAGE = 2_000
_MOST_SOURCE = 500
_SECONDS = 30


class Git:
    """The repository that a folder is in; one that is in none knows nothing."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._top = self._run("rev-parse", "--show-toplevel") if root.is_dir() else None

    def origin(self, local: Local, message: str | None) -> Origin:
        """Say of a file which commit wrote it: its message, or another that is given, and `git:COMMIT:PATH`."""
        if self._top is None:
            return Origin(message, None)
        found = self._run("log", "-1", "--format=%H%n%B", "--", local.path)
        commit, _, said = (found or "").partition("\n")
        is_changed = bool(self._run("status", "--porcelain", "--", local.path))
        if not commit:
            return Origin(message, None)
        path = (self._run("ls-files", "--full-name", "--", local.path) or local.path).strip()
        source = f"git:{commit}:{path}{_CHANGED if is_changed else ''}"
        about = message or (None if is_changed else said.strip()[:_MOST_MESSAGE] or None)
        return Origin(about, source if len(source) <= _MOST_SOURCE else f"git:{commit}")

    def knows(self, local: Local, remote: Remote) -> bool:
        """Tell whether what the server has is what a file here said in a commit that the present one is built on."""
        found = _SOURCE.fullmatch(remote.source or "")
        if self._top is None or found is None or remote.state is None or found[2].endswith(_CHANGED):
            return False
        commit, path = found[1], found[2]
        if self._run("merge-base", "--is-ancestor", commit, "HEAD") is None:
            return False
        text = self._bytes("cat-file", "blob", f"{commit}:{path}")
        if text is None:
            return False
        try:
            source = decode(text)
            state = read(source.text, local.path.rpartition("/")[2].removesuffix(SUFFIX), known=source.text).file.state
        except (FileError, ValueError):
            return False
        return state.is_like(remote.state)

    @cache  # noqa: B019 - it lives as long as the command
    def _run(self, *arguments: str) -> str | None:
        found = self._bytes(*arguments)
        return None if found is None else found.decode(errors="replace")

    def _bytes(self, *arguments: str) -> bytes | None:
        """Give what git prints; None where it is not there, this is no repository, or git says no."""
        command = ["git", "-c", "core.quotePath=off", "-C", str(self._root), *arguments]
        try:
            ran = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS)  # noqa: S603 - git itself, no shell
        except (OSError, subprocess.TimeoutExpired):
            return None
        return ran.stdout if ran.returncode == 0 else None
