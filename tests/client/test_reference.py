from __future__ import annotations

import pytest

from promptwire import InvalidReferenceError
from promptwire.client.reference import Key, Reference


def test_a_reference_is_equal_to_the_key_a_read_looks_up() -> None:
    key: Key = ("team/greeting", "production", None)
    reference = Reference.checked(key)
    served: dict[Key, str] = {reference: "found"}
    assert served[key] == "found"
    assert (reference.team, reference.slug) == ("team", "greeting")
    assert Reference.checked(("greeting", None, 3)).team is None


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
        ((None, None, None), "named by a text, not None"),
    ],
)
def test_what_can_name_no_version_is_refused(key: tuple[object, object, object], words: str) -> None:
    with pytest.raises(InvalidReferenceError) as caught:
        Reference.checked(key)
    assert words in str(caught.value)
    assert isinstance(caught.value, ValueError)
