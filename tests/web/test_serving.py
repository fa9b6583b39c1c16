"""How the pages go over the wire: their headers, what may be kept, and what is no page."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from promptwire.web.app import create_app
from promptwire.web.pages import Pages
from support.server import ServerProcess, http_client

HTML = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture(scope="module")
def http(server: ServerProcess) -> Iterator[httpx.Client]:
    with http_client(server.url, None) as client:
        yield client


def test_every_page_begins_with_the_index_and_a_policy_of_its_own(http: httpx.Client) -> None:
    policies = set()
    for path in ("/", "/teams/x/prompts/y"):
        answer = http.get(path, headers=HTML)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        [nonce] = re.findall(r"'nonce-([^']+)'", policy)
        assert f'name="csp-nonce" content="{nonce}"' in answer.text
        policies.add(policy)
    assert len(policies) == 2


def test_a_script_may_be_kept_for_ever_and_comes_compressed(http: httpx.Client) -> None:
    [script] = re.findall(r'src="\./(assets/[^"]+\.js)"', http.get("/", headers=HTML).text)
    answer = http.get(f"/{script}", headers={"Accept-Encoding": "gzip"})
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    plain = http.get(f"/{script}", headers={"Accept-Encoding": "identity"})
    assert plain.content == answer.content
    assert "content-encoding" not in plain.headers
    again = http.get(f"/{script}", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_first_screen_has_less_than_300_kilobytes_of_script(http: httpx.Client) -> None:
    scripts = re.findall(r'(?:src|href)="\./(assets/[^"]+\.js)"', http.get("/", headers=HTML).text)
    sent = [http.get(f"/{one}", headers={"Accept-Encoding": "gzip"}) for one in scripts]
    assert 0 < sum(int(answer.headers["content-length"]) for answer in sent) < 300_000


def test_no_page_and_no_script_names_another_host(http: httpx.Client) -> None:
    index = http.get("/", headers=HTML).text
    assert re.findall(r'(?:src|href)="(?:https?:)?//', index) == []


@pytest.mark.parametrize("path", ["/assets/gone.js", "/nothing"])
def test_what_is_no_page_is_not_found(http: httpx.Client, path: str) -> None:
    answer = http.get(path)
    assert (answer.status_code, answer.json()["error"]) == (404, f"Cannot GET {path}")


def test_a_stale_script_is_not_answered_with_a_page(http: httpx.Client) -> None:
    assert http.get("/assets/gone.js", headers=HTML).status_code == 404


def test_only_reading_is_possible(http: httpx.Client) -> None:
    assert http.post("/").status_code == 405


@pytest.mark.parametrize("path", ["/../pyproject.toml", "/%2e%2e/app.py", "/assets/../../app.py", "/.made-of"])
def test_nothing_else_can_be_read(http: httpx.Client, path: str) -> None:
    assert http.get(path).status_code == 404


def test_where_nothing_is_built_the_front_page_says_how_to_get_it(tmp_path: Path) -> None:
    transport = httpx.ASGITransport(create_app(dict, pages=Pages(tmp_path)))

    async def ask() -> tuple[str, int]:
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            page, other = await client.get("/"), await client.get("/teams/x", headers=HTML)
            return page.text, other.status_code

    with ThreadPoolExecutor(1) as elsewhere:  # for the browser of other tests has a loop in this thread
        text, status = elsewhere.submit(lambda: asyncio.run(ask())).result()
    assert "<code>make web</code> builds it" in text
    assert status == 404
