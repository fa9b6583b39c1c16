"""Times, texts and JSON come back from every database exactly as they went in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from promptwire.domain.errors import InvalidInput
from promptwire.domain.labels import MAX_LABEL
from promptwire.domain.texts import MAX_NAME
from promptwire.domain.users import check_email
from promptwire.ports.storage import Transaction
from promptwire.wire.content import Content
from support import make
from support.make import Ground

TIMES = [
    datetime(2026, 2, 3, 4, 5, 6, 1, UTC),
    datetime(2026, 2, 3, 4, 5, 6, 999_999, UTC),
    datetime(2026, 2, 3, 4, 5, 6, 0, UTC),
    datetime(2026, 3, 29, 2, 30, 0, 0, timezone(timedelta(hours=2))),
    datetime(2026, 1, 1, 0, 0, 0, 5, timezone(-timedelta(hours=11, minutes=30))),
    datetime(1, 1, 2, tzinfo=UTC),
    datetime(9999, 12, 30, 23, 59, 59, 999_999, UTC),
]


@pytest.mark.parametrize("at", TIMES, ids=str)
def test_a_time_keeps_its_microseconds_and_comes_back_in_utc(
    read: Transaction, write: Transaction, at: datetime
) -> None:
    org = make.organization(created_at=at)
    write.organizations.insert(org)
    found = read.organizations.get(org.id)
    assert found
    assert found.created_at == at
    assert found.created_at.tzinfo is UTC


def test_a_time_without_zone_is_refused(write: Transaction) -> None:
    org = make.organization(created_at=datetime(2026, 2, 3))  # noqa: DTZ001 - the point of the test
    with pytest.raises(Exception, match="zone"):
        write.organizations.insert(org)


TEXTS = [
    "😀" * MAX_NAME,
    "\U0010ffff" * MAX_NAME,
    "ﬃ" * MAX_NAME,
    "ΐ" * MAX_NAME,
    "e\u0301é",
    "'; DROP TABLE users; --",
    '"%_\\x00${}?:name',
    "\u202eabc\u200b",
    " a ",
    "\uffff\ufdd0",
]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_names_of_any_255_code_points_come_back(
    read: Transaction, write: Transaction, ground: Ground, text: str
) -> None:
    org, team = make.organization(name=text), make.team(ground.org.id, name=text, slug=text)
    prompt = make.prompt(ground.team.id, name=text, slug=text, description=text)
    key = make.key(ground.org.id, ground.user.id, name=text)
    write.organizations.insert(org)
    write.teams.insert(team)
    write.prompts.insert(prompt)
    write.keys.insert(key, make.secret_hash())
    assert read.organizations.by_name(text) == org
    assert read.teams.get(team.id) == team
    assert read.prompts.by_slug(text, [ground.team.id]) == [prompt]
    assert read.keys.get(key.id) == key


@pytest.mark.parametrize("label", ["😀" * MAX_LABEL, "\ufdfa" * MAX_LABEL, "ΐ" * MAX_LABEL, "a/b%2F,c?"])
def test_labels_of_any_60_code_points_come_back(
    read: Transaction, write: Transaction, ground: Ground, label: str
) -> None:
    version, protected = make.version(ground.prompt.id, 1), make.protected_label(ground.team.id, label)
    change = make.change(ground.scope, label=label, object_kind="label", object_id=label)
    write.versions.insert(version)
    write.protected_labels.put(protected)
    write.labels.put(make.placement(version, label))
    write.record(change)
    assert read.versions.by_label(ground.prompt.id, label) == replace(version, labels=(label,))
    assert read.protected_labels.of_team(ground.team.id) == [protected]


def test_the_longest_address_comes_back(read: Transaction, write: Transaction) -> None:
    user = make.user(email=check_email("A" * (254 - len("@example.com")) + "@example.com"))
    write.users.insert(user, "hash")
    assert read.users.by_email(user.email.lower()) == user


def test_a_large_template_comes_back(read: Transaction, write: Transaction, ground: Ground) -> None:
    version = make.version(ground.prompt.id, 1, content=Content(template="a\r\n\t😀" * 600_000))
    write.versions.insert(version)
    assert read.versions.get(version.id) == version


LOOK_UPS: list[Callable[[Transaction, str], object]] = [
    lambda tx, text: tx.users.get(text),
    lambda tx, text: tx.users.by_email(text),
    lambda tx, text: tx.organizations.get(text),
    lambda tx, text: tx.organizations.by_name(text),
    lambda tx, text: tx.teams.get(text),
    lambda tx, text: tx.keys.get(text),
    lambda tx, text: tx.prompts.get(text),
    lambda tx, text: tx.prompts.by_slug("slug", [text]) or None,
    lambda tx, text: tx.prompts.by_slug(text, [make.new_id()]) or None,
    lambda tx, text: tx.versions.get(text),
    lambda tx, text: tx.versions.by_label(text, "prod"),
    lambda tx, text: tx.versions.by_label(make.new_id(), text),
    lambda tx, text: tx.versions.of_prompt(make.new_id(), None, [text]) or None,
]


@pytest.mark.parametrize("text", ["", "\0", "a\0b", "\ud800", "a" * 100_000, "😀"], ids=ascii)
def test_looking_for_a_text_that_is_not_there_finds_nothing(read: Transaction, text: str) -> None:
    for look_up in LOOK_UPS:
        assert look_up(read, text) is None


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800"], ids=ascii)
def test_a_text_that_one_database_cannot_hold_is_refused_by_all(
    read: Transaction, write: Transaction, ground: Ground, text: str
) -> None:
    version = make.version(ground.prompt.id, 1, content=Content(template="a"))
    unstorable = replace(version, content=Content(template=text))
    with pytest.raises(InvalidInput, match="must not contain NUL"):
        write.versions.insert(unstorable)
    with pytest.raises(InvalidInput, match="must not contain NUL"):
        write.prompts.update(replace(ground.prompt, description=text))
    assert read.versions.get(version.id) is None
    assert read.prompts.get(ground.prompt.id) == ground.prompt


JSON_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | JSON_TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(JSON_TEXT, inner),
    max_leaves=20,
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=JSON)
def test_json_comes_back_with_the_same_hash(read: Transaction, write: Transaction, ground: Ground, value: Any) -> None:
    prompt = make.prompt(ground.team.id)
    content = Content(kind="chat", messages=[value], model_params=value, tools=value, response_format=[[value]])
    version = make.version(prompt.id, 1, content=content)
    write.prompts.insert(prompt)
    write.versions.insert(version)
    found = read.versions.get(version.id)
    assert found == version
    assert found.content.content_hash == version.content_hash
