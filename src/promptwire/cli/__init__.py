"""The command line."""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run the command line, or say how to get what it needs."""
    if not sys.stdout.isatty():
        os.environ.setdefault("_TYPER_FORCE_DISABLE_TERMINAL", "1")  # it colours help in CI, where nobody asked it to
    gc.disable()  # what is loaded stays: to look for garbage in it takes a quarter of the time
    try:
        from promptwire.cli.app import app  # noqa: PLC0415 - the extra may be missing
    except ModuleNotFoundError as error:
        sys.exit(f"promptwire: the command line needs {error.name}: pip install 'promptwire[cli]'")
    gc.freeze()
    gc.enable()
    app(prog_name="promptwire")
