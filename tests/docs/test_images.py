"""Pictures in the documentation: each is named where it helps, described, and small."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs/images"
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
SHOWN = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
MOST = 150_000


def shown() -> list[tuple[str, Path]]:
    """Give every picture that a page shows, with what it says to who does not see it."""
    return [
        (words, (page.parent / image).resolve()) for page in PAGES for words, image in SHOWN.findall(page.read_text())
    ]


def test_every_picture_that_a_page_shows_is_there_and_described() -> None:
    assert [image for words, image in shown() if not image.is_file() or not words.strip()] == []


def test_every_picture_is_shown_by_a_page() -> None:
    assert {image for _, image in shown()} == set(IMAGES.glob("*.png"))


def test_every_picture_is_small() -> None:
    assert [image.name for image in IMAGES.glob("*.png") if image.stat().st_size > MOST] == []
