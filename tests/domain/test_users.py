from __future__ import annotations

import pytest

from promptwire.domain.errors import InvalidInput
from promptwire.domain.users import NewUser, check_new_user, email_key, is_email


@pytest.mark.parametrize("email", ["a@b.co", "A.b+c_d%e-f@sub.example.com", "a@" + "b" * 249 + ".co"])
def test_addresses(email: str) -> None:
    assert is_email(email)


@pytest.mark.parametrize(
    "email", ["", "a", "a@b", "@b.co", "a@.c", "a b@c.de", "a@b.co ", "a@b.co\n", "ü@b.co", "a@" + "b" * 250 + ".co"]
)
def test_what_is_no_address(email: str) -> None:
    assert not is_email(email)


def test_two_spellings_of_an_address_are_equal() -> None:
    assert email_key("Ada@Example.COM") == email_key("ada@example.com")


@pytest.mark.parametrize(
    ("new", "message", "field"),
    [
        (NewUser(email="", password=""), "email and password are required", "email"),
        (NewUser(email="a@b.co", password=""), "email and password are required", "password"),
        (NewUser(email="a", password="x"), "invalid email format", "email"),
        (NewUser(email="a@b.co", password="Aa1!"), "password must be at least 8 characters", "password"),
    ],
)
def test_the_first_rule_that_a_registration_breaks_is_named(new: NewUser, message: str, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_new_user(new)
    assert (str(caught.value), caught.value.field) == (message, field)


def test_px0_counts_a_passwords_bytes() -> None:
    new = NewUser(email="a@b.co", password="Aa1äää")  # 6 characters, 9 bytes
    assert check_new_user(new) is new
