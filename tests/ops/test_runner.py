"""The runner of `make test`, on a small project of its own."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = """
[tool.pytest.ini_options]
addopts = ["-m", "not slow"]
markers = ["slow: takes long"]
[tool.promptwire.suites]
one = { budget = 60, sources = ["src/one"] }
two = { budget = 60, sources = ["src/two", "docs"], alone = true }
later = { budget = 60, sources = ["src/later"] }
"""


class Project:
    """A folder with the scripts and two suites."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("pyproject.toml", PROJECT)
        for name in ("run_tests.py", "jobs.py", "postgres.py"):
            self.write(f"scripts/{name}", (ROOT / "scripts" / name).read_text())
        self.write(
            "tests/one/test_it.py", "import pytest\ndef test_it(): pass\n@pytest.mark.slow\ndef test_long(): pass\n"
        )
        self.write("tests/two/test_it.py", "def test_it(): pass\n")

    def write(self, name: str, text: str) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text)

    def run(self, *arguments: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "scripts.run_tests", *arguments]
        answer = subprocess.run(command, check=False, cwd=self.root, capture_output=True, text=True)
        return answer.returncode, answer.stdout + answer.stderr

    def git(self, *arguments: str) -> None:
        identity = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
        subprocess.run(["git", *identity, *arguments], check=True, cwd=self.root, capture_output=True)

    def quick(self) -> str:
        """The suites that `make check` would take."""
        code = "from scripts.run_tests import quick, read_suites; print(*quick(read_suites()))"
        answer = subprocess.run([sys.executable, "-c", code], check=True, cwd=self.root, capture_output=True, text=True)
        return answer.stdout.strip()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_the_last_line_counts_all_suites(project: Project) -> None:
    code, output = project.run("one", "two")
    assert (code, output.splitlines()[-1]) == (0, "2 passed, 0 failed")


def test_a_failure_is_shown_and_counted(project: Project) -> None:
    project.write("tests/two/test_bad.py", "def test_bad(): assert 'this' == 'that'\n")
    code, output = project.run("one", "two")
    assert (code, output.splitlines()[-1]) == (1, "2 passed, 1 failed")
    assert "assert 'this' == 'that'" in output


def test_a_suite_that_cannot_be_read_is_a_failure(project: Project) -> None:
    project.write("tests/two/test_it.py", "import nothing_of_this_name\n")
    code, output = project.run("two")
    assert (code, output.splitlines()[-1]) == (1, "0 passed, 1 failed")


def test_slow_tests_run_only_when_asked_for(project: Project) -> None:
    code, output = project.run("slow")
    assert (code, output.splitlines()[-1]) == (0, "1 passed, 0 failed")


def test_twice_the_budget_fails_and_says_where_it_stood(project: Project) -> None:
    project.write("pyproject.toml", PROJECT.replace("two = { budget = 60", "two = { budget = 8"))
    project.write("tests/two/test_it.py", "import time\ndef test_hang(): time.sleep(60)\n")
    code, output = project.run("two")
    assert code == 1
    assert "FAILED: two (over twice its budget)" in output
    assert "test_it.py:2: KeyboardInterrupt" in output


def test_a_folder_of_tests_outside_every_suite_is_an_error(project: Project) -> None:
    project.write("tests/strange/test_it.py", "def test_it(): pass\n")
    code, output = project.run("one")
    assert code == 1
    assert output.startswith("tests/strange: in no suite")


def test_check_takes_the_suites_of_what_changed(project: Project) -> None:
    assert project.quick() == "one two"  # no git: all
    project.git("init", "--initial-branch=main")
    project.write(".gitignore", "__pycache__\n")
    project.git("add", ".")
    project.git("commit", "--message=one")
    project.write("docs/page.md", "")
    project.git("add", ".")
    project.git("commit", "--message=two")
    assert project.quick() == "two"  # the last commit
    project.write("src/one/module.py", "")
    assert project.quick() == "one two"  # and what is not committed
    project.git("add", ".")
    project.git("commit", "--message=three")
    assert project.quick() == "one"
    project.write("src/nobodys.py", "")
    assert project.quick() == "one two"  # what nobody claims concerns all
    shutil.rmtree(project.root / "src")
    project.git("commit", "--all", "--message=four")
    project.git("update-ref", "refs/remotes/origin/main", "HEAD~3")
    assert project.quick() == "two"  # all that is not pushed
