"""`make setup` on machines of every kind: which interpreter it takes, and what it says where one is missing."""

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from signal import SIGTERM

import httpx
import pytest

from support.reader import Reader, named_block
from support.server import ready_at

ROOT = Path(__file__).resolve().parents[2]
# Debian's python without python3-venv, until its package is installed.
PYTHON_WITHOUT_VENV = """#!/bin/sh
case "$*" in *ensurepip*) [ -f "{flag}" ] || exit 1 ;; esac
exec "{python}" "$@"
"""


class Machine:
    """A checkout with a PATH of its own, on which only what a test puts there is found."""

    def __init__(self, folder: Path) -> None:
        self.checkout, self.bin, self.flag = folder / "checkout", folder / "bin", folder / "installed"
        (self.checkout / "scripts").mkdir(parents=True)
        self.bin.mkdir()
        for name in ("scripts/setup.sh", "pyproject.toml", "constraints.txt"):
            shutil.copy(ROOT / name, self.checkout / name)
        for tool in ("cat", "cksum", "dirname", "mkdir", "rm", "sed", "sh", "sleep"):
            (self.bin / tool).symlink_to(str(shutil.which(tool)))
        self.has("id", "#!/bin/sh\necho 1000\n")

    def has(self, name: str, script: str) -> None:
        path = self.bin / name
        path.write_text(script)
        path.chmod(0o755)

    def setup(self, profile: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", self.checkout / "scripts" / "setup.sh", profile],
            check=False,
            env={"PATH": str(self.bin), **environ},
            capture_output=True,
            text=True,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_no_python_is_one_clear_line(machine: Machine) -> None:
    answer = machine.setup("server")
    assert answer.returncode == 1
    assert answer.stderr.startswith("setup: Promptwire needs Python 3.11 or newer, and none is here.")
    assert answer.stderr.count("\n") == 1


def test_a_python_that_is_too_old_or_broken_is_passed_over(machine: Machine) -> None:
    machine.has("python3.14", "#!/bin/sh\nexit 127\n")  # as pyenv's shims answer for a version that is not chosen
    machine.has("python3", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    assert machine.setup("python").stdout == "python3\n"


def test_the_named_python_must_do(machine: Machine) -> None:
    machine.has("python3", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    answer = machine.setup("server", PYTHON="/nowhere/python3")
    assert (answer.returncode, answer.stderr) == (
        1,
        "setup: PYTHON=/nowhere/python3 is not Python 3.11 or newer with sqlite3 and ssl\n",
    )


def test_a_python_with_venv_goes_before_a_newer_one_without(machine: Machine) -> None:
    machine.has("python3.14", PYTHON_WITHOUT_VENV.format(python=sys.executable, flag=machine.flag))
    machine.has("python3.11", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    assert machine.setup("python").stdout == "python3.11\n"


def test_missing_venv_prints_the_line_that_installs_it(machine: Machine) -> None:
    machine.has("python3", PYTHON_WITHOUT_VENV.format(python=sys.executable, flag=machine.flag))
    machine.has("apt-get", "#!/bin/sh\nexit 9\n")  # not root: it must not even be tried
    answer = machine.setup("server")
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    assert answer.returncode == 1
    assert answer.stderr == f"setup: python3 has no venv; this line installs it: sudo apt-get install -y {package}\n"


def test_missing_venv_is_installed_where_it_may(machine: Machine) -> None:
    machine.has("python3", PYTHON_WITHOUT_VENV.format(python=sys.executable, flag=machine.flag))
    machine.has("id", "#!/bin/sh\necho 0\n")
    machine.has("apt-get", f'#!/bin/sh\n[ "$1" = update ] || echo "$*" >"{machine.flag}"\n')
    answer = machine.setup("python")
    assert (answer.returncode, answer.stdout) == (0, "python3\n")
    assert machine.flag.read_text() == f"install -y python{sys.version_info.major}.{sys.version_info.minor}-venv\n"


@dataclass(frozen=True)
class Newcomer:
    """Somebody with a checkout of their own, and a home with nothing in it."""

    checkout: Path
    environ: dict[str, str]


@pytest.fixture
def newcomer(tmp_path: Path) -> Newcomer:
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listed, check=True, cwd=ROOT, capture_output=True, text=True).stdout.splitlines():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    kept = {name: value for name, value in os.environ.items() if name.startswith("PIP_") or name == "PATH"}
    return Newcomer(tmp_path, {**kept, "HOME": str(tmp_path / "home"), "PYTHON": sys.executable})


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_fresh_checkout_sets_itself_up_once(newcomer: Newcomer) -> None:
    """From the registry, in a folder and a home of its own."""
    subprocess.run(["make", "setup"], check=True, cwd=newcomer.checkout, env=newcomer.environ)
    started = time.monotonic()
    again = subprocess.run(
        ["make", "setup"], check=True, cwd=newcomer.checkout, env=newcomer.environ, capture_output=True, text=True
    )
    assert time.monotonic() - started < 1
    assert again.stdout == ""
    python = newcomer.checkout / ".venv" / "bin" / "python"
    where: list[str | Path] = [python, "-c", "import promptwire; print(promptwire.__file__)"]
    answer = subprocess.run(where, check=True, cwd="/", env=newcomer.environ, capture_output=True, text=True)
    assert answer.stdout.startswith(f"{newcomer.checkout.resolve()}/src/promptwire/")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_what_the_readme_says_first_serves_a_prompt(newcomer: Newcomer) -> None:
    block = named_block("../README.md", "serve")
    assert block == named_block("tutorial.md", "serve")
    any_port = newcomer.environ | {"ARGS": "--port 0"}
    with Reader(newcomer.checkout).begins(block, SIGTERM, **any_port) as program:
        assert program.stdout
        printed = "".join(takewhile(lambda line: " -c " not in line, program.stdout))
        [curl] = re.findall(r"^  (curl .*?)\n\n", printed, re.MULTILINE | re.DOTALL)
        assert "Hello Ada!" in subprocess.run(["sh", "-c", curl], check=True, capture_output=True, text=True).stdout
        page = httpx.get(f"{ready_at(printed)}/")
        assert "Promptwire's pages need JavaScript" in page.text  # so they are built


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_plain_installation_is_light(tmp_path: Path) -> None:
    """Both packages, typed: nothing else."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path], check=True)
    pip: list[str | Path] = [tmp_path / "bin" / "python", "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", ROOT], check=True)
    frozen = subprocess.run([*pip, "freeze"], check=True, capture_output=True, text=True).stdout.splitlines()
    assert [line.split("==")[0].split(" @ ")[0] for line in frozen] == ["promptwire"]
    installed = {path.parent.name for path in tmp_path.glob("lib/python*/site-packages/*/py.typed")}
    assert {"gotemplate", "promptwire"} <= installed
