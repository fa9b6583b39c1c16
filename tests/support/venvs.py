"""What others have published, each in a virtual environment of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def installed(folder: Path, package: str) -> Path:
    """Install the newest of a package from the index; gives the interpreter that has it."""
    python = folder / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", python.parents[1]], check=True)
    pip: list[str | Path] = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, package], check=True)
    return python
