"""The command line."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line, or say how to get what it needs."""
    try:
        from promptwire.cli.app import app  # noqa: PLC0415 - the extra may be missing
    except ModuleNotFoundError as error:
        sys.exit(f"promptwire: the command line needs {error.name}: pip install 'promptwire[cli]'")
    app(prog_name="promptwire")
