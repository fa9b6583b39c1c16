"""The rules for names that people give: organizations, teams, prompts, keys, slugs."""

from __future__ import annotations

import unicodedata
from uuid import UUID

from promptwire.domain.errors import InvalidInput

MAX_NAME = 255
"""Code points in a name or slug (px0's columns: contracts/px0.md 1.4)."""


def check_name(name: str, field: str = "name") -> str:
    """Give back a name that may be stored.

    Raises:
        InvalidInput: When it is blank, longer than 255 code points, or holds a control character.
    """
    if not name.strip():
        raise InvalidInput(f"{field} is required", field)
    return check_optional_name(name, field)


def check_optional_name(name: str, field: str = "name") -> str:
    """Do what `check_name` does, where a name may also be blank.

    Raises:
        InvalidInput: When it is longer than 255 code points, or holds a control character.
    """
    if len(name) > MAX_NAME:
        raise InvalidInput(f"{field} must be at most {MAX_NAME} characters", field)
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in name):
        raise InvalidInput(f"{field} must not contain control characters", field)
    return name


def check_description(text: str) -> str:
    """Give back a description that may be stored; line breaks and tabs are welcome in it.

    Raises:
        InvalidInput: When it is longer than 10,000 code points or holds a NUL.
    """
    if len(text) > 10_000:  # noqa: PLR2004 - named by the sentence below
        raise InvalidInput("description must be at most 10000 characters", "description")
    if "\0" in text:
        raise InvalidInput("description must not contain NUL characters", "description")
    return text


def normalize_slug(text: str) -> str:
    """Make the slug of a name: lower case, letters and digits, everything else one `_` between them.

    Source: contracts/px0.md 1.4.

    Raises:
        InvalidInput: When nothing is left, the slug is longer than 255 code points, or it reads as a UUID
            (a prompt is addressed by id or slug; an id always wins).
    """
    kept = ["_" if not _is_word(char) else char for char in _lower(text)]
    slug = "_".join(part for part in "".join(kept).split("_") if part)
    if not slug:
        raise InvalidInput("slug is empty: it needs at least one letter or digit", "slug")
    if len(slug) > MAX_NAME:
        raise InvalidInput(f"slug must be at most {MAX_NAME} characters", "slug")
    if parse_uuid(slug) is not None:
        raise InvalidInput("slug must not look like a UUID", "slug")
    return slug


def parse_uuid(text: str) -> str | None:
    """Give the canonical form of a UUID in any of the spellings px0 takes, or None.

    Source: contracts/px0.md 1.0: 36 characters, `urn:uuid:` before them, in braces, or 32 hexadecimal digits.
    """
    bare = text[9:] if text[:9].lower() == "urn:uuid:" else text
    if len(bare) == len("{}") + 36 and bare[0] == "{" and bare[-1] == "}":
        bare = bare[1:-1]
    dashed = len(bare) == 36 and all(bare[at] == "-" for at in (8, 13, 18, 23))  # noqa: PLR2004 - a UUID's shape
    digits = bare.replace("-", "") if dashed else bare
    if len(digits) != 32 or not all(char in "0123456789abcdefABCDEF" for char in digits):  # noqa: PLR2004 - the same
        return None
    return str(UUID(digits))


def fold(text: str) -> str:
    """Give the form in which look-alikes are equal: NFKC, case folded (contracts/evalguard-labels.md A15)."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _lower(text: str) -> str:
    return "".join(char.lower()[0] for char in text)  # Go's simple mapping: only "\u0130" has more to it


def _is_word(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] == "L" or category == "Nd"
