"""`promptwire check`: what it finds in prompt files, at which line, and how it says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from support.terminal import Ran, Terminal

SCHEMA = """input_schema:
  type: object
  properties:
    name: {type: string}
  required: [name]
"""
REVOKE = "revoke it if it is one, and pass it as a variable"
KEY = "ak_" + "0123456789abcdef" * 4


class Folder:
    """A folder of prompt files, without a server."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.terminal = Terminal(root / "config", GITHUB_ACTIONS="")

    def write(self, text: str, name: str = "a.prompt.md") -> Path:
        path = self.root / "support" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def payloads(self, payloads: Any) -> Path:
        text = payloads if isinstance(payloads, str) else json.dumps(payloads, indent=2)
        return self.write(text, "a.payloads.json")

    def check(self, *arguments: str) -> Ran:
        return self.terminal.run("check", "--dir", str(self.root), *arguments)

    def lines(self, *arguments: str) -> list[str]:
        """Give what is found, without the folder."""
        return [line.removeprefix(f"{self.root}/support/") for line in self.check(*arguments).output.splitlines()]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_good_files_pass(folder: Folder) -> None:
    folder.write(f"---\ndescription: Hi\n{SCHEMA}---\nHello {{{{.name}}}}\n")
    folder.payloads({"ada": {"name": "Ada"}})
    ran = folder.check()
    assert (ran.status, ran.output, ran.errors) == (0, "", "1 prompts checked: 0 errors, 0 warnings\n")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "---\ndescription: x\n---\n\nHi\n{{if .x}\n",
            "6:6: error: invalid template: template: :2: bad character U+007D '}' [template]",
        ),
        ("Hi\nä {{.x | nope}}", '2:10: error: invalid template: template: :2: function "nope" not defined [template]'),
        ("---\ndescrption: x\n---\nHi", "2: error: there is no key 'descrption': did you mean description? [file]"),
        (
            "---\ndescription: x\nHi",
            "1: error: the front matter that begins here never ends: it ends with a line of --- [file]",
        ),
        ("---\nname: x\nmodel: [1]\n---\nHi", "3: error: model must be a string [file]"),
        (
            "---\nname: a\n---\n",
            "1: error: there is no template: it stands below the front matter, or messages in it [file]",
        ),
        (
            "<<<<<<< here\na\n=======\nb\n>>>>>>> there\n",
            "1: error: both sides of a conflict stand here: keep what is right, and remove the marks [file]",
        ),
        (
            f"---\n{SCHEMA}---\nHello {{{{.nam}}}}",
            "2: error: the input schema does not describe nam, which the version reads [schema]",
        ),
        (
            "---\nname: x\ninput_schema: {type: array}\n---\nHi",
            "3: error: input_schema must describe an object: variables have names [schema]",
        ),
        (
            f"Hi\nuse {KEY}\n",
            f"2: error: this looks like a Promptwire key or session: {REVOKE} [secret]",
        ),
        (
            "---\nname: x\nmessages:\n  - role: user\n    content: '{{if}}'\n---\n",
            "3: error: invalid template: template: messages[0]:1: missing value for if [template]",
        ),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_with_its_line(folder: Folder, text: str, line: str) -> None:
    folder.write(text)
    assert f"a.prompt.md:{line}" in folder.lines()
    ran = folder.check()
    assert ran.status == 1
    assert KEY not in ran.output + ran.errors


def test_payloads_are_held_against_schema_and_template(folder: Folder) -> None:
    folder.write(f"---\n{SCHEMA}---\nHello {{{{.name}}}}{{{{if .last}}}} {{{{.last.x}}}}{{{{end}}}}")
    folder.payloads({"ok": {"name": "Ada", "last": None}, "wrong": {"name": 3, "last": None}, "short": {"name": "A"}})
    lines = [line for line in folder.lines() if line.startswith("a.payloads.json")]
    assert lines[0].startswith("a.payloads.json:6: error: payload 'wrong': name: the value is not of type")
    assert lines[1].startswith("a.payloads.json:10: error: payload 'short': ")
    assert len(lines) == 2


@pytest.mark.parametrize(
    ("payloads", "line"),
    [
        ("{\n  nope", "a.payloads.json:2: error: Expecting property name"),
        ([], "a.payloads.json:1: error: saved payloads are an object: a name, and the variables of each [payload]"),
        ({"key": {"name": KEY}}, "a.payloads.json:3: error: this looks like a Promptwire key or session"),
        ({"list": [1]}, "a.payloads.json:2: warning: payload 'list' holds no object that a render takes [payload]"),
    ],
    ids=str,
)
def test_a_file_of_payloads_is_checked_too(folder: Folder, payloads: Any, line: str) -> None:
    folder.write("Hello")
    folder.payloads(payloads)
    assert folder.lines()[0].startswith(line)


def test_warnings_fail_only_when_that_is_asked_for(folder: Folder) -> None:
    folder.write("Hello")
    folder.write("{}", "b.payloads.json")
    words = (
        "b.payloads.json:1: warning: there is no prompt file support/b.prompt.md that these payloads are for [payload]"
    )
    assert folder.lines() == [words]
    assert (folder.check().status, folder.check("--strict").status) == (0, 1)


def test_annotations_are_in_githubs_format_and_the_default_there(folder: Folder) -> None:
    path = folder.write("Hi {{.x | nope}}")
    folder.write("{\n1%", "a.payloads.json")
    expected = f"::error file={path},line=1,col=11,title=promptwire check%3A template::"
    assert folder.check("--format", "github").output.startswith(expected)
    folder.terminal.environment["GITHUB_ACTIONS"] = "true"
    assert folder.check().output.startswith(expected)
    path = folder.write("x", "one, two: 100%.prompt.md")
    folder.write("{{", "one, two: 100%.prompt.md")
    assert "/one%2C two%3A 100%25.prompt.md,line=1," in folder.check().output


def test_json_says_all_of_it(folder: Folder) -> None:
    path = folder.write("Hi {{.x | nope}}")
    told = json.loads(folder.check("--format", "json").output)
    [problem] = told["problems"]
    assert told["checked"] == 1
    assert problem == {
        "path": str(path),
        "line": 1,
        "column": 11,
        "check": "template",
        "severity": "error",
        "message": 'invalid template: template: :1: function "nope" not defined',
    }


def test_only_files_that_are_named_count(folder: Folder) -> None:
    good = folder.write("Hi")
    bad = folder.write("{{", "b.prompt.md")
    assert folder.check(str(good)).status == 0
    assert folder.check(str(bad)).status == 1
    assert folder.check().status == 1


def test_nothing_to_check_is_a_mistake(folder: Folder) -> None:
    ran = folder.check()
    assert (ran.status, ran.output) == (2, "")
    assert ran.errors.startswith(f"promptwire: there are no prompt files below {folder.root}\n")
    missing = folder.terminal.run("check", "--dir", str(folder.root / "none"))
    assert (missing.status, missing.errors.splitlines()[0]) == (
        2,
        f"promptwire: there is no folder {folder.root / 'none'}",
    )
