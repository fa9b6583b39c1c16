from __future__ import annotations

import json
from typing import Any

import pytest

from promptwire.wire.content import Content
from promptwire.wire.delivery import Resolved
from promptwire.wire.sync import PURGED, Asked, Engine, Found, Gone, SyncAnswer, SyncRequest

CONTENT = Content(template="Hello {{.name}}!")
FOUND = Found(
    asked=Asked("support/greeting", "prod"),
    slug="greeting",
    team="support",
    prompt_id="p",
    version_id="v",
    version=3,
    status="live",
    labels=("prod",),
    content_hash=CONTENT.content_hash,
)
ANSWER = SyncAnswer(
    cursor="c",
    reset=True,
    more=True,
    engine=Engine(numbers="float64"),
    prompts=(FOUND,),
    contents={CONTENT.content_hash: CONTENT},
    gone=(
        Gone(asked=Asked("a", version=2), reason=PURGED),
        Gone(asked=Asked("b"), reason="ambiguous_slug", candidates=("x/b", "y/b")),
    ),
    purged=("w",),
)


def over_the_wire(value: object) -> Any:
    return json.loads(json.dumps(value))


def test_an_answer_reads_back_as_what_was_sent() -> None:
    assert SyncAnswer.from_json(over_the_wire(ANSWER.as_json())) == ANSWER


def test_unknown_fields_are_passed_over_and_lists_may_be_missing() -> None:
    least = {"cursor": "c", "engine": {"later": 1}, "later": 2}
    assert SyncAnswer.from_json(least) == SyncAnswer(cursor="c")


def test_a_request_says_only_what_is_asked() -> None:
    asked = [Asked("a"), Asked("b", "prod"), Asked("c", version=1)]
    assert SyncRequest(prompts=asked[:2], add=asked[2:], have=["h"]).as_json() == {
        "cursor": None,
        "prompts": [{"prompt": "a"}, {"prompt": "b", "label": "prod"}],
        "add": [{"prompt": "c", "version": 1}],
        "have": ["h"],
    }
    assert SyncRequest(cursor="c").as_json() == {"cursor": "c"}


def test_a_found_version_and_its_content_are_what_the_resolve_route_answers() -> None:
    resolved = FOUND.resolved(CONTENT, Engine(numbers="float64"))
    assert Resolved.from_json(resolved.as_json()) == resolved
    assert (resolved.version, resolved.labels, resolved.numbers) == (3, ("prod",), "float64")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cursor": 1}, "cursor is not a string"),
        ({"reset": 1}, "reset is not true or false"),
        ({"engine": None}, "engine is not an object"),
        ({"prompts": {}}, "prompts is not a list"),
        ({"prompts": [{"asked": {"prompt": 1}}]}, "prompt is not a string"),
        ({"gone": [{"asked": {"prompt": "a", "version": "1"}}]}, "version is not an integer"),
        ({"gone": [1]}, "gone is not an object"),
        ({"contents": {"0": CONTENT.as_json()}}, "a content is not what its hash says"),
        ({"purged": [1]}, "purged is not a list of strings"),
    ],
)
def test_a_broken_answer_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SyncAnswer.from_json({**ANSWER.as_json(), **change})


def test_an_answer_in_which_nothing_changed_is_short() -> None:
    assert len(json.dumps(SyncAnswer(cursor="c" * 64).as_json())) <= 300
