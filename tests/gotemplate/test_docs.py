"""The documentation of the engine says what is so."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

import gotemplate
from gotemplate import Limits

ROOT = Path(__file__).parents[2]


def test_the_readme_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    text = Path(gotemplate.__file__).with_name("README.md").read_text(encoding="utf-8")
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(block, names)  # noqa: S102 - our own page
    said = re.findall(r"^ *# ([tm1s]\S*.*)$|print\(.*?\)  # (.*)$", text, re.MULTILINE)
    printed = capsys.readouterr().out.splitlines()
    assert printed == [first or second for first, second in said if (first or second) != "the same as a JSON Schema"]


def test_the_reference_has_every_limit_and_its_default() -> None:
    text = (ROOT / "docs" / "reference" / "templates.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| ([\d. ]+) \|", text, re.MULTILINE))
    assert {name: float(value.replace(" ", "")) for name, value in rows.items()} == {
        field.name: field.default for field in fields(Limits)
    }
