"""What stands around every page: its head, the way through the documentation, and its own contents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from promptwire.web.docs.html import Body
from promptwire.web.docs.sources import SECTIONS, Source


def framed(page: Source, body: Body, nav: str, prefix: str) -> str:
    """Write the HTML of a page."""
    inside = "".join(f'<li><a href="#{escape(anchor)}">{escape(words)}</a></li>' for anchor, words in body.headings)
    contents = f'<nav class="inside" aria-label="On this page"><ul>{inside}</ul></nav>' if body.headings else ""
    as_markdown = f"{prefix}/docs/{page.address}.md" if page.address else f"{prefix}/llms.txt"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(page.title)} · Promptwire</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<meta name="description" content="{escape(page.about)}">'
        f'<link rel="stylesheet" href="{prefix}/docs/docs.css">'
        f'<link rel="alternate" type="text/markdown" href="{as_markdown}"></head><body>'
        '<a class="skip" href="#page">To the page</a>'
        f'<header><a href="{prefix}/docs">Promptwire documentation</a> <a href="{prefix}/docs/api">API</a> '
        f'<a href="{as_markdown}">as Markdown</a> <a href="{prefix}/">the registry</a></header>'
        f'<div class="columns"><nav class="pages" aria-label="Documentation">{nav}</nav>'
        f'<main id="page">{contents}{body.html}</main></div></body></html>\n'
    )


def navigation(pages: Iterable[Source], here: Source, prefix: str) -> str:
    """List the pages by section, the section of this page open."""
    parts, current = [], ' aria-current="page"'
    for section, members in by_section(pages).items():
        rows = "".join(
            f'<li><a href="{prefix}/docs/{page.address}"{current if page.address == here.address else ""}>'
            f"{escape(page.title)}</a></li>"
            for page in members
        )
        is_open = " open" if section == here.section else ""
        parts.append(f"<details{is_open}><summary>{SECTIONS[section]}</summary><ul>{rows}</ul></details>")
    return "".join(parts)


def by_section(pages: Iterable[Source]) -> Mapping[str, Sequence[Source]]:
    """Sort the pages into their sections, without the single operations of the API."""
    found: dict[str, list[Source]] = {}
    for page in pages:
        if not page.address.startswith("api/"):
            found.setdefault(page.section, []).append(page)
    return {section: found[section] for section in SECTIONS if section in found}
