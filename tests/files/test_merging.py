"""Merging three ways: what one side changed is taken, what both changed is a conflict, nothing is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from promptwire.files.conflicts import conflicted
from promptwire.files.lines import merge as merge_lines
from promptwire.files.merging import Merged, merge
from promptwire.files.prompt_file import PromptFile, State
from promptwire.files.reading import read
from promptwire.files.writing import write
from promptwire.wire.canonical import JsonValue
from promptwire.wire.content import Content
from support.prompt_files import contents


def text(template: str, **fields: object) -> State:
    return State(name="greeting", content=Content(template=template, **fields))  # type: ignore[arg-type]


def chat(*said: str, **fields: object) -> State:
    turns: JsonValue = [{"role": "user", "content": one} for one in said]
    return State(name="greeting", content=Content(kind="chat", messages=turns, **fields))  # type: ignore[arg-type]


@st.composite
def edits(draw: DrawFn, side: str) -> dict[int, tuple[str, str]]:
    """What one side does to some of ten lines; whatever it writes names the side and the line."""
    found = draw(st.dictionaries(st.integers(0, 9), st.sampled_from(["replace", "delete", "before"]), max_size=4))
    return {at: (how, f"{side}{at}") for at, how in found.items()}


def edited(base: list[str], edits: dict[int, tuple[str, str]]) -> list[str]:
    lines: list[str] = []
    for at, line in enumerate(base):
        how, word = edits.get(at, ("", ""))
        lines += {"replace": [word], "delete": [], "before": [word, line]}.get(how, [line])
    return lines


BASE = [f"line{at}" for at in range(10)]


@settings(deadline=None)
@given(edits("here"), edits("there"))
def test_no_line_that_somebody_wrote_is_lost_and_none_comes_back(
    here: dict[int, tuple[str, str]], there: dict[int, tuple[str, str]]
) -> None:
    chunks = merge_lines(BASE, edited(BASE, here), edited(BASE, there))
    found = [line for chunk in chunks for line in (*chunk.merged, *chunk.here, *chunk.there)]
    for side in (here, there):
        assert {word for how, word in side.values() if how != "delete"} <= set(found)
    agreed = {line for chunk in chunks for line in chunk.merged}
    for at, line in enumerate(BASE):
        if at in here or at in there:
            gone = {how for how, _ in (here.get(at, ("", "")), there.get(at, ("", "")))} & {"replace", "delete"}
            assert not (gone and line in agreed)
        else:
            assert line in found


@settings(deadline=None)
@given(edits("here"), edits("there"))
def test_edits_that_keep_a_line_between_them_never_conflict(
    here: dict[int, tuple[str, str]], there: dict[int, tuple[str, str]]
) -> None:
    apart = all(abs(one - other) > 1 for one in here for other in there)
    chunks = merge_lines(BASE, edited(BASE, here), edited(BASE, there))
    if apart:
        assert [line for chunk in chunks for line in chunk.merged] == edited(BASE, {**here, **there})


@settings(deadline=None)
@given(contents(), contents())
def test_what_one_side_changed_is_taken(base: Content, changed: Content) -> None:
    before, after = State(name="a", content=base), State(name="a", content=changed)
    for here, there in ((before, after), (after, before), (after, after)):
        merged = merge(before, here, there)
        assert merged.conflicts == ()
        assert merged.state.is_like(after)


@settings(deadline=None)
@given(contents(), contents(), contents())
def test_both_sides_say_the_same_conflicts(base: Content, here: Content, there: Content) -> None:
    states = [State(name="a", content=content) for content in (base, here, there)]
    assert merge(states[0], states[1], states[2]).conflicts == merge(states[0], states[2], states[1]).conflicts


def test_lines_of_a_text_are_merged() -> None:
    base = text("one\ntwo\nthree\nfour")
    merged = merge(base, text("ONE\ntwo\nthree\nfour"), text("one\ntwo\nthree\nFOUR"))
    assert merged == Merged(text("ONE\ntwo\nthree\nFOUR"))


def test_messages_of_a_chat_are_merged_and_lines_within_one() -> None:
    base = chat("first\nsecond\nthird", "question")
    here = chat("FIRST\nsecond\nthird", "question")
    there = chat("first\nsecond\nTHIRD", "question", model="gpt-5")
    assert merge(base, here, there) == Merged(chat("FIRST\nsecond\nTHIRD", "question", model="gpt-5"))
    longer = chat("first\nsecond\nthird", "question", "and another")
    assert merge(base, here, longer).state == chat("FIRST\nsecond\nthird", "question", "and another")


def test_keys_of_objects_are_merged() -> None:
    base = text("x", model_params={"temperature": 0.2, "top_p": 1})
    here = text("x", model_params={"temperature": 0.5, "top_p": 1})
    there = text("x", model_params={"temperature": 0.2, "seed": 7})
    assert merge(base, here, there).state.content.model_params == {"temperature": 0.5, "seed": 7}
    assert merge(base, here, text("x", model_params={"top_p": 1})).conflicts == ("model_params",)


@pytest.mark.parametrize(
    ("here", "there", "fields"),
    [
        (text("mine"), text("theirs"), ("text",)),
        (text("x", model="a"), text("x", model="b"), ("model",)),
        (chat("x"), text("theirs"), ("text",)),
        (replace(text("x"), description="mine"), replace(text("x"), description="theirs"), ("description",)),
    ],
)
def test_what_both_changed_is_a_conflict(here: State, there: State, fields: tuple[str, ...]) -> None:
    assert merge(text("x"), here, there).conflicts == fields


def test_without_what_it_was_whatever_differs_is_a_conflict() -> None:
    assert merge(None, text("a\nb\nc"), text("a\nB\nc", model="m")).conflicts == ("model", "text")


def marked(base: State | None, here: State, there: State) -> str:
    """Give the file of this side after a pull that found a conflict."""
    merged = merge(base, here, there)
    assert merged.conflicts
    before = write(PromptFile(state=here))
    return conflicted(before, read(before, "greeting", known=before), merged, (base, there, "the server, version 2"))


def settled(text: str, side: str) -> str:
    """Keep one side of each conflict, as somebody does who decides."""
    kept: list[str] = []
    taking = "both"
    for line in text.splitlines(keepends=True):
        if line.startswith("<<<<<<< here"):
            taking = "here"
        elif line == "=======\n" and taking == "here":
            taking = "there"
        elif line.startswith(">>>>>>> the server"):
            taking = "both"
        elif taking in ("both", side):
            kept.append(line)
    return "".join(kept)


PLAIN = st.lists(st.sampled_from(["one", "two", "three", "{{.x}}"]), min_size=1, max_size=5).map("\n".join)
CALLS = st.none() | st.dictionaries(st.sampled_from("abc"), st.integers(0, 3), max_size=3)
PLAIN_STATES = st.one_of(
    st.builds(lambda template, call: text(template, model_params=call), PLAIN, CALLS),
    st.builds(lambda said, call: chat(*said, model_params=call), st.lists(PLAIN, min_size=1, max_size=3), CALLS),
)


@settings(deadline=None)
@given(PLAIN_STATES, PLAIN_STATES)
def test_whoever_keeps_one_side_of_an_unknown_beginning_has_that_side(here: State, there: State) -> None:
    if here.is_like(there):
        return
    found = marked(None, here, there)
    assert read(settled(found, "here"), "greeting").file.state.is_like(here)
    assert read(settled(found, "there"), "greeting").file.state.is_like(there)


@settings(deadline=None)
@given(PLAIN_STATES, PLAIN_STATES, PLAIN_STATES)
def test_whoever_keeps_this_side_has_what_was_merged(base: State, here: State, there: State) -> None:
    merged = merge(base, here, there)
    if not merged.conflicts or "text" in merged.conflicts:
        return
    found = read(settled(marked(base, here, there), "here"), "greeting").file.state
    assert found.is_like(merged.state)


def test_a_conflict_stands_where_it_is_and_nowhere_else() -> None:
    base = text("Dear {{.name}},\n\nthank you.\n\nYours", model="gpt-4")
    here = text("Dear {{.name}},\n\nmany thanks!\n\nYours", model="gpt-4")
    there = text("Hello {{.name}},\n\nthanks a lot.\n\nYours", model="gpt-5")
    assert marked(base, here, there) == (
        "---\n"
        "name: greeting\n"
        "model: gpt-5\n"
        "---\n"
        "Hello {{.name}},\n"
        "\n"
        "<<<<<<< here\n"
        "many thanks!\n"
        "=======\n"
        "thanks a lot.\n"
        ">>>>>>> the server, version 2\n"
        "\n"
        "Yours\n"
    )


def test_a_conflict_in_the_front_matter_stands_around_its_lines() -> None:
    base, here, there = (text("x", model=name) for name in ("gpt-4", "gpt-5", "o3"))
    assert marked(base, here, there) == (
        "---\nname: greeting\n<<<<<<< here\nmodel: gpt-5\n=======\nmodel: o3\n>>>>>>> the server, version 2\n---\nx\n"
    )
