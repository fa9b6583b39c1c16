from __future__ import annotations

import json
import math

import pytest

from gotemplate import ExecError, ParseError
from promptwire import NotFoundError, Prompt, UnavailableError, UnsupportedPromptError
from promptwire.client.core import Core, Errand
from promptwire.client.exchange import Reply, Response, Silence
from promptwire.client.reference import Reference
from promptwire.client.resolve import Site
from promptwire.wire.content import Content
from promptwire.wire.delivery import Resolved

LIVE = Reference("greeting", None, None)
PROD = Reference("greeting", "prod", None)
SILENCE = Silence("refused the connection")
UNCHANGED = Response(304, {}, b"")


GREETING = Content(template="Hello {{.name}}!")


def served(body: Content = GREETING, version: int = 1) -> Response:
    resolved = Resolved(
        slug="greeting",
        team="team",
        prompt_id="p",
        version_id=f"v{version}",
        version=version,
        status="live",
        labels=("prod",),
        content=body,
        content_hash=body.content_hash,
    )
    return Response(200, {"etag": f'"{body.content_hash}"'}, json.dumps(resolved.as_json()).encode())


def refused(status: int, code: str) -> Response:
    return Response(status, {}, json.dumps({"error": "words", "code": code}).encode())


def new_core() -> Core:
    return Core(Site("http://prompts", has_key=True), refresh=1.0, jitter=lambda: 0.0, copies={})


def errand(core: Core, now: float) -> Errand:
    found = core.next(now)
    assert isinstance(found, Errand)
    return found


def tell(core: Core, reply: Reply, now: float) -> object:
    """Do the errand that is due now, with this outcome."""
    return core.heard(errand(core, now), reply, now)


def core_with(*references: Reference, now: float = 0.0) -> Core:
    core = new_core()
    for reference in references:
        core.want(reference)
        tell(core, served(), now)
    return core


def test_nothing_is_to_be_done_before_somebody_asks() -> None:
    assert new_core().next(5.0) == math.inf


def test_what_is_wanted_is_fetched_first_and_then_served() -> None:
    core = core_with(LIVE)
    core.want(PROD)
    found = errand(core, 100.0)
    assert (found.reference, found.refresh, found.request.headers) == (PROD, False, {})
    prompt = core.heard(found, served(), 100.0)
    assert isinstance(prompt, Prompt)
    assert core.book.served[PROD] is prompt
    assert prompt.render({"name": "Ada"}) == "Hello Ada!"


def test_every_reference_in_use_is_asked_about_once_a_round() -> None:
    core = core_with(LIVE, PROD)
    assert core.next(0.25) == 0.75
    asked = []
    for _ in range(2):
        found = errand(core, 1.0)
        assert found.refresh
        assert list(found.request.headers) == ["If-None-Match"]
        core.heard(found, UNCHANGED, 1.0)
        asked.append(found.reference)
    assert asked == [LIVE, PROD]
    assert core.next(1.0) == 1.0


def test_a_round_that_takes_long_is_followed_by_a_rest_as_long() -> None:
    core = core_with(LIVE, PROD)
    core.heard(errand(core, 1.0), UNCHANGED, 4.0)
    core.heard(errand(core, 4.0), UNCHANGED, 7.0)
    assert core.next(7.0) == 6.0


def test_a_change_is_served_and_who_holds_the_old_prompt_keeps_it() -> None:
    core = core_with(LIVE)
    old = core.book.served[LIVE]
    tell(core, served(Content(template="Hi {{.name}}."), version=2), 1.0)
    new = core.book.served[LIVE]
    assert (old.version, old.render({"name": "Ada"})) == (1, "Hello Ada!")
    assert (new.version, new.render({"name": "Ada"})) == (2, "Hi Ada.")
    with pytest.raises(AttributeError):
        new.version = 3  # type: ignore[misc]


def test_an_unchanged_prompt_stays_the_same_object_and_grows_young_again() -> None:
    core = core_with(LIVE, now=10.0)
    before = core.book.served[LIVE]
    tell(core, UNCHANGED, 20.0)
    assert core.book.served[LIVE] is before
    assert core.book.copies[LIVE].confirmation.at == 20.0


