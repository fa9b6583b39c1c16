from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

from promptwire import AmbiguousSlugError, NotFoundError, RefusedError, UnauthorizedError, UnavailableError
from promptwire.client.exchange import Response, Silence
from promptwire.client.reference import Reference
from promptwire.client.resolve import Delivered, Site, Unchanged, read, request_for
from promptwire.wire.content import Content
from promptwire.wire.delivery import Resolved

SITE = Site("http://prompts", has_key=True)
LABELLED = Reference("team/greeting", "prod", None)
CONTENT = Content(template="Hello {{.name}}!")
RESOLVED = Resolved(
    slug="greeting",
    team="team",
    prompt_id="p",
    version_id="v",
    version=3,
    status="live",
    labels=("prod",),
    content=CONTENT,
    content_hash=CONTENT.content_hash,
)


def refusal(status: int, code: str, **details: object) -> Response:
    body = {"error": "words", "code": code, "details": details}
    return Response(status, {}, json.dumps(body).encode())


def test_a_request_names_the_slug_as_one_segment_and_the_rest_in_the_query() -> None:
    assert request_for(Reference("greeting", None, None), None).target == "/v1/prompts/greeting/resolve"
    assert request_for(LABELLED, None).target == "/v1/prompts/greeting/resolve?team=team&label=prod"
    assert request_for(Reference("a b?ü", None, 7), None).target == "/v1/prompts/a%20b%3F%C3%BC/resolve?version=7"
    assert request_for(Reference("g", "a/b c&d", None), None).target == "/v1/prompts/g/resolve?label=a%2Fb%20c%26d"
    assert request_for(LABELLED, '"abc"').headers == {"If-None-Match": '"abc"'}


def test_a_version_is_delivered_with_its_etag() -> None:
    reply = Response(200, {"etag": '"abc"'}, json.dumps(RESOLVED.as_json()).encode())
    assert read(reply, LABELLED, SITE) == Delivered(RESOLVED, '"abc"')
    assert read(Response(304, {}, b""), LABELLED, SITE) == Unchanged()


@pytest.mark.parametrize(
    ("reference", "reply", "kind", "words"),
    [
        (
            LABELLED,
            refusal(401, "unauthorized"),
            UnauthorizedError,
            "not accept the API key: check PROMPTWIRE_API_KEY",
        ),
        (LABELLED, refusal(404, "prompt_not_found"), NotFoundError, "no prompt 'team/greeting' at http://prompts"),
        (
            LABELLED,
            refusal(404, "label_not_found"),
            NotFoundError,
            "prompt 'team/greeting' has no version with the label 'prod'",
        ),
        (LABELLED, refusal(404, "version_not_found"), NotFoundError, "has no version with the label 'prod'"),
        (Reference("g", None, 7), refusal(404, "version_not_found"), NotFoundError, "prompt 'g' has no version 7"),
        (Reference("g", None, None), refusal(404, "no_live_version"), NotFoundError, "prompt 'g' has no live version"),
        (LABELLED, refusal(400, "invalid_input"), RefusedError, "refused prompt 'team/greeting', label 'prod': words"),
        (LABELLED, refusal(418, "a_code_of_tomorrow"), RefusedError, "words (a_code_of_tomorrow)"),
        (LABELLED, refusal(503, "unavailable"), UnavailableError, "http://prompts answered 503: words"),
        (LABELLED, refusal(429, "limit_exceeded"), UnavailableError, "http://prompts answered 429: words"),
    ],
)
def test_a_refusal_names_its_cause(reference: Reference, reply: Response, kind: type[Exception], words: str) -> None:
    outcome = read(reply, reference, SITE)
    assert type(outcome) is kind
    assert words in str(outcome)


def test_without_a_key_a_401_says_where_to_put_one() -> None:
    outcome = read(refusal(401, "unauthorized"), LABELLED, Site("http://prompts", has_key=False))
    assert "asks for an API key: set PROMPTWIRE_API_KEY, or pass api_key" in str(outcome)


def test_an_ambiguous_slug_names_its_candidates() -> None:
    outcome = read(refusal(409, "ambiguous_slug", candidates=["b/g", "a/g"]), Reference("g", None, None), SITE)
    assert isinstance(outcome, AmbiguousSlugError)
    assert outcome.candidates == ("a/g", "b/g")
    assert "ask for one of a/g, b/g" in str(outcome)


@pytest.mark.parametrize(
    "reply",
    [
        Response(200, {"content-type": "text/html"}, b"<html>Welcome to the hotel</html>"),
        Response(404, {}, b"<h1>404</h1>"),
        Response(404, {}, b'{"detail": "Not Found"}'),
        Response(404, {}, b"[]"),
        Response(200, {}, b""),
        Response(200, {}, b"\xff\xfe"),
        Response(200, {}, b"[" * 100_000),
        Response(200, {}, json.dumps(RESOLVED.as_json() | {"content_hash": "0"}).encode()),
        Response(302, {"location": "http://login"}, b""),
    ],
)
def test_what_is_not_an_answer_of_ours_withdraws_nothing(reply: Response) -> None:
    outcome = read(reply, LABELLED, SITE)
    assert isinstance(outcome, UnavailableError)
    assert f"http://prompts answered {reply.status}" in str(outcome)


def test_a_redirect_is_shown_and_not_followed() -> None:
    assert "points to http://login" in str(read(Response(302, {"location": "http://login"}, b""), LABELLED, SITE))


def test_the_server_may_ask_for_time() -> None:
    body = refusal(503, "unavailable").body
    for text, seconds in (("7", 7.0), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("-1", None)):
        outcome = read(Response(503, {"retry-after": text}, body), LABELLED, SITE)
        assert isinstance(outcome, UnavailableError)
        assert outcome.retry_after == seconds


def test_silence_is_told_with_its_cause() -> None:
    outcome = read(Silence("gave no answer within 1 s", slow=True), LABELLED, SITE)
    assert str(outcome) == (
        "cannot fetch prompt 'team/greeting', label 'prod': http://prompts gave no answer within 1 s"
    )


@pytest.mark.parametrize("code", ["ambiguous_slug", "prompt_not_found", "unauthorized"])
def test_errors_travel_between_processes(code: str) -> None:
    error: Any = read(refusal(409, code, candidates=["a/g"]), LABELLED, SITE)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 (our own bytes)
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))
