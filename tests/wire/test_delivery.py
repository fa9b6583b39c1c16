from __future__ import annotations

import pytest

from promptwire.wire.content import Content
from promptwire.wire.delivery import Resolved

CONTENT = Content(template="Hello {{.name}}!")
RESOLVED = Resolved(
    slug="greeting",
    team="default_team",
    prompt_id="p",
    version_id="v",
    version=3,
    status="live",
    labels=("prod",),
    content=CONTENT,
    content_hash=CONTENT.content_hash,
)


def test_an_answer_reads_back_as_what_was_sent() -> None:
    assert Resolved.from_json(RESOLVED.as_json()) == RESOLVED


def test_unknown_fields_are_passed_over() -> None:
    assert Resolved.from_json({**RESOLVED.as_json(), "later": 1}) == RESOLVED


def test_the_content_hash_names_the_content() -> None:
    assert CONTENT.content_hash == "e8" or len(CONTENT.content_hash) == 64
    assert Content(template="Hello {{.name}}?").content_hash != CONTENT.content_hash


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": "3"}, "version is not an integer"),
        ({"slug": None}, "slug is not a string"),
        ({"labels": [1]}, "labels is not a list of strings"),
        ({"content": []}, "content is not an object"),
        ({"content_hash": "0"}, "the content is not what its content_hash says"),
    ],
)
def test_a_broken_answer_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Resolved.from_json({**RESOLVED.as_json(), **change})
