"""The server shows the documentation: every page and picture, every operation, and nothing that leads nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import httpx
import pytest

from support.server import PRESETS, ServerProcess

ROOT = Path(__file__).parents[2]
WRITTEN = {
    path.relative_to(ROOT / "docs").with_suffix("").as_posix(): path for path in (ROOT / "docs").glob("**/*.md")
} | {
    "readme": ROOT / "README.md",
    "changelog": ROOT / "CHANGELOG.md",
    "reference/gotemplate": ROOT / "src/gotemplate/README.md",
}
MARKDOWN_LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^ *```.*?^ *```|`[^`\n]+`", re.DOTALL | re.MULTILINE)


@dataclass
class Seen(HTMLParser):
    """What a page has in it."""

    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    styled: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.add(tag)
        self.styled = self.styled or "style" in values
        if values.get("id"):
            self.anchors.add(str(values["id"]))
        if tag == "a":
            self.links.append(str(values["href"]))
        elif tag in {"link", "img"}:
            self.loaded.append(str(values.get("href") or values.get("src") or ""))


def seen(html: str) -> Seen:
    page = Seen()
    page.feed(html)
    return page


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    server = ServerProcess(tmp_path_factory.mktemp("served"), **PRESETS).wait_ready()
    with server.client() as http:
        yield http
    assert server.stop() == 0


@pytest.fixture(scope="module")
def operations(web: httpx.Client) -> dict[str, tuple[str, str, dict[str, object]]]:
    """Give every operation of the document by its name, with its method and path."""
    return {
        operation["operationId"]: (method.upper(), path, operation)
        for path, methods in web.get("/openapi.json").json()["paths"].items()
        for method, operation in methods.items()
    }


@pytest.fixture(scope="module")
def pages(web: httpx.Client, operations: dict[str, object]) -> dict[str, Seen]:
    """Give what stands on every page, by its path."""
    names = ["", *(f"/{name}" for name in WRITTEN), "/api", "/api/schemas", *(f"/api/{name}" for name in operations)]
    found = {}
    for name in names:
        answer = web.get(f"/docs{name}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8"), name
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self'; "), name
        found[f"/docs{name}"] = seen(answer.text)
    return found


def test_every_page_is_served_with_a_title_and_no_script_or_style_of_its_own(pages: dict[str, Seen]) -> None:
    assert len(WRITTEN) > 50
    for path, page in pages.items():
        assert {"h1", "main", "nav"} <= page.tags, path
        assert not {"script", "style", "iframe"} & page.tags, path
        assert not page.styled, path


def test_every_page_can_be_reached_from_the_first(pages: dict[str, Seen]) -> None:
    reached, left = {"/docs"}, ["/docs"]
    while left:
        for link in pages[left.pop()].links:
            path = urldefrag(link).url
            if path in pages and path not in reached:
                reached.add(path)
                left.append(path)
    assert reached == set(pages)


def test_every_link_leads_to_a_page_and_a_place_that_are_there(web: httpx.Client, pages: dict[str, Seen]) -> None:
    answers: dict[str, int] = {}
    broken = []
    for path, page in pages.items():
        for link in page.links:
            target, anchor = urldefrag(urljoin(path, link))
            if target.startswith(("http://", "https://", "mailto:")):
                continue
            if target in pages:
                if anchor and anchor not in pages[target].anchors:
                    broken.append((path, link))
                continue
            if target not in answers:
                answers[target] = web.get(target).status_code
            if answers[target] != 200:
                broken.append((path, link))
    assert broken == []


def test_what_a_page_loads_comes_from_this_server(web: httpx.Client, pages: dict[str, Seen]) -> None:
    loaded = {one for page in pages.values() for one in page.loaded}
    assert not [one for one in loaded if not one.startswith("/") or one.startswith("//")]
    assert sum(one.endswith(".png") for one in loaded) == len(list((ROOT / "docs/images").glob("*.png")))
    kinds = {".css": "text/css; charset=utf-8", ".png": "image/png", ".md": "text/markdown; charset=utf-8"}
    for one in loaded - {"/llms.txt"}:
        answer = web.get(one)
        assert (answer.status_code, answer.headers["content-type"]) == (200, kinds[Path(one).suffix]), one


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_a_page_is_served_as_markdown_too(web: httpx.Client, name: str) -> None:
    answer = web.get(f"/docs/{name}.md")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/markdown; charset=utf-8")
    written = WRITTEN[name].read_text(encoding="utf-8")
    assert CODE.findall(answer.text) == CODE.findall(written)
    assert answer.text.splitlines()[0] == written.splitlines()[0]
    for link in MARKDOWN_LINK.findall(CODE.sub("", answer.text)):
        target = urldefrag(urljoin(f"/docs/{name}.md", link)).url
        if "://" not in target:
            assert web.get(target).status_code == 200, link


def test_the_index_for_programs_lists_every_page_as_markdown(web: httpx.Client, operations: dict[str, object]) -> None:
    index = web.get("/llms.txt")
    assert index.headers["content-type"] == "text/plain; charset=utf-8"
    assert index.text.startswith("# Promptwire\n\n> ")
    listed = MARKDOWN_LINK.findall(index.text)
    names = [*WRITTEN, "api", "api/schemas", *(f"api/{name}" for name in operations)]
    assert sorted(listed) == sorted(f"{web.base_url}/docs/{name}.md" for name in names)
    for address in listed:
        assert web.get(address).headers["content-type"] == "text/markdown; charset=utf-8"
    assert not [line for line in index.text.splitlines() if line.startswith("- ") and line.endswith(": ")]


def test_every_operation_has_a_page_with_what_it_takes_and_answers(
    web: httpx.Client, operations: dict[str, tuple[str, str, dict[str, object]]]
) -> None:
    assert len(operations) > 100
    for name, (method, path, operation) in operations.items():
        text = web.get(f"/docs/api/{name}.md").text
        assert f"`{method} {path}`" in text
        parameters = operation.get("parameters", [])
        assert isinstance(parameters, list)
        assert set(re.findall(r"^\| `([\w-]+)` \| (?:path|query|header)", text, re.MULTILINE)) == {
            one["name"] for one in parameters
        }, name
        statuses = operation["responses"]
        assert isinstance(statuses, dict)
        assert re.findall(r"^\| (\d{3}) \|", text, re.MULTILINE) == list(statuses), name


def test_a_page_that_is_not_there_and_a_wrong_method_are_refused(web: httpx.Client) -> None:
    missing = web.get("/docs/howto/fly")
    assert (missing.status_code, missing.json()["error"]) == (404, "Cannot GET /docs/howto/fly")
    for outside in ("/docs/../pyproject.toml", "/docs/..%2Fpyproject.toml", "/docs/%2e%2e/ARCHITECTURE.md"):
        assert web.get(outside).status_code == 404 or "[project]" not in web.get(outside).text
    assert web.post("/docs").json() == {"error": "Method Not Allowed", "code": "method_not_allowed"}


def test_a_page_is_sent_once_and_compressed(web: httpx.Client) -> None:
    first = web.get("/docs/howto/tour", headers={"Accept-Encoding": "gzip"})
    assert first.headers["content-encoding"] == "gzip"
    assert web.get("/docs/howto/tour", headers={"If-None-Match": first.headers["etag"]}).status_code == 304


def test_behind_a_prefix_every_link_has_it(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, **PRESETS, PROMPTWIRE_PUBLIC_URL="https://example.com/prompts").wait_ready()
    with server.client() as http:
        for path in ("/prompts/docs", "/docs/howto/tour", "/prompts/docs/api/setVersionTag"):
            page = seen(http.get(path).text)
            assert not [
                one for one in (*page.links, *page.loaded) if one.startswith("/") and not one.startswith("/prompts/")
            ]
        assert "https://example.com/prompts/docs/howto/tour.md" in http.get("/prompts/llms.txt").text
    assert server.stop() == 0
