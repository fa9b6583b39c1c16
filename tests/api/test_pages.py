"""Lists in pages, for those who ask for them: px0 returns everything, and so do we to its clients."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptwire.api.v1.pages import encoded, read_moment, read_number
from promptwire.domain.pages import Moment
from support.scene import Scene

COUNT = 7


def _prompts(scene: Scene) -> str:
    return str(scene.prompt(name="more")["id"])


def _version(scene: Scene) -> str:
    return str(scene.does("POST /v1/prompts/{prompt}/versions", {"template": "x"})["id"])


def _payload(scene: Scene) -> str:
    return str(scene.does("POST /v1/prompts/{prompt}/payloads", {"variables": 1})["id"])


def _key(scene: Scene) -> str:
    body = {"name": "key", "org_id": scene.world.org.id}
    return str(scene.ask("editor, organization admin", "POST /v1/api-keys", body).json()["id"])


LISTS: dict[str, tuple[str, Callable[[Scene], str]]] = {
    "team's prompts": ("GET /v1/teams/{team}/prompts?status=active", _prompts),
    "prompts": ("GET /v1/prompts?team={team}", _prompts),
    "versions": ("GET /v1/prompts/{prompt}/versions?status=draft", _version),
    "payloads": ("GET /v1/prompts/{prompt}/payloads?", _payload),
    "keys": ("GET /v1/api-keys?org_id={org}", _key),
}


@pytest.fixture(params=LISTS)
def listed(scene: Scene, request: pytest.FixtureRequest) -> Listed:
    return Listed(scene, *LISTS[request.param])


class Listed:
    """A list with a few items in it, as the administrator of the organization sees it."""

    def __init__(self, scene: Scene, request: str, add: Callable[[Scene], str]) -> None:
        scene.names["org"] = scene.world.org.id
        scene.prompt()
        self.scene, self.request, self._add = scene, request, add
        for _ in range(COUNT):
            self.add()

    def add(self) -> str:
        """Add an item; gives its id."""
        return self._add(self.scene)

    def ask(self, query: str = "") -> dict[str, Any]:
        """Give the whole answer."""
        answer = self.scene.ask("editor, organization admin", self.request + query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def page(self, limit: str, cursor: str | None = None) -> tuple[list[str], str | None]:
        """Give the ids on a page, and the cursor of the next one."""
        answer = self.ask(limit + (f"&cursor={cursor}" if cursor else ""))
        return ids(answer), answer["next_cursor"]


def ids(answer: dict[str, Any]) -> list[str]:
    [items] = [value for name, value in answer.items() if name != "next_cursor"]
    return [item["id"] for item in items]


def test_who_asks_for_no_page_gets_everything(listed: Listed) -> None:
    answer = listed.ask()
    assert "next_cursor" not in answer
    assert len(ids(answer)) >= COUNT
    assert listed.ask("&limit=&cursor=") == answer


@pytest.mark.parametrize("limit", [1, 2, COUNT - 1, COUNT, 200])
def test_the_pages_together_are_the_list(listed: Listed, limit: int) -> None:
    found, cursor = listed.page(f"&limit={limit}")
    while cursor:
        assert len(found) % limit == 0
        more, cursor = listed.page(f"&limit={limit}", cursor)
        assert more
        found += more
    assert found == ids(listed.ask())


def test_what_is_added_meanwhile_shifts_nothing(listed: Listed) -> None:
    before = ids(listed.ask())
    found, cursor = listed.page("&limit=3")
    while cursor:
        listed.add()
        more, cursor = listed.page("&limit=3", cursor)
        found += more
    assert found == before


def test_a_cursor_alone_gives_a_page_of_fifty(listed: Listed) -> None:
    first, cursor = listed.page("&limit=2")
    rest = listed.ask(f"&cursor={cursor}")
    assert rest["next_cursor"] is None
    assert first + ids(rest) == ids(listed.ask())


LIMIT = "400 invalid_input: limit must be a number from 1 to 200"
CURSOR = "400 invalid_input: invalid cursor: pass the next_cursor of the page before, as it is"
WRONG_LIMITS = ["0", "201", "-1", "x", "1.5", "1e2", "1000", "\u0663", "%00"]
WRONG_CURSORS = [
    "x",
    "%00",
    "\u0663",
    urlsafe_b64encode(b"before:0").decode(),
    urlsafe_b64encode(b"before:1 ").decode(),
    urlsafe_b64encode(b"after:2026-13-01T00:00:00.000000Z:00000000-0000-0000-0000-000000000000").decode(),
    urlsafe_b64encode(b"after:2026-01-01T00:00:00.000000Z:").decode(),
    urlsafe_b64encode(b"\xff\xfe").decode(),
]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        *[(f"&limit={limit}", LIMIT) for limit in WRONG_LIMITS],
        *[(f"&cursor={cursor}", CURSOR) for cursor in WRONG_CURSORS],
        ("&limit=0&cursor=x", LIMIT),
    ],
)
@pytest.mark.parametrize("name", ["versions", "payloads"])
def test_a_page_that_cannot_be_is_refused(shared: Scene, name: str, query: str, expected: str) -> None:
    shared.names["org"] = shared.world.org.id
    shared.refuses("editor, organization admin", LISTS[name][0] + query, None, expected)


@pytest.mark.parametrize("name", LISTS)
def test_the_cursor_of_another_kind_of_list_is_refused(shared: Scene, name: str) -> None:
    shared.names["org"] = shared.world.org.id
    other = encoded(Moment(shared.world.org.created_at, shared.names["team"]) if name == "versions" else 3)
    shared.refuses("editor, organization admin", f"{LISTS[name][0]}&cursor={other}", None, CURSOR)
    shared.refuses("editor, organization admin", f"{LISTS[name][0]}&limit=0", None, LIMIT)


def test_a_list_without_a_team_is_empty_in_pages_too(shared: Scene) -> None:
    assert shared.ask("viewer", "GET /v1/prompts?limit=5").json() == {"prompts": [], "next_cursor": None}
    shared.refuses("viewer", "GET /v1/prompts?limit=x", None, LIMIT)


def test_who_may_not_is_told_that_first(shared: Scene) -> None:
    shared.refuses("stranger", "GET /v1/teams/{team}/prompts?limit=x", None, "403 forbidden: forbidden")
    shared.refuses(
        "stranger", "GET /v1/prompts/{prompt}/versions?limit=x", None, "404 prompt_not_found: prompt not found"
    )
    shared.refuses(
        "stranger", f"GET /v1/api-keys?org_id={shared.world.org.id}&limit=x", None, "403 forbidden: forbidden"
    )


@given(st.integers(1, 10**18 - 1))
def test_a_cursor_leads_back_to_its_number(number: int) -> None:
    assert read_number(encoded(number)) == number


@given(st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 30), timezones=st.just(UTC)), st.uuids())  # noqa: DTZ001 - hypothesis adds the zone
def test_a_cursor_leads_back_to_its_moment(at: datetime, item: UUID) -> None:
    assert read_moment(encoded(Moment(at, str(item)))) == Moment(at, str(item))
