from __future__ import annotations

import pytest

from promptwire import InvalidReferenceError
from promptwire.client.reference import Reference


def test_a_reference_has_the_slug_without_its_team_and_what_a_read_looks_up() -> None:
    assert Reference.checked("team/greeting", "production", None).slug == "greeting"
    assert Reference.checked("greeting", None, None).which is None
    assert Reference.checked("greeting", "production", None).which == "production"
    assert Reference.checked("greeting", None, 3).which == (None, 3)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (("greeting", "a", 1), "a label or a version of 'greeting', not both"),
        (("greeting", "", None), "a label is a text that is not empty, not ''"),
        (("greeting", 3, None), "a label is a text that is not empty, not 3"),
        (("greeting", None, 0), "a whole number from 1 up, not 0"),
        (("greeting", None, True), "a whole number from 1 up, not True"),
        (("greeting", None, "2"), "a whole number from 1 up, not '2'"),
        (("", None, None), "'slug' or 'team/slug', not ''"),
        (("a/b/c", None, None), "'slug' or 'team/slug', not 'a/b/c'"),
        (("a/", None, None), "'slug' or 'team/slug', not 'a/'"),
        (("..", None, None), "'slug' or 'team/slug', not '..'"),
        (("a\ud800", None, None), "not Unicode"),
        (("greeting", "a\ud800", None), "not Unicode"),
        (("a" * 301, None, None), "longer than 300 characters"),
        ((None, None, None), "named by a text, not None"),
    ],
)
def test_what_can_name_no_version_is_refused(key: tuple[object, object, object], words: str) -> None:
    with pytest.raises(InvalidReferenceError) as caught:
        Reference.checked(*key)
    assert words in str(caught.value)
    assert isinstance(caught.value, ValueError)
