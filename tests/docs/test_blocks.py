"""Every block of code in the documentation is run by a test, or says why not; none names what there is not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from promptwire.api.v1.app import ROUTERS
from support.blocks import DOCUMENTED_OPTIONS, commands_of

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "src/gotemplate/README.md", *sorted(ROOT.glob("docs/**/*.md"))]
CODE = {"sh", "bash", "python", "javascript", "go", "yaml"}
"""What is run, or says why not."""
SHOWN = {"", "json", "ini"}
"""What is looked at: answers, requests, files."""
WHOLE = {
    "src/gotemplate/README.md": "tests/gotemplate/test_docs.py",
    "docs/howto/cache-in-your-app.md": "tests/docs/test_python_pages.py",
    "docs/howto/protect-a-label.md": "tests/docs/test_protect_a_label.py",
    "docs/reference/change-log.md": "tests/docs/test_change_log.py",
    "docs/reference/sdk.md": "tests/client/test_docs.py",
    "docs/reference/templates.md": "tests/docs/test_python_pages.py",
}
"""Pages all of whose blocks are run, and by what."""
FENCE = re.compile(
    r"(?:^ *<!-- (?P<mark>[^\n]*?) -->\n)?^ *```(?P<language>\w*)\n(?P<text>.*?)^ *```", re.MULTILINE | re.DOTALL
)
NOT_RUN = "not run: "
RUN = "run_blocks("
"""What finds the blocks that are marked `run`."""


@dataclass(frozen=True)
class Block:
    """A block of code."""

    page: str
    mark: str
    language: str
    text: str


def blocks() -> Iterator[Block]:
    for path in PAGES:
        for found in FENCE.finditer(path.read_text(encoding="utf-8")):
            yield Block(path.relative_to(ROOT).as_posix(), found["mark"] or "", found["language"], found["text"])


BLOCKS = list(blocks())
TESTS = {path: path.read_text(encoding="utf-8") for path in ROOT.glob("tests/**/test_*.py")}


def test_every_block_is_marked_as_run_or_says_why_not() -> None:
    unmarked = [
        f"{block.page}: {block.text.splitlines()[0]}"
        for block in BLOCKS
        if block.language in CODE and not block.mark and block.page not in WHOLE
    ]
    assert unmarked == []


def test_no_block_goes_unseen() -> None:
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        assert text.count("```") == 2 * len(FENCE.findall(text)), path
        assert re.findall(r"^(?: {4}|\t)\s*(?:promptwire|curl|pip) .*", FENCE.sub("", text), re.MULTILINE) == [], path


def test_what_is_only_shown_is_no_code() -> None:
    for block in BLOCKS:
        assert block.language in CODE | SHOWN, block
        if block.language == "json":
            json.loads(block.text)
        elif block.language in SHOWN:
            assert not re.search(
                r"^ *(?:\$ |promptwire |curl |pip |export |import |from \w+ import )", block.text, re.MULTILINE
            ), block


def test_a_reason_is_given_in_words_and_the_tests_it_names_are_there() -> None:
    for block in BLOCKS:
        if block.mark.startswith("not run"):
            assert block.mark.startswith(NOT_RUN), block
            assert len(block.mark.split()) > 5, block
            assert all((ROOT / name).is_file() for name in re.findall(r"tests/\S+\.py", block.mark)), block


@pytest.mark.parametrize("page", sorted({one.page for one in BLOCKS if one.mark and not one.mark.startswith(NOT_RUN)}))
def test_a_page_with_marks_is_read_by_a_test_that_knows_them(page: str) -> None:
    readers = [text for text in TESTS.values() if Path(page).name in text and ("```" in text or RUN in text)]
    marks = {one.mark.partition(":")[0] for one in BLOCKS if one.page == page and one.mark}
    for mark in marks - {"not run"}:
        assert any(
            f"<!-- {mark}" in text or "<!-- (" in text or f"```{mark}" in text or (mark == "run" and RUN in text)
            for text in readers
        ), mark


def test_a_block_with_a_name_is_run_by_it() -> None:
    for block in BLOCKS:
        kind, _, name = block.mark.partition(": ")
        if kind == "run" and name:
            readers = [text for text in TESTS.values() if Path(block.page).name in text or f'"{block.page}"' in text]
            assert any(f'"{name}")' in text or f"<!-- run: {name}" in text for text in readers), block


@pytest.mark.parametrize(("page", "test"), WHOLE.items())
def test_a_page_that_is_run_whole_is_read_by_its_test(page: str, test: str) -> None:
    text = (ROOT / test).read_text(encoding="utf-8")
    assert Path(page).name in text
    assert (ROOT / page).is_file()


def test_python_in_every_block_is_python() -> None:
    for block in BLOCKS:
        if block.language == "python":
            compile(block.text, block.page, "exec", dont_inherit=True)


def test_every_command_in_a_block_has_the_options_that_it_is_given() -> None:
    wrong = [
        (block.page, command, option)
        for block in BLOCKS
        if block.language in {"sh", "bash", "yaml"}
        for command, options in commands_of(block.text)
        for option in options
        if option not in DOCUMENTED_OPTIONS[command]
    ]
    assert wrong == []


def test_every_path_of_v1_in_a_block_is_one() -> None:
    known = [
        re.compile("/v1" + re.sub(r"\{[^}]+\}", "[^/]+", route.path.removeprefix("/v1")) + "$")  # type: ignore[attr-defined]
        for router in ROUTERS
        for route in router.routes
    ]
    found = 0
    for block in BLOCKS:
        if block.language in {"sh", "bash", "http", ""}:
            for path in re.findall(r"""(?<=[\s"'LR])/v1/[\w/${}.:-]+""", block.text):
                found += 1
                plain = re.sub(r"\$\{?\w+\}?|\{\w+\}", "x", path).rstrip("/.")
                assert any(one.match(plain) for one in known), (block.page, path)
    assert found > 40
