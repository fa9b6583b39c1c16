"""The pages of the documentation, as they were written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_HERE = Path(__file__)
_PACKED = _HERE.parents[1] / "manual"
"""Where the wheel has the pages; `hatch_build.py` puts them there."""
_BESIDE: Final = {
    "README.md": "readme",
    "CHANGELOG.md": "changelog",
    "src/gotemplate/README.md": "reference/gotemplate",
}
"""Pages outside of `docs/`, with their addresses."""
SECTIONS: Final = {
    "start": "Start",
    "howto": "How-to",
    "reference": "Reference",
    "explanation": "Explanation",
    "decisions": "Decisions",
}
_SECTION_OF = {"tutorial": "start", "readme": "start"}
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_HEADING = re.compile(r"^#.*$", re.MULTILINE)
_NO_WORDS = ("|", "```", "![", "<")
_SENTENCE = re.compile(r"(?<=[.:!?])\s")


@dataclass(frozen=True, slots=True)
class Source:
    """A page in Markdown."""

    path: str
    """Where it stands in the repository; links in it start from there."""
    address: str
    """Where it is served, below `/docs/`, without an ending."""
    title: str
    about: str
    """What it is about: its first sentence, without marks."""
    section: str
    """A key of `SECTIONS`."""
    text: str


@dataclass(frozen=True, slots=True)
class Library:
    """Every page and picture that there is."""

    pages: Mapping[str, Source]
    """By path in the repository, in the order they are listed in."""
    images: Mapping[str, bytes]
    """By path in the repository."""


def root() -> Path:
    """Give the folder that holds the pages as the repository does: of the installed package, or of the checkout."""
    return _PACKED if _PACKED.is_dir() else _HERE.parents[4]


def read_library(folder: Path) -> Library:
    """Read every page below a folder that is laid out as the repository."""
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.glob("docs/**/*.md"))}
    found |= {name: folder / name for name in _BESIDE if (folder / name).is_file()}
    pages = [_read(name, path) for name, path in found.items()]
    order = list(SECTIONS)
    pages.sort(key=lambda page: (order.index(page.section), page.address != "tutorial", page.address))
    images = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.glob("docs/**/*.png"))}
    return Library({page.path: page for page in pages}, images)


def _read(name: str, path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    address = _BESIDE.get(name) or name.removeprefix("docs/").removesuffix(".md")
    folder = address.partition("/")[0]
    section = _SECTION_OF.get(address) or (folder if folder in SECTIONS else "reference")
    title, about = heading(text)
    return Source(path=name, address=address, title=title, about=about, section=section, text=text)


def heading(text: str) -> tuple[str, str]:
    """Give the title of a page, and the first sentence below it, both without marks."""
    plain = _COMMENT.sub("", text)
    title, _, rest = plain.partition("\n")
    paragraphs = (" ".join(part.split()) for part in _HEADING.sub("", rest).split("\n\n"))
    words = next((part for part in paragraphs if part and not part.startswith(_NO_WORDS)), "")
    return _unmarked(title.lstrip("# ")), _SENTENCE.split(
        _unmarked(words.removeprefix("- ")).removeprefix("Context. "), maxsplit=1
    )[0]


def _unmarked(text: str) -> str:
    return _LINK.sub(r"\1", text).replace("**", "").replace("`", "").strip()
