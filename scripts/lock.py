"""Renews constraints.txt: one `==` pin for everything that any installation of Promptwire brings, on any platform."""

import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "constraints.txt"
RESOLVER = "uv>=0.13,<1"  # knows all platforms at once; used only here, so it is not among the developers' tools
HEADER = """\
# The versions that `make setup` installs. Written by `make lock`; do not edit.
# Pins only: no address, no hash, so that any package index that a machine is set up for will do.
"""


def extra_requirements() -> list[str]:
    """What an installation needs besides what pyproject.toml asks for: pip itself and the build backend."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    backend: list[str] = project["build-system"]["requires"]
    return ["pip>=25.3", *backend, "editables"]  # hatchling asks for editables when it makes an editable install


def resolve(folder: Path) -> list[str]:
    """The pins, by the resolver in an environment of its own."""
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", RESOLVER], check=True)
    extra = folder / "extra.in"
    extra.write_text("\n".join(extra_requirements()))
    answer = subprocess.run(
        [
            *(python, "-m", "uv", "pip", "compile", "pyproject.toml", extra, "--universal", "--python-version", "3.11"),
            *("--all-extras", "--group", "dev", "--group", "apart"),
            *("--no-annotate", "--no-header", "--no-emit-index-url", "--quiet"),
            *sys.argv[1:],
        ],
        check=True,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    return sorted(line for line in answer.stdout.splitlines() if line)


def main() -> None:
    """Write the file and say what changed."""
    old = TARGET.read_text().splitlines() if TARGET.exists() else []
    with tempfile.TemporaryDirectory() as folder:
        new = resolve(Path(folder))
    if unpinned := [line for line in new if "==" not in line or "/" in line]:
        raise SystemExit(f"not a plain pin: {unpinned}")
    TARGET.write_text(HEADER + "\n".join(new) + "\n")
    before = {line for line in old if not line.startswith("#")}
    for line in sorted(before ^ set(new)):
        print("-" if line in before else "+", line)
    print(f"{TARGET.name}: {len(new)} pins")


if __name__ == "__main__":
    main()
