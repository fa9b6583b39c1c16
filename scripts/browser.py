"""Finds the browser that the tests of the web interface drive, and installs Debian's where it may."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
LINE = "apt-get install -y chromium"
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Options without which a browser looks for hosts of its maker."""


def options() -> list[str]:
    """What to start it with; as root it has no sandbox."""
    return [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else list(QUIET)


def browser() -> Path:
    """The browser's program; `CHROMIUM` names another."""
    named = os.environ.get("CHROMIUM")
    found = named or _found()
    if found is None:
        _install()
        found = _found()
    if found is None:
        raise RuntimeError(f"no browser is here; this line installs one: sudo {LINE} (or set CHROMIUM to its path)")
    return Path(found)


def _found() -> str | None:
    return next((path for path in map(shutil.which, NAMES) if path), None)


def _install() -> None:
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return
    print(f"browser: none is here; installing one: {LINE}", file=sys.stderr, flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in ("apt-get update", LINE):
        subprocess.run(command.split(), check=False, env=environment, stdout=subprocess.DEVNULL)
