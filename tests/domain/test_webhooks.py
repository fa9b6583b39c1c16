"""Webhooks: which events they are told, with which secrets, and how long somebody is tried."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from promptwire.domain.errors import InvalidInput
from promptwire.domain.events import EVENTS, check_patterns, matches
from promptwire.domain.webhooks import Patience, Webhook, read_waits

SOURCE = Path(__file__).parents[2] / "src/promptwire"
NOT_OF_AN_ORGANIZATION = ("user.", "session.", "store.")
AT = datetime(2026, 3, 14, tzinfo=UTC)


def test_every_action_in_an_organization_is_an_event() -> None:
    """One that is missing belongs into `domain/events.py`, and into docs/reference/webhooks.md."""
    found: set[str] = set()
    for path in SOURCE.glob("services/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.update(re.findall(r"^[a-z_]+\.[a-z_]+$", node.value))
    written = {action for action in found if not action.startswith(NOT_OF_AN_ORGANIZATION)}
    assert written <= EVENTS


def test_patterns_name_events() -> None:
    assert check_patterns(["label.*", "prompt.created", "label.*"]) == ("label.*", "prompt.created")
    assert matches(("label.*",), "label.moved")
    assert matches(("*",), "label.moved")
    assert matches(("label.set", "label.moved"), "label.moved")
    assert not matches(("label.*", "label.moved"), "protected_label.set")
    assert not matches(("label.set",), "label.moved")


@pytest.mark.parametrize("pattern", ["lable.*", "label.mooved", "label", "*.moved", "**", "", "user.created", "label."])
def test_a_pattern_that_could_never_match_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_patterns([pattern])
    assert str(refused.value) == f"there is no event {pattern!r}: docs/reference/webhooks.md lists them"


@pytest.mark.parametrize("patterns", [[], [f"label.{at}" for at in range(51)]])
def test_there_are_1_to_50_patterns(patterns: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_patterns(patterns)
    assert str(refused.value) == "events must name 1 to 50 events, such as label.moved, label.* or *"


def test_tries_are_further_and_further_apart_with_jitter_and_end() -> None:
    patience = Patience(waits=(10, 100), give_up_after=timedelta(days=1))
    assert [patience.wait(1, luck) for luck in (0, 0.5, 1)] == [timedelta(seconds=s) for s in (7.5, 10, 12.5)]
    assert patience.wait(2, 0.5) == timedelta(seconds=100)
    assert patience.wait(3, 0.5) is None


@pytest.mark.parametrize("text", ["a", "-1", "nan", "604801", ",".join(["1"] * 21)])
def test_waits_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"float|must be"):
        read_waits(text)


def test_the_secret_before_signs_for_a_day() -> None:
    webhook = Webhook(
        id="w",
        org_id="o",
        name="n",
        url="https://example.com",
        events=("*",),
        secret="new",
        previous_secret="old",
        previous_until=AT,
        cursor=0,
        created_by=None,
        created_at=AT,
        updated_at=AT,
    )
    assert webhook.secrets(AT - timedelta(seconds=1)) == ("new", "old")
    assert webhook.secrets(AT) == ("new",)
    assert "old" not in repr(webhook)
    assert "new" not in repr(webhook)
