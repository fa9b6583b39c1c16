"""The difference of two versions, message by message and field by field."""

from __future__ import annotations

import time
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from promptwire.domain.content_diffs import Compared, ContentDiff, MessageDiff, compare
from promptwire.domain.diffs import Side, diff
from promptwire.wire.chat_text import text_of
from promptwire.wire.content import Content

SYSTEM = {"role": "system", "content": "Be brief."}
HISTORY = {"placeholder": "history"}


def user(content: str) -> dict[str, Any]:
    return {"role": "user", "content": content}


def chat(*messages: Any, **fields: Any) -> Content:
    return Content(kind="chat", messages=list(messages), **fields)


def compared(before: Content, after: Content) -> ContentDiff:
    return compare(Compared("v1", before), Compared("v2", after))


def messages(before: Content, after: Content) -> list[tuple[str, int | None, int | None]]:
    found = compared(before, after).messages
    assert found is not None
    return [(one.change, one.before, one.after) for one in found]


def test_a_text_is_compared_as_before() -> None:
    found = compared(Content(template="a\nb"), Content(template="a\nc"))
    assert found.text == diff(Side("v1", "a\nb"), Side("v2", "a\nc"))
    assert (found.messages, found.fields) == (None, ())


def test_a_chat_is_compared_message_by_message() -> None:
    found = compared(chat(SYSTEM, HISTORY, user("a\nb")), chat(SYSTEM, user("Hello"), HISTORY, user("a\nc")))
    assert found.messages == (
        MessageDiff("same", 0, 0, ""),
        MessageDiff("added", None, 1, "--- /dev/null\n+++ v2 messages[1]\n@@ -0,0 +1,2 @@\n+[user]\n+Hello\n"),
        MessageDiff("same", 1, 2, ""),
        MessageDiff(
            "changed",
            2,
            3,
            "--- v1 messages[2]\n+++ v2 messages[3]\n@@ -1,3 +1,3 @@\n [user]\n a\n-b\n+c\n",
        ),
    )
    assert found.text.text.startswith("--- v1\n+++ v2\n@@ ")


def test_what_is_of_another_role_is_another_message() -> None:
    system = {"role": "system", "content": "a"}
    assert messages(chat(user("a")), chat(system)) == [("removed", 0, None), ("added", None, 0)]
    other = {"placeholder": "other"}
    assert messages(chat(HISTORY), chat(other)) == [("removed", 0, None), ("added", None, 0)]
    removed = compared(chat(SYSTEM, HISTORY), chat(SYSTEM)).messages
    assert removed is not None
    assert removed[1].diff == "--- v1 messages[1]\n+++ /dev/null\n@@ -1 +0,0 @@\n-[placeholder history]\n"


def test_a_message_that_moved_is_removed_and_added() -> None:
    assert messages(chat(SYSTEM, HISTORY, user("a")), chat(HISTORY, user("a"), SYSTEM)) == [
        ("removed", 0, None),
        ("same", 1, 0),
        ("same", 2, 1),
        ("added", None, 2),
    ]


def test_what_the_text_form_does_not_show_is_a_change_too() -> None:
    found = compared(
        chat(user("[user]\nx")),
        chat({"role": "user", "content": "[user]\nx", "name": "Ada"}),
    ).messages
    assert found is not None
    assert found[0].change == "changed"


def test_a_text_that_becomes_a_chat_has_another_kind() -> None:
    found = compared(Content(template="x", model="a"), chat(user("x"), tools=[{"name": "f"}]))
    assert found.messages is None
    assert [(one.field, one.before, one.after) for one in found.fields] == [
        ("kind", "text", "chat"),
        ("model", "a", None),
        ("tools", None, [{"name": "f"}]),
    ]
    assert found.text.text == "--- v1\n+++ v2\n@@ -1 +1,2 @@\n+[user]\n x\n"


ITEMS = st.one_of(
    st.builds(user, st.sampled_from(["a", "b", "a\nb", ""])), st.sampled_from([SYSTEM, HISTORY, {"placeholder": "x"}])
)
CHATS = st.lists(ITEMS, max_size=6)


@settings(deadline=None)
@given(CHATS, CHATS)
def test_each_message_stands_once_and_in_order(before: list[Any], after: list[Any]) -> None:
    found = compared(chat(*before), chat(*after)).messages
    assert found is not None
    assert [one.before for one in found if one.before is not None] == list(range(len(before)))
    assert [one.after for one in found if one.after is not None] == list(range(len(after)))
    for one in found:
        same = one.before is not None and one.after is not None and before[one.before] == after[one.after]
        assert (one.change == "same") == same == (one.diff == "")


def test_the_largest_chats_are_compared_in_bounded_time() -> None:
    old = [user("".join(f"{at * 7919 % 150}\n" for at in range(400))) for _ in range(200)]
    new = [user(text_of([message])[::-1]) for message in old]
    began = time.process_time()
    found = compared(chat(*old), chat(*new))
    assert time.process_time() - began < 5
    assert found.messages is not None
    assert len(found.messages) == 200
