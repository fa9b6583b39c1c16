"""When a process reports, and what a report says; with a clock of the test's own and no server at all."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from promptwire.client.book import Book, Terms
from promptwire.client.exchange import Reply, Request, Response, Silence
from promptwire.client.protocol import Site
from promptwire.client.reference import Reference
from promptwire.client.reporter import UseReporter, own_instance
from promptwire.client.scorer import Batch, Scorer
from promptwire.wire.content import Content
from promptwire.wire.scores import Score
from promptwire.wire.sync import Asked, Found, SyncAnswer

SCORE = Score(id="01234567-89ab-cdef-0123-456789abcdef", name="n", value=1)


def book_with(*versions: int) -> Book:
    """Give a book that serves a prompt, and has served its earlier versions."""
    book = Book(Site("http://x", has_key=True), Terms(max_stale=60, grace=60, strict=False))
    for version in versions:
        content = Content(template=f"{version}")
        found = Found(
            asked=Asked("greeting"),
            slug="greeting",
            team="t",
            prompt_id="p",
            version_id=f"v{version}",
            version=version,
            status="live",
            labels=(),
            content_hash=content.content_hash,
        )
        book.take(SyncAnswer(cursor="c", prompts=(found,), contents={content.content_hash: content}), 0.0)
    book.confirmation.at = 99.0
    return book


def render(book: Book, times: int = 1) -> None:
    for _ in range(times):
        book.copies[Reference("greeting", None, None)].prompt.render({})


def reporter(**given: Any) -> UseReporter:
    return UseReporter(
        given.pop("service", ""), given.pop("instance", None), lambda: 0.5, wanted=given.pop("wanted", True)
    )


def taken(wait: float | None = 60.0) -> Reply:
    return Response(200, {}, json.dumps({"wait": wait}).encode())


def body(request: Request) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(request.body)
    return found


def test_nothing_is_said_before_there_is_something_to_say() -> None:
    empty = Book(Site("http://x", has_key=True), Terms(max_stale=60, grace=60, strict=False))
    one = reporter()
    assert one.due(100.0, empty) == math.inf or one.due(100.0, empty) > 0
    assert not one.has_news(empty)
    assert reporter(wanted=False).due(100.0, book_with(1)) == math.inf


def test_a_report_is_due_soon_after_something_is_served_and_then_as_the_server_says() -> None:
    book, one = book_with(1), reporter(service="checkout", instance="web-1")
    assert one.due(100.0, book) == pytest.approx(0.6)
    render(book, 3)
    said = body(one.request(100.6, book))
    assert said["process"]["service"] == "checkout"
    assert (said["number"], said["ending"], round(said["age"], 1)) == (1, False, 1.6)
    assert said["serves"] == [{"prompt_id": "p", "version": 1, "label": "live", "source": "server"}]
    assert [(row["version"], row["renders"], row["errors"]) for row in said["uses"]] == [(1, 3, 0)]
    assert one.heard(taken(60.0), 100.7)
    assert one.due(100.7, book) == pytest.approx(57.0)
    render(book)
    assert one.due(101.0, book) > 50, "a render alone waits for the next report"
    assert [row["renders"] for row in body(one.request(157.7, book))["uses"]] == [1]


def test_what_was_not_answered_is_said_again_word_by_word_before_anything_else() -> None:
    book, one = book_with(1), reporter()
    render(book)
    first = one.request(100.0, book)
    assert not one.heard(Silence("gave no answer"), 101.0)
    render(book, 5)
    assert one.due(101.0, book) > 3
    again = one.request(105.0, book)
    assert again == first
    assert one.heard(taken(), 105.0)
    after = body(one.request(170.0, book))
    assert (after["number"], after["uses"][0]["renders"]) == (2, 5)


def test_pauses_grow_while_nobody_answers() -> None:
    book, one = book_with(1), reporter()
    pauses = []
    now = 100.0
    for _ in range(8):
        one.request(now, book)
        one.heard(Response(503, {}, b""), now)
        pauses.append(one.due(now, book))
        now += pauses[-1]
    assert pauses == sorted(pauses)
    assert pauses[0] < 5
    assert pauses[-1] == pauses[-2] < 160


@pytest.mark.parametrize(
    ("reply", "least"),
    [(taken(None), 3000.0), (Response(404, {}, b"{}"), 3000.0), (Response(400, {}, b"{}"), 50.0)],
)
def test_who_wants_no_reports_is_left_alone_whatever_is_served_anew(reply: Reply, least: float) -> None:
    book, one = book_with(1), reporter()
    one.request(100.0, book)
    one.heard(reply, 100.0)
    later = book_with(1, 2)
    assert one.due(100.0, book) > least
    assert one.due(101.0, later) > least - 1


def test_two_reports_are_never_closer_than_a_second() -> None:
    book, one = book_with(1), reporter()
    one.request(100.0, book)
    one.heard(taken(), 100.0)
    assert one.due(100.0, book_with(1, 2)) >= 0.6
    one.request(100.6, book)
    one.heard(taken(), 100.6)
    assert one.due(100.6, book_with(1, 2, 3)) >= 0.6


def test_a_child_begins_anew_with_what_its_parent_counted_behind_it() -> None:
    book, one = book_with(1), reporter()
    render(book, 4)
    child = one.in_child(book)
    render(book)
    theirs, ours = body(child.request(100.0, book)), body(one.request(100.0, book))
    assert theirs["process"]["id"] != ours["process"]["id"]
    assert [row["renders"] for row in theirs["uses"]] == [1]


def test_a_machine_that_is_named_by_its_address_is_not_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for host, named in (("web-7", True), ("ip-10-0-3-17.internal", False), ("10.0.3.17", False), ("", False)):
        monkeypatch.setattr("socket.gethostname", lambda host=host: host)
        assert own_instance().startswith(f"{host}-" if named else "process-")


def test_scores_are_gathered_for_a_second_and_sent_by_version() -> None:
    scorer = Scorer(lambda: 0.5)
    assert scorer.due(100.0) == math.inf
    assert scorer.add("/a", SCORE, 100.0)
    assert not scorer.add("/b", SCORE, 100.5)
    scorer.add("/a", SCORE, 100.6)
    assert scorer.due(100.6) == pytest.approx(0.4)
    batch = scorer.batch()
    assert batch
    assert (batch.path, len(batch.scores)) == ("/a", 2)
    assert scorer.heard(batch, Response(200, {}, b"{}"), 101.0)
    assert scorer.due(101.0) == 0.0
    assert scorer.waiting == 1


@pytest.mark.parametrize(
    ("reply", "kept", "dropped"),
    [
        (Silence("gave no answer"), 1, 0),
        (Response(503, {}, b""), 1, 0),
        (Response(429, {}, b""), 1, 0),
        (Response(401, {}, b""), 1, 0),
        (Response(404, {}, b""), 0, 1),
        (Response(400, {}, b""), 0, 1),
    ],
)
def test_what_may_be_taken_later_is_kept_and_what_is_refused_is_dropped(reply: Reply, kept: int, dropped: int) -> None:
    scorer = Scorer(lambda: 0.5)
    scorer.add("/a", SCORE, 100.0)
    batch = scorer.batch()
    assert isinstance(batch, Batch)
    scorer.heard(batch, reply, 101.0)
    assert (scorer.waiting, scorer.dropped) == (kept, dropped)
    assert (scorer.due(101.0) > 0.8) == bool(kept) or scorer.due(101.0) == math.inf
