"""What is in the wheel besides the packages: the documentation, where the server finds it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parents[2]


def test_an_installed_server_has_every_page_of_the_documentation(tmp_path: Path) -> None:
    constraints = ["--constraint", "constraints.txt", "--build-constraint", "constraints.txt"]
    options = ["--quiet", "--no-deps", "--disable-pip-version-check", *constraints, "--wheel-dir", str(tmp_path)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, "."], cwd=ROOT, check=True, timeout=100)
    [wheel] = tmp_path.glob("*.whl")
    with ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "installed")
    ask = (
        "from promptwire.web.docs.sources import read_library, root; library = read_library(root());"
        "print(*library.pages, *library.images, sep='\\n')"
    )
    environ = os.environ | {"PYTHONPATH": str(tmp_path / "installed")}
    ran = subprocess.run(
        [sys.executable, "-c", ask], env=environ, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    written = {path.relative_to(ROOT).as_posix() for kind in ("md", "png") for path in ROOT.glob(f"docs/**/*.{kind}")}
    assert set(ran.stdout.splitlines()) == written | {"README.md", "CHANGELOG.md", "src/gotemplate/README.md"}
