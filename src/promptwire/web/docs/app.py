"""The documentation over HTTP: pages for people, the same in Markdown, and an index for programs."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from promptwire.web.answers import NEVER_ELSEWHERE, file_response
from promptwire.web.docs.frame import by_section, framed, navigation
from promptwire.web.docs.html import to_html
from promptwire.web.docs.links import Links
from promptwire.web.docs.operations import api_pages
from promptwire.web.docs.sources import SECTIONS, Library, Source, read_library, root
from promptwire.web.pages import Page

INDEX: Final = "/llms.txt"
DOCS: Final = "/docs"
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_TITLE = "Promptwire"
_ABOUT = "A prompt registry: versioned prompts, governed labels, and delivery into running processes from memory."


class Documentation:
    """Every page, made when it is first asked for and kept."""

    def __init__(self, document: Callable[[], dict[str, Any]], public_url: str | None = None) -> None:
        self._document = document
        self._public_url = public_url
        self._prefix = urlsplit(public_url or "").path.rstrip("/")
        self._made: dict[str, Page] = {}

    async def __call__(self, request: Request) -> Response:
        """Answer one request."""
        path = request.url.path
        if request.method != "GET":
            raise HTTPException(405)
        if path == INDEX:
            origin = self._public_url or str(request.base_url).rstrip("/")
            return Response(self._index(origin), headers=NEVER_ELSEWHERE, media_type="text/plain")
        page = self._made.get(path) or self._make(path)
        if page is None:
            raise HTTPException(404)
        response = file_response(request, page)
        response.headers["Content-Security-Policy"] = _POLICY
        return response

    @cached_property
    def _library(self) -> Library:
        written = read_library(root())
        return Library({**written.pages, **{page.path: page for page in api_pages(self._document())}}, written.images)

    @cached_property
    def _links(self) -> Links:
        return Links(self._library, self._prefix)

    @cached_property
    def _by_address(self) -> dict[str, Source]:
        return {page.address: page for page in self._library.pages.values()}

    def _make(self, path: str) -> Page | None:
        made = self._content(path.removeprefix(DOCS).removeprefix("/"))
        if made is None:
            return None
        content, media_type = made
        zipped = None if media_type == "image/png" else gzip.compress(content, 9, mtime=0)
        etag = f'"{sha256(content).hexdigest()[:32]}"'
        self._made[path] = Page(content, zipped, media_type, etag, is_hashed=False)
        return self._made[path]

    def _content(self, name: str) -> tuple[bytes, str] | None:
        if name == "docs.css":
            return Path(__file__).with_name(name).read_bytes(), "text/css; charset=utf-8"
        image = self._library.images.get(f"docs/{name}")
        if image is not None:
            return image, "image/png"
        page = self._overview() if not name else self._by_address.get(name)
        if page is not None:
            body = to_html(page.text, partial(self._links.target, page))
            nav = navigation(self._library.pages.values(), page, self._prefix)
            return framed(page, body, nav, self._prefix).encode(), "text/html; charset=utf-8"
        page = self._by_address.get(name.removesuffix(".md")) if name.endswith(".md") else None
        return (self._links.in_markdown(page).encode(), "text/markdown; charset=utf-8") if page else None

    def _overview(self) -> Source:
        """Write the page at `/docs`."""
        parts = [f"# {_TITLE}", _ABOUT]
        for section, pages in by_section(self._library.pages.values()).items():
            anchor = SECTIONS[section]
            parts += [f"## {anchor}", "\n".join(f"- [{one.title}]({DOCS}/{one.address}): {one.about}" for one in pages)]
        return Source("docs/index.md", "", _TITLE, _ABOUT, "start", "\n\n".join(parts))

    def _index(self, origin: str) -> str:
        """List every page in Markdown, as llmstxt.org has it."""
        parts = [f"# {_TITLE}", f"> {_ABOUT}"]
        sections = dict(by_section(self._library.pages.values()))
        single = [page for page in self._library.pages.values() if page.address.startswith("api/")]
        for title, pages in [*((SECTIONS[name], pages) for name, pages in sections.items()), ("Operations", single)]:
            lines = (f"- [{one.title}]({origin}{DOCS}/{one.address}.md): {one.about}" for one in pages)
            parts += [f"## {title}", "\n".join(lines)]
        return "\n\n".join(parts) + "\n"
