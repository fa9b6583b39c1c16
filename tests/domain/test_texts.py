"""Names, slugs and ids: contracts/px0.md 1.0 and 1.4."""

from __future__ import annotations

import unicodedata
from typing import Literal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptwire.domain.errors import InvalidInput
from promptwire.domain.texts import check_description, check_name, fold, normalize_slug, parse_uuid


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("My-Custom_Slug!", "my_custom_slug"),
        ("a.b/c", "a_b_c"),
        ("  a  ", "a"),
        ("__a__b__", "a_b"),
        ("a - _ - b", "a_b"),
        ("Ünïcode", "ünïcode"),
        ("日本 語", "日本_語"),
        ("٣ x", "٣_x"),
        ("½²x", "x"),
        ("\u0130stanbul", "istanbul"),
        ("Ǆ", "ǆ"),
        ("a\u0301", "a"),
        ("n" * 255, "n" * 255),
    ],
)
def test_a_slug_is_lower_case_letters_and_digits(text: str, slug: str) -> None:
    assert normalize_slug(text) == slug


@pytest.mark.parametrize(
    "text", ["", "!!!", "___", " ", "\u0301", "n" * 256, "0" * 32, "ABCDEF0123456789" * 2, "🚀", "\ud800"]
)
def test_no_slug(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        normalize_slug(text)
    assert refused.value.field == "slug"


@given(st.text(max_size=80))
def test_a_slug_is_its_own_slug(text: str) -> None:
    try:
        slug = normalize_slug(text)
    except InvalidInput:
        return
    assert normalize_slug(slug) == slug
    assert "__" not in slug
    assert slug.strip("_") == slug
    assert parse_uuid(slug) is None
    assert {unicodedata.category(char)[0] for char in slug.replace("_", "")} <= {"L", "N"}


@given(st.uuids(), st.booleans())
def test_a_uuid_is_read_in_every_spelling(value: UUID, upper: bool) -> None:
    canonical = str(value)
    for spelling in (canonical, f"urn:uuid:{canonical}", f"{{{canonical}}}", value.hex):
        assert parse_uuid(spelling.upper() if upper else spelling) == canonical


@pytest.mark.parametrize(
    "text",
    [
        *("", "0" * 31, "0" * 33, "g" * 32, "٣" * 32, "0" * 36, "-" * 36),
        *("00000000-0000-0000-0000-00000000000", "00000000_0000_0000_0000_000000000000"),
        *("0000000-00000-0000-0000-000000000000", "{00000000-0000-0000-0000-000000000000"),
        *("(00000000-0000-0000-0000-000000000000)", "{" + "0" * 32 + "}", " " + "0" * 32, "0" * 32 + "\n"),
        "urn:uuid:urn:uuid:00000000-0000-0000-0000-000000000000",
    ],
)
def test_no_uuid(text: str) -> None:
    assert parse_uuid(text) is None


@given(st.text(max_size=40))
def test_folding_is_done_after_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=40), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_folding_knows_no_spelling(text: str, form: Literal["NFC", "NFD", "NFKC", "NFKD"]) -> None:
    assert fold(unicodedata.normalize(form, text)) == fold(text)


@pytest.mark.parametrize("look_alike", ["live", "LIVE", "\uff4c\uff49\uff56\uff45", "L\u2170VE", "li\u2174e"])
def test_look_alikes_fold_alike(look_alike: str) -> None:
    assert fold(look_alike) == "live"


@pytest.mark.parametrize("name", ["x", " x ", "n" * 255, "🚀" * 255, "a/b", "é", "<script>", "\u202e"])
def test_a_name(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize("name", ["", " ", "\t\n", "\u3000", "n" * 256, "a\0", "a\x1b[31m", "a\nb", "\x85", "\ud800"])
def test_no_name(name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_name(name, "team name")
    assert refused.value.field == "team name"
    assert str(refused.value).startswith("team name ")


def test_a_description_has_lines_and_a_length() -> None:
    assert check_description("a\n\tb" * 2_500) == "a\n\tb" * 2_500
    for text in ("x" * 10_001, "\0"):
        with pytest.raises(InvalidInput):
            check_description(text)
