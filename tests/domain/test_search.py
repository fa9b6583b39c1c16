"""What is looked for among prompts, and what is shown of where it was found."""

from __future__ import annotations

import pytest

from promptwire.domain.errors import InvalidInput
from promptwire.domain.search import (
    MAX_EXCERPT,
    Sort,
    check_folder,
    excerpt,
    folders,
    parse_query,
    parse_sort,
    searched_names,
    searched_text,
)
from promptwire.wire.canonical import JsonValue
from promptwire.wire.content import Content
from support import make


def test_words_are_folded_and_each_is_looked_for_once() -> None:
    assert parse_query("  Größe GRÖSSE  ﬁx ") == ("grösse", "fix")
    assert parse_query("") == ()


@pytest.mark.parametrize(
    ("query", "words"),
    [("x" * 201, "q must be at most 200 characters"), (" ".join("abcdefghijk"), "q must have at most 10 words")],
)
def test_too_much_is_refused(query: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        parse_query(query)


def test_an_order_is_one_of_three() -> None:
    assert parse_sort("changed") is Sort.CHANGED
    with pytest.raises(InvalidInput, match="invalid sort, must be created, changed, or name"):
        parse_sort("size")


@pytest.mark.parametrize(("text", "folder"), [("Support", "Support"), ("/Support/EU/", "Support/EU")])
def test_a_folder_is_written_with_or_without_slashes_around_it(text: str, folder: str) -> None:
    assert check_folder(text) == folder


@pytest.mark.parametrize("text", ["/", "//", "x" * 256])
def test_what_can_be_no_folder_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="folder must be 1 to 255 characters"):
        check_folder(text)


def test_folders_are_counted_with_what_is_in_them() -> None:
    names = ["Greeting", "Support/Hello", "Support/EU/Hello", "Support/EU/Bye", "/odd"]
    assert folders(names) == [("Support", 3), ("Support/EU", 2)]


def test_names_and_texts_are_looked_through_and_settings_are_not() -> None:
    prompt = make.prompt("team", name="Support/Größe", slug="support_größe", description="Says HOW tall")
    assert searched_names(prompt) == "support/grösse\nsupport_grösse\nsays how tall"
    assert searched_text(Content(template="Hello {{.Name}}", model="gpt-5")) == "hello {{.name}}"
    chat: JsonValue = [
        {"role": "system", "content": "Be KIND"},
        {"placeholder": "history"},
        {"role": "assistant", "content": None},
    ]
    assert searched_text(Content(kind="chat", messages=chat)) == "be kind"


def test_an_excerpt_is_the_line_that_says_it() -> None:
    said = Content(template="Dear {{.name}},\n  your Refund is on its way\nBye")
    assert excerpt(said, ("refund",)) == "your Refund is on its way"
    assert excerpt(said, ("nothing", "bye")) == "Bye"
    assert excerpt(said, ("elsewhere",)) is None


def test_an_excerpt_of_a_long_line_has_the_word() -> None:
    line = "x" * 1000 + " needle " + "y" * 1000
    found = excerpt(Content(template=line), ("needle",)) or ""
    assert "needle" in found
    assert len(found) <= MAX_EXCERPT + len("……")
    assert found[0] == found[-1] == "…"
