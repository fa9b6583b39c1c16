"""docs/reference/cli.md says every command as it is, and every exit status."""

from __future__ import annotations

import re

from scripts.cli_reference import PAGE, page

from promptwire.cli.exits import Exit


def test_the_page_says_every_command_as_it_is() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m scripts.cli_reference"


def test_the_page_says_every_exit_status() -> None:
    text = PAGE.read_text(encoding="utf-8").partition("## Exit statuses")[2].partition("\n## ")[0]
    assert [int(number) for number in re.findall(r"^\| (\d) \|", text, re.MULTILINE)] == [*Exit]
