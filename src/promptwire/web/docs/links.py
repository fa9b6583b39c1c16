"""Where a link of a page leads, once the page is served."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from promptwire.web.docs.sources import SECTIONS, Library, Source

_FENCE = re.compile(r"(^ *```.*?^ *```[^\n]*$)", re.MULTILINE | re.DOTALL)
_CODE_OR_LINK = re.compile(r"`[^`]+`|(?P<mark>!?)\[(?P<words>[^\]]*)\]\((?P<link>[^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Links:
    """The links of one library, served under a prefix."""

    library: Library
    prefix: str
    """The path before `/docs`, where a proxy adds one."""

    def target(self, source: Source, link: str, ending: str = "") -> str | None:
        """Give the address a link leads to; None for a file that is not served.

        Args:
            source: the page that the link stands in.
            link: as it is written there.
            ending: what pages end in, `.md` where they are wanted as Markdown.
        """
        if link.startswith("/"):
            return self.prefix + link
        if "://" in link or link.startswith(("#", "mailto:")):
            return link
        path, _, fragment = link.partition("#")
        place = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), path))
        tail = f"#{fragment}" if fragment else ""
        page = self.library.pages.get(place)
        if page is not None:
            return f"{self.prefix}/docs/{page.address}{ending}{tail}"
        if place in self.library.images:
            return f"{self.prefix}/{place}"
        folder = place.removeprefix("docs/")
        if place == "src/gotemplate":
            return f"{self.prefix}/docs/reference/gotemplate{ending}"
        return f"{self.prefix}/docs#{SECTIONS[folder].lower()}" if folder in SECTIONS else None

    def in_markdown(self, source: Source) -> str:
        """Give the page in Markdown, with links to the other pages in Markdown."""

        def placed(found: re.Match[str]) -> str:
            if found["link"] is None:
                return found[0]
            target = self.target(source, found["link"], ".md")
            return found["words"] if target is None else f"{found['mark']}[{found['words']}]({target})"

        parts = _FENCE.split(source.text)
        return "".join(part if at % 2 else _CODE_OR_LINK.sub(placed, part) for at, part in enumerate(parts))
