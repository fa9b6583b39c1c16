"""What each change of the log makes memory forget."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from promptwire.domain.changes import INSTANCE, Scope
from promptwire.readmodel.topics import KINDS, touched_by
from support import make

ORG = Scope("org", "o")
PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "change-log.md").read_text(encoding="utf-8")
ACTIONS = re.findall(r"`([a-z_]+\.[a-z_]+)`", PAGE[PAGE.index("## Actions") : PAGE.index("## What it says")])


def test_every_kind_of_object_in_the_log_is_known() -> None:
    assert len(ACTIONS) > 50
    assert {action.partition(".")[0] for action in ACTIONS} == set(KINDS)


@pytest.mark.parametrize(
    ("action", "fields", "topics"),
    [
        ("prompt.created", {"after": {"slug": "s"}}, {"prompt:x", "slug:s"}),
        ("prompt.moved", {"before": {"slug": "s"}, "after": {"slug": "t"}}, {"prompt:x", "slug:s", "slug:t"}),
        ("prompt.deleted", {"before": {"slug": "s"}}, {"prompt:x", "slug:s"}),
        ("prompt.updated", {}, {"prompt:x"}),
        ("prompt.archived", {}, {"prompt:x"}),
        ("prompt.becomes_something", {}, {"prompt:x", "slugs"}),
        ("version.promoted", {"prompt_id": "p"}, {"prompt:p"}),
        ("label.moved", {"prompt_id": "p"}, {"prompt:p"}),
        ("label.moved", {}, None),
        ("team.created", {}, {"team:x", "teams of org:o"}),
        ("team_member.added", {}, {"user:x"}),
        ("organization_member.removed", {}, {"user:x"}),
        ("organization.renamed", {}, set()),
        ("organization.deleted", {}, None),
        ("key.updated", {}, {"key:x", "unknown tokens"}),
        ("session.deleted", {}, {"session:x", "unknown tokens"}),
        ("user.updated", {}, {"user:x"}),
        ("payload.created", {"prompt_id": "p"}, set()),
        ("change_request.applied", {"prompt_id": "p"}, set()),
        ("protected_label.set", {}, set()),
        ("something_new.happened", {}, None),
    ],
)
def test_a_change_touches_what_reads_depend_on(action: str, fields: dict[str, Any], topics: set[str] | None) -> None:
    change = make.change(ORG, action=action, object_id="x", **fields)
    assert touched_by([change]) == (None if topics is None else frozenset(topics))


def test_changes_together_touch_what_each_does() -> None:
    one, two, nothing, unknown = (
        make.change(INSTANCE, action=action, object_id="x")
        for action in ("user.updated", "key.deleted", "invitation.created", "unknown.thing")
    )
    assert touched_by([one, nothing, two]) == frozenset({"user:x", "key:x", "unknown tokens"})
    assert touched_by([one, unknown, two]) is None
    assert touched_by([]) == frozenset()
