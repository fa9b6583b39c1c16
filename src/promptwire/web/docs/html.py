"""Markdown as HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

_NOT_IN_ANCHOR = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class Body:
    """A page as HTML."""

    html: str
    headings: Sequence[tuple[str, str]]
    """The anchor and the words of each heading of the second level."""


def to_html(text: str, place: Callable[[str], str | None]) -> Body:
    """Render a page.

    Args:
        text: in CommonMark, with tables. HTML in it is shown as it is written; comments are left out.
        place: gives where a link leads; None makes it plain words.
    """
    parser = MarkdownIt("commonmark", {"typographer": False}).enable(["table", "strikethrough"])
    parser.add_render_rule("html_block", _raw)
    parser.add_render_rule("html_inline", _raw)
    tokens = parser.parse(text)
    headings = _anchor(tokens)
    for token in tokens:
        if token.children:
            token.children = list(_placed(token.children, place))
    html = parser.renderer.render(tokens, parser.options, {})
    return Body(html.replace("<table>", '<div class="table"><table>').replace("</table>", "</table></div>"), headings)


def _raw(_: object, tokens: Sequence[Token], index: int, *_rest: Any) -> str:  # noqa: ANN401 - the library's own shape
    content = tokens[index].content
    return "" if content.startswith("<!--") else escape(content)


def _anchor(tokens: Sequence[Token]) -> list[tuple[str, str]]:
    """Name every heading as GitHub does; gives those of the second level."""
    taken: dict[str, int] = {}
    found: list[tuple[str, str]] = []
    for token, inside in pairwise(tokens):
        if token.type != "heading_open":
            continue
        words = "".join(one.content for one in inside.children or () if one.type in {"text", "code_inline"})
        name = _NOT_IN_ANCHOR.sub("", words.lower()).replace(" ", "-")
        again = taken.get(name, 0)
        taken[name] = again + 1
        anchor = f"{name}-{again}" if again else name
        token.attrSet("id", anchor)
        if token.tag == "h2":
            found.append((anchor, words))
    return found


def _placed(tokens: Sequence[Token], place: Callable[[str], str | None]) -> Iterator[Token]:
    """Give the tokens of a line with their links placed, and without those that lead nowhere."""
    open_links: list[bool] = []
    for token in tokens:
        if token.type == "link_open":
            target = place(str(token.attrGet("href")))
            open_links.append(target is not None)
            if target is None:
                continue
            token.attrSet("href", target)
        elif token.type == "link_close":
            if not open_links.pop():
                continue
        elif token.type == "image":
            token.attrSet("src", place(str(token.attrGet("src"))) or "")
        yield token