def test_what_was_withdrawn_is_kept_and_marked_until_it_comes_back() -> None:
    core = core_with(LIVE)
    outcome = tell(core, refused(404, "no_live_version"), 1.0)
    assert isinstance(outcome, NotFoundError)
    assert core.book.served[LIVE].withdrawn
    assert core.book.served[LIVE].render({"name": "Ada"}) == "Hello Ada!"
    tell(core, UNCHANGED, 2.0)
    assert not core.book.served[LIVE].withdrawn


def test_a_revoked_key_marks_everything_and_is_tried_ever_more_seldom() -> None:
    core = core_with(LIVE, PROD)
    tell(core, refused(401, "unauthorized"), 1.0)
    assert [prompt.withdrawn for prompt in core.book.served.values()] == [True, True]
    assert core.next(1.0) == 1.0
    tell(core, refused(401, "unauthorized"), 2.0)
    assert core.next(2.0) == 2.0


@pytest.mark.parametrize("reply", [SILENCE, Response(200, {}, b"<html>"), refused(500, "internal")])
def test_an_outage_changes_nothing_that_is_served(reply: Reply) -> None:
    core = core_with(LIVE, PROD)
    before = dict(core.book.served)
    pauses = []
    now = 1.0
    for _ in range(8):
        tell(core, reply, now)
        pause = core.next(now)
        assert isinstance(pause, float)
        pauses.append(pause)
        now += pause
    assert core.book.served == before
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]
    tell(core, UNCHANGED, now)
    tell(core, UNCHANGED, now)
    assert core.next(now) == 1.0


def test_the_server_decides_when_it_is_asked_again() -> None:
    core = core_with(LIVE)
    body = refused(503, "unavailable").body
    tell(core, Response(503, {"retry-after": "20"}, body), 1.0)
    assert core.next(1.0) == 20.0
    tell(core, Response(503, {"retry-after": "86400"}, body), 21.0)
    assert core.next(21.0) == 300.0


def test_who_asks_while_the_server_hangs_is_not_made_to_wait() -> None:
    core = new_core()
    core.want(LIVE)
    assert core.pointless(LIVE, 0.0) is None
    tell(core, Silence("gave no answer within 1 s", slow=True), 1.0)
    trouble = core.pointless(PROD, 1.5)
    assert isinstance(trouble, UnavailableError)
    assert str(trouble) == (
        "cannot fetch prompt 'greeting', label 'prod': "
        "http://prompts let the last attempt time out; the next is in 0.5 s"
    )
    assert core.pointless(PROD, 2.0) is None


def test_a_refused_connection_costs_nothing_so_it_is_tried_at_each_call() -> None:
    core = new_core()
    core.want(LIVE)
    tell(core, SILENCE, 1.0)
    assert core.pointless(LIVE, 1.0) is None
    core.want(LIVE)
    assert isinstance(tell(core, served(), 1.0), Prompt)


def test_a_missing_variable_raises() -> None:
    core = core_with(LIVE)
    with pytest.raises(ExecError, match="name"):
        core.book.served[LIVE].render()


def test_a_template_that_this_engine_cannot_parse_raises_at_each_render_and_at_no_read() -> None:
    core = core_with(LIVE)
    tell(core, served(Content(template="{{end}}"), version=2), 1.0)
    prompt = core.book.served[LIVE]
    assert prompt.text == "{{end}}"
    for _ in range(2):
        with pytest.raises(ParseError):
            prompt.render({"name": "Ada"})


def test_a_chat_says_that_it_is_not_a_text() -> None:
    core = core_with(LIVE)
    tell(core, served(Content(kind="chat", messages=[{"role": "user", "template": "Hi"}])), 1.0)
    prompt = core.book.served[LIVE]
    assert (prompt.kind, prompt.version) == ("chat", 1)
    with pytest.raises(UnsupportedPromptError, match="version 1 of prompt 'team/greeting' is a chat"):
        prompt.render({})
    with pytest.raises(UnsupportedPromptError, match="is a chat"):
        _ = prompt.text


def test_a_forked_child_keeps_every_copy_and_looks_for_changes_at_once() -> None:
    core = core_with(LIVE, PROD)
    core.want(Reference("other", None, None))
    child = core.in_child()
    assert child.book.served == core.book.served
    found = errand(child, 0.0)
    assert (found.reference, found.refresh) == (LIVE, True)
    assert "If-None-Match" in found.request.headers
