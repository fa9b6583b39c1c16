"""Every decision of the SDK, with a clock of the test's own and no network."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

import pytest

from gotemplate import ExecError, ParseError
from promptwire import NotFoundError, Prompt, UnauthorizedError, UnavailableError, UnsupportedPromptError
from promptwire.client.book import Book, Terms
from promptwire.client.core import Core, Errand, Listen, News, Rhythm
from promptwire.client.exchange import Reply, Response, Silence
from promptwire.client.protocol import Site
from promptwire.client.reference import Reference
from promptwire.client.settings import Mode
from promptwire.wire.content import Content
from promptwire.wire.stream import Event
from promptwire.wire.sync import Asked, Engine, Found, Gone, SyncAnswer

SITE = Site("http://prompts", has_key=True)
LIVE = Reference("greeting", None, None)
PROD = Reference("greeting", "prod", None)
OTHER = Reference("other", None, None)
SILENCE = Silence("refused the connection")
GREETING = Content(template="Hello {{.name}}!")


def found(reference: Reference, content: Content = GREETING, version: int = 1) -> Found:
    return Found(
        asked=Asked(*reference),
        slug=reference.slug,
        team="team",
        prompt_id="p",
        version_id=f"v{version}",
        version=version,
        status="live",
        labels=("prod",),
        content_hash=content.content_hash,
    )


def answer(
    *prompts: Found,
    contents: tuple[Content, ...] = (GREETING,),
    gone: Mapping[Reference, str] | None = None,
    purged: tuple[str, ...] = (),
    reset: bool = False,
    more: bool = False,
) -> Response:
    body = SyncAnswer(
        cursor="c1",
        reset=reset,
        more=more,
        prompts=prompts,
        contents={content.content_hash: content for content in contents if prompts},
        gone=tuple(Gone(asked=Asked(*one), reason=why) for one, why in (gone or {}).items()),
        purged=purged,
    )
    return Response(200, {}, json.dumps(body.as_json()).encode())


NOTHING = answer()


def refused(status: int, code: str) -> Response:
    return Response(status, {}, json.dumps({"error": "words", "code": code}).encode())


def new_core(mode: Mode = "poll", *, grace: float = 100.0, max_stale: float = 60.0) -> Core:
    book = Book(SITE, Terms(max_stale=max_stale, grace=grace, strict=False))
    return Core(SITE, Rhythm(mode, 1.0, max_stale, lambda: 0.0), book)


def errand(core: Core, now: float) -> Errand:
    step = core.next(now)
    assert isinstance(step, Errand)
    return step


def body(step: Errand) -> dict[str, object]:
    read: dict[str, object] = json.loads(step.request.body)
    return read


def tell(core: Core, reply: Reply, now: float) -> News:
    """Do the errand that is due now, with this outcome."""
    return core.heard(errand(core, now), reply, now)


def core_with(*references: Reference, now: float = 0.0, mode: Mode = "poll", grace: float = 100.0) -> Core:
    core = new_core(mode, grace=grace)
    core.want(references)
    tell(core, answer(*map(found, references)), now)
    return core


def served(core: Core, reference: Reference = LIVE) -> Prompt:
    return core.book.served[reference.name][reference.which]


def test_nothing_is_to_be_done_before_somebody_asks() -> None:
    assert new_core().next(5.0) == math.inf
    assert new_core("stream").next(5.0) == math.inf


def test_all_that_is_wanted_is_asked_for_in_one_request() -> None:
    core = new_core()
    core.want([LIVE, PROD, LIVE])
    step = errand(core, 0.0)
    assert body(step) == {"cursor": None, "prompts": [{"prompt": "greeting"}, {"prompt": "greeting", "label": "prod"}]}
    news = core.heard(step, answer(found(LIVE), found(PROD)), 0.0)
    assert news.results == {LIVE: served(core), PROD: served(core, PROD)}
    assert served(core).render({"name": "Ada"}) == "Hello Ada!"
    assert served(core)._renderer is not served(core, PROD)._renderer


def test_what_is_wanted_later_is_added_to_what_the_cursor_covers() -> None:
    core = core_with(LIVE)
    core.want([OTHER])
    assert body(errand(core, 0.5)) == {"cursor": "c1", "add": [{"prompt": "other"}]}


def test_a_look_for_changes_names_nothing_but_the_cursor() -> None:
    core = core_with(LIVE, PROD)
    assert core.next(0.25) == 0.75
    assert body(errand(core, 1.0)) == {"cursor": "c1"}


def test_a_server_that_forgot_what_the_cursor_was_for_is_told_with_what_we_hold() -> None:
    core = core_with(LIVE, PROD)
    tell(core, refused(409, "prompts_needed"), 1.0)
    asked = body(errand(core, 1.0))
    assert asked["cursor"] is None
    assert asked["prompts"] == [{"prompt": "greeting"}, {"prompt": "greeting", "label": "prod"}]
    assert asked["have"] == [GREETING.content_hash]
    before = served(core)
    tell(core, answer(found(LIVE), found(PROD), contents=(), reset=True), 1.0)
    assert served(core) is before


def test_a_content_that_is_neither_sent_nor_held_is_asked_for_again() -> None:
    core = core_with(LIVE)
    new = Content(template="new")
    tell(core, answer(found(LIVE, new, 2), contents=()), 1.0)
    asked = body(errand(core, 1.0))
    assert "have" not in asked
    assert asked["prompts"] == [{"prompt": "greeting"}]
    assert served(core).version == 1
    tell(core, answer(found(LIVE, new, 2), contents=()), 1.0)
    assert "names a content and does not send it" in str(core.link.trouble)


def test_a_change_is_served_and_who_holds_the_old_prompt_keeps_it() -> None:
    core = core_with(LIVE)
    old = served(core)
    new_text = Content(template="Hi {{.name}}.")
    news = tell(core, answer(found(LIVE, new_text, 2), contents=(new_text,)), 1.0)
    new = served(core)
    assert [(change.before, change.after) for change in news.changes] == [(old, new)]
    assert (old.version, old.render({"name": "Ada"})) == (1, "Hello Ada!")
    assert (new.version, new.render({"name": "Ada"})) == (2, "Hi Ada.")
    with pytest.raises(AttributeError):
        new.version = 3  # type: ignore[misc]


def test_a_prompt_in_use_is_parsed_before_it_is_served() -> None:
    core = core_with(LIVE)
    served(core).render({"name": "Ada"})
    new_text = Content(template="Hi {{.name}}.")
    tell(core, answer(found(LIVE, new_text, 2), contents=(new_text,)), 1.0)
    assert served(core)._renderer.ready
    assert not core_with(LIVE).book.copies[LIVE].renderer.ready


def test_all_changes_of_an_answer_appear_at_once() -> None:
    core = core_with(LIVE, PROD, OTHER)
    snapshot = core.book.served
    new_text = Content(template="new")
    changed = [found(one, new_text, 2) for one in (LIVE, PROD, OTHER)]
    tell(core, answer(*changed, contents=(new_text,)), 1.0)
    assert {one.version for inner in snapshot.values() for one in inner.values()} == {1}
    assert {one.version for inner in core.book.served.values() for one in inner.values()} == {2}


def test_an_unchanged_prompt_stays_the_same_object_and_grows_young_again() -> None:
    core = core_with(LIVE, now=10.0)
    before = served(core)
    tell(core, NOTHING, 20.0)
    assert served(core) is before
    assert before.confirmed_at == 20.0


def test_an_answer_in_parts_is_confirmed_when_it_is_whole() -> None:
    core = new_core()
    core.want([LIVE, OTHER])
    news = tell(core, answer(found(LIVE), reset=True, more=True), 1.0)
    assert list(news.results) == [LIVE]
    assert core.book.confirmation.at == -math.inf
    news = tell(core, answer(found(OTHER)), 1.5)
    assert list(news.results) == [OTHER]
    assert core.book.confirmation.at == 1.5


def test_what_a_full_answer_does_not_name_is_withdrawn() -> None:
    core = core_with(LIVE, OTHER)
    tell(core, answer(found(LIVE), reset=True, more=True), 1.0)
    assert not served(core, OTHER).withdrawn
    tell(core, NOTHING, 1.0)
    assert served(core, OTHER).withdrawn
    assert not served(core).withdrawn


def test_what_an_answer_says_nothing_about_is_an_error_for_who_waits() -> None:
    core = new_core()
    core.want([LIVE])
    news = tell(core, NOTHING, 1.0)
    assert str(news.results[LIVE]) == "cannot fetch prompt 'greeting': http://prompts said nothing about it"


def test_what_was_withdrawn_is_kept_and_marked_until_it_comes_back() -> None:
    core = core_with(LIVE)
    tell(core, answer(gone={LIVE: "no_live_version"}), 1.0)
    assert served(core).withdrawn
    assert served(core).render({"name": "Ada"}) == "Hello Ada!"
    assert served(core).confirmed_at == 0.0
    tell(core, answer(found(LIVE), contents=()), 2.0)
    assert not served(core).withdrawn


def test_after_its_time_of_grace_what_was_withdrawn_is_served_no_more() -> None:
    core = core_with(LIVE, grace=10.0)
    tell(core, answer(gone={LIVE: "no_live_version"}), 1.0)
    tell(core, NOTHING, 2.0)
    assert core.book.expire(10.9) == []
    (change,) = core.book.expire(11.0)
    assert (change.reference, change.after) == (LIVE, None)
    assert LIVE.which not in core.book.served[LIVE.name]
    assert core.book.adopt(LIVE, found(LIVE).resolved(GREETING, Engine()), "disk", 0.0) is None


def test_without_grace_it_is_gone_at_once_and_comes_back_when_it_is_back() -> None:
    core = core_with(LIVE, grace=0.0)
    tell(core, answer(gone={LIVE: "no_live_version"}), 1.0)
    assert LIVE not in core.book.copies
    tell(core, answer(found(LIVE)), 2.0)
    assert not served(core).withdrawn


def test_a_purged_version_leaves_at_once_through_whatever_name_it_is_served() -> None:
    core = core_with(LIVE, PROD)
    held = served(core)
    news = tell(core, answer(gone={LIVE: "no_live_version"}, purged=("v1",)), 1.0)
    assert not core.book.copies
    assert not core.book.holds(GREETING.content_hash)
    assert {change.reference: change.erased for change in news.changes} == {LIVE: True, PROD: True}
    assert held.version == 1


def test_of_a_purged_version_nothing_is_kept_for_a_roll_back() -> None:
    core = core_with(LIVE)
    other = Content(template="Goodbye")
    tell(core, answer(found(LIVE, other, 2), contents=(other,)), 1.0)
    assert core.book.holds(GREETING.content_hash)
    tell(core, answer(purged=("v1",)), 2.0)
    assert not core.book.holds(GREETING.content_hash)
    assert core.book.holds(other.content_hash)


def test_a_key_that_is_refused_withdraws_everything_and_is_tried_ever_more_seldom() -> None:
    core = core_with(LIVE, PROD)
    news = tell(core, refused(401, "unauthorized"), 1.0)
    assert isinstance(news.outcome, UnauthorizedError)
    assert served(core).withdrawn
    assert served(core, PROD).withdrawn
    assert core.next(1.0) == 1.0
    tell(core, refused(401, "unauthorized"), 2.0)
    assert core.next(2.0) == 2.0
    assert body(errand(core, 4.0))["cursor"] is None
    tell(core, answer(found(LIVE), found(PROD), contents=(), reset=True), 4.0)
    assert not served(core).withdrawn


@pytest.mark.parametrize(
    "reply", [SILENCE, Response(200, {}, b"<html>"), refused(500, "internal"), refused(404, "not_found")]
)
def test_an_outage_changes_nothing_that_is_served(reply: Reply) -> None:
    core = core_with(LIVE, PROD)
    before = core.book.served
    pauses = []
    now = 1.0
    for _ in range(8):
        tell(core, reply, now)
        pause = core.next(now)
        assert isinstance(pause, float)
        pauses.append(pause)
        now += pause
    assert core.book.served is before
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]
    tell(core, NOTHING, now)
    assert core.next(now) == 1.0


def test_the_server_decides_when_it_is_asked_again() -> None:
    core = core_with(LIVE)
    unavailable = refused(503, "unavailable").body
    tell(core, Response(503, {"retry-after": "20"}, unavailable), 1.0)
    assert core.next(1.0) == 20.0
    tell(core, Response(503, {"retry-after": "86400"}, unavailable), 21.0)
    assert core.next(21.0) == 300.0


def test_while_the_server_is_gone_who_asks_is_not_made_to_wait() -> None:
    core = new_core()
    core.want([LIVE])
    assert core.pointless(LIVE, 0.0) is None
    news = tell(core, Silence("gave no answer within 1 s", slow=True), 1.0)
    assert isinstance(news.results[LIVE], UnavailableError)
    trouble = core.pointless(PROD, 1.5)
    assert isinstance(trouble, UnavailableError)
    assert trouble.slow
    assert str(trouble) == (
        "cannot fetch prompt 'greeting', label 'prod': "
        "http://prompts gave no answer within 1 s; the next attempt is in 0.5 s"
    )
    assert core.pointless(PROD, 2.0) is None
    assert body(errand(core, 2.0))["prompts"] == [{"prompt": "greeting"}]  # it is fetched for the next who asks


def test_a_name_that_the_server_refuses_spoils_nothing_for_the_others() -> None:
    core = new_core()
    core.want([LIVE, OTHER])
    assert tell(core, refused(400, "invalid_input"), 1.0).results == {}
    news = tell(core, refused(400, "invalid_input"), 1.0)
    assert list(news.results) == [LIVE]
    assert "refused: words (invalid_input)" in str(news.results[LIVE])
    news = tell(core, answer(found(OTHER)), 1.0)
    assert isinstance(news.results[OTHER], Prompt)
    assert core.next(1.0) == 1.0


def test_very_many_names_are_asked_for_in_several_requests() -> None:
    core = new_core()
    names = [Reference(f"p{number}", None, None) for number in range(4500)]
    core.want(names)
    sizes = []
    while isinstance(step := core.next(0.0), Errand):
        sizes.append(len(step.references))
        core.heard(step, answer(*map(found, step.references)), 0.0)
    assert sizes == [2000, 2000, 500]
    assert len(core.book.copies) == 4500


def hello(*, resumed: bool = True) -> Event:
    return Event("hello", "c1", {"heartbeat": 5, "resumed": resumed})


def changed(slug: str) -> Event:
    return Event("changed", "c2", {"prompts": [{"id": "p", "slug": slug}]})


def listening(*, resumed: bool = True) -> Core:
    core = core_with(LIVE, mode="stream", now=-1.0)
    assert core.next(-1.0) == Listen("c1")
    core.streamed([hello(resumed=resumed)], -1.0)
    if resumed:
        assert body(errand(core, 0.0)) == {"cursor": "c1"}  # what happened while it began
        core.streamed([], 0.0)
        tell(core, NOTHING, 0.0)
    return core


def test_the_stream_is_opened_after_the_first_answer_and_goes_on_from_its_cursor() -> None:
    core = listening()
    assert core.ear.hears
    assert core.next(1.0) == 9.0  # nothing to do until it has been silent for too long


def test_a_stream_that_did_not_go_on_where_we_are_makes_us_look() -> None:
    assert body(errand(listening(resumed=False), 0.0)) == {"cursor": "c1"}


def test_a_change_of_something_in_use_makes_us_look_at_once_and_no_other_does() -> None:
    core = listening()
    core.streamed([changed("somebody-elses")], 1.0)
    assert isinstance(core.next(1.0), float)
    core.streamed([changed("greeting")], 1.0)
    assert body(errand(core, 1.0)) == {"cursor": "c1"}


@pytest.mark.parametrize(
    ("event", "looks"),
    [
        (Event("reset", "c2", {}), True),
        (Event("closing", "c2", {"reason": "unauthorized"}), True),
        (Event("closing", "c2", {"reason": "shutdown"}), False),
        (Event("new-in-2030", "c2", {}), False),
    ],
)
def test_other_events(event: Event, *, looks: bool) -> None:
    core = listening()
    core.streamed([event], 1.0)
    assert isinstance(core.next(1.0), Errand) is looks


def test_a_sign_of_life_confirms_what_is_served() -> None:
    core = listening()
    core.streamed([], 4.0)
    assert served(core).confirmed_at == 4.0
    core.streamed([changed("greeting")], 5.0)
    core.streamed([], 6.0)
    assert served(core).confirmed_at == 4.0  # something changed, and nobody has looked yet


def test_a_stream_that_is_silent_for_too_long_is_taken_for_dead_and_polling_takes_over() -> None:
    core = listening()
    assert core.next(9.9) == pytest.approx(0.1)
    tell(core, NOTHING, 10.0)
    assert not core.ear.hears
    assert core.next(10.1) == Listen("c1")
    core.stream_ended("refused the connection", 10.1)
    tell(core, NOTHING, 11.0)


def test_while_the_stream_lives_we_look_once_a_minute_all_the_same() -> None:
    core = listening()
    for second in range(0, 60, 5):
        core.streamed([], float(second))
    assert isinstance(core.next(59.0), float)
    assert isinstance(core.next(60.0), Errand)


def test_max_stale_bounds_the_time_between_two_looks_in_every_mode() -> None:
    core = new_core(max_stale=0.5)
    core.want([LIVE])
    tell(core, answer(found(LIVE)), 0.0)
    assert core.next(0.0) == 0.25


def test_a_missing_variable_raises() -> None:
    with pytest.raises(ExecError, match="name"):
        served(core_with(LIVE)).render()


def test_a_template_that_this_engine_cannot_parse_raises_at_each_render_and_at_no_read() -> None:
    core = core_with(LIVE)
    broken = Content(template="{{end}}")
    tell(core, answer(found(LIVE, broken, 2), contents=(broken,)), 1.0)
    prompt = served(core)
    assert prompt.text == "{{end}}"
    for _ in range(2):
        with pytest.raises(ParseError):
            prompt.render({"name": "Ada"})


def test_a_chat_is_no_text_and_a_text_is_no_chat() -> None:
    core = core_with(LIVE)
    chat = Content(kind="chat", messages=[{"role": "user", "content": "Hi {{.name}}"}])
    with pytest.raises(UnsupportedPromptError, match=r"is one text, not a chat: use render\(\)"):
        served(core).messages({})
    tell(core, answer(found(LIVE, chat, 2), contents=(chat,)), 1.0)
    prompt = served(core)
    assert (prompt.kind, prompt.version) == ("chat", 2)
    assert prompt.messages({"name": "Ada"}) == [{"role": "user", "content": "Hi Ada"}]
    with pytest.raises(
        UnsupportedPromptError, match=r"version 2 of prompt 'team/greeting' is a chat.*use messages\(\)"
    ):
        prompt.render({})
    with pytest.raises(UnsupportedPromptError, match="is a chat"):
        _ = prompt.text


def test_a_forked_child_keeps_every_copy_and_looks_for_changes_at_once() -> None:
    core = core_with(LIVE, PROD)
    core.want([OTHER])
    child = core.in_child()
    assert child.book.served == core.book.served
    asked = body(errand(child, 0.0))
    assert asked["prompts"] == [{"prompt": "greeting"}, {"prompt": "greeting", "label": "prod"}, {"prompt": "other"}]
    assert asked["have"] == [GREETING.content_hash]


def test_not_found_is_told_to_who_waits_and_not_asked_about_for_ever() -> None:
    core = new_core()
    core.want([LIVE])
    news = tell(core, answer(gone={LIVE: "prompt_not_found"}), 1.0)
    error = news.results[LIVE]
    assert isinstance(error, NotFoundError)
    assert str(error) == "there is no prompt 'greeting' at http://prompts that this API key may see"
    assert core.next(1.0) == math.inf
