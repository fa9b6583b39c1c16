"""The instance on `/v1`: its settings without secrets, and everybody who has an account."""

from __future__ import annotations

import pytest

from promptwire.settings import ServerSettings
from promptwire.settings.shown import shown
from support.answers import said
from support.server import ADMIN_PASSWORD, API_KEY
from support.world import World

SETTINGS, PEOPLE = "/v1/instance/settings", "/v1/instance/people"


@pytest.mark.parametrize("path", [SETTINGS, PEOPLE])
def test_only_administrators_of_the_instance_are_told(world: World, path: str) -> None:
    assert said(world.person(org_role="owner").http.get(path)) == (403, "forbidden")
    assert said(world.http(world.key("admin")).get(path)) == (403, "access token required")


def test_every_setting_is_told_and_no_secret(world: World) -> None:
    answer = world.person(is_admin=True).http.get(SETTINGS)
    settings = {one["name"]: one for one in answer.json()["settings"]}
    assert settings.keys() == {f"PROMPTWIRE_{name.upper()}" for name in ServerSettings.model_fields}
    assert all(one["means"] for one in settings.values())
    limit = settings["PROMPTWIRE_ADDRESS_LIMIT"]
    assert (limit["value"], limit["is_default"]) == ("1000000", False)
    assert settings["PROMPTWIRE_SIGN_UP"]["value"] == "invite"
    password = settings["PROMPTWIRE_ADMIN_PASSWORD"]
    assert (password["value"], password["is_secret"]) == (None, True)
    assert ADMIN_PASSWORD not in answer.text
    assert API_KEY not in answer.text


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://prompts:s3cret@db:5432/promptwire", "postgresql://prompts:***@db:5432/promptwire"),
        (
            "postgresql://db/promptwire?user=prompts&password=s3cret",
            "postgresql://db/promptwire?user=prompts&password=***",
        ),
        ("postgresql://prompts@db/promptwire", "postgresql://prompts@db/promptwire"),
    ],
)
def test_a_database_is_told_without_its_password(url: str, told: str) -> None:
    [found] = [one for one in shown(ServerSettings(database=url)) if one.name == "PROMPTWIRE_DATABASE"]
    assert found.value == told


def test_people_are_told_page_by_page_newest_first(world: World) -> None:
    administrator = world.person(is_admin=True)
    people = [world.person() for _ in range(3)]
    newest = administrator.http.get(PEOPLE, params={"limit": "2"}).json()
    assert [one["id"] for one in newest["people"]] == [people[2].user.id, people[1].user.id]
    rest = administrator.http.get(PEOPLE, params={"limit": "200", "cursor": newest["next_cursor"]}).json()
    assert [one["id"] for one in rest["people"][:2]] == [people[0].user.id, administrator.user.id]
    assert said(administrator.http.get(PEOPLE, params={"limit": "0"}))[0] == 400
