"""How often passwords and codes may be tried, and mail be asked for."""

from __future__ import annotations

from asyncio import CancelledError
from contextlib import ExitStack, suppress

import pytest

from promptwire.domain.errors import InvalidCredentials, SignInFailed, TooManyRequests, Unavailable
from promptwire.services.buckets import MAX_BUCKETS, Buckets, Rate
from promptwire.services.limits import Limits, Throttle
from support.desk import Hours


class Door:
    """Limits, and a clock that is set by hand."""

    def __init__(self, address_burst: int = 30) -> None:
        self.hours = Hours()
        self.limits = Limits(self.hours.monotonic, address_burst=address_burst)

    def fail(self, account: str = "ada@example.com", address: str = "192.0.2.1", error: object = None) -> int:
        """Try a wrong password; gives the seconds to wait, 0 where it was tried."""
        try:
            ends = suppress(InvalidCredentials, CancelledError, Unavailable)
            with ends, self.limits.attempt("password", account, address):
                raise error if isinstance(error, BaseException) else InvalidCredentials
        except TooManyRequests as refused:
            return refused.retry_after
        return 0

    def succeed(self, account: str = "ada@example.com", address: str = "192.0.2.1") -> int:
        """Try the right one."""
        try:
            with self.limits.attempt("password", account, address):
                return 0
        except TooManyRequests as refused:
            return refused.retry_after


def test_an_address_tries_an_account_ten_times_then_once_a_minute() -> None:
    door = Door()
    assert [door.fail() for _ in range(11)] == [0] * 10 + [60]
    assert door.succeed() == 60
    door.hours.wait(seconds=59.5)
    assert door.fail() == 1
    door.hours.wait(seconds=0.5)
    assert (door.fail(), door.fail()) == (0, 60)


def test_where_there_is_no_account_only_what_fails_from_an_address_counts() -> None:
    door = Door(address_burst=3)

    def come(error: Exception | None, address: str = "192.0.2.1") -> int:
        try:
            with suppress(SignInFailed, Unavailable), door.limits.attempt_from(address):
                if error:
                    raise error
        except TooManyRequests as refused:
            return refused.retry_after
        return 0

    assert [come(one) for one in (None, Unavailable()) for _ in range(5)] == [0] * 10
    assert [come(SignInFailed("x")) for _ in range(4)] == [0, 0, 0, 15]
    assert (come(None), come(None, "192.0.2.2")) == (15, 0)


def test_success_costs_nothing_and_clears_the_account_for_this_address() -> None:
    door = Door()
    for _ in range(100):
        assert door.succeed() == 0
    for _ in range(2):
        assert [door.fail() for _ in range(9)] == [0] * 9
        assert door.succeed() == 0


def test_an_address_that_fails_everywhere_waits_everywhere() -> None:
    door = Door(address_burst=20)
    assert [door.fail(f"p{number}@example.com") for number in range(21)] == [0] * 20 + [15]
    assert door.succeed("somebody@example.com") == 15
    assert door.succeed("somebody@example.com", "192.0.2.2") == 0


def test_who_knows_the_password_gets_in_from_elsewhere_however_the_account_is_tried() -> None:
    door = Door()
    for number in range(50):
        assert door.fail(address=f"198.51.100.{number}") == 0
    # from now on an address has one guess
    assert door.succeed(address="203.0.113.1") == 0
    assert [door.fail(address="203.0.113.2") for _ in range(2)] == [0, 60]
    assert door.fail(address="198.51.100.1") > 0
    assert door.succeed(address="203.0.113.1") == 0
    assert door.succeed("bob@example.com", "203.0.113.2") == 0


def test_many_at_once_count_too() -> None:
    door = Door()
    with ExitStack() as running:
        for _ in range(10):
            running.enter_context(door.limits.attempt("password", "ada@example.com", "192.0.2.1"))
        assert door.fail() == 60
    assert door.fail() == 0  # they have all ended well


@pytest.mark.parametrize(("error", "counts"), [(CancelledError(), True), (Unavailable(), False)])
def test_what_ends_otherwise(error: BaseException, *, counts: bool) -> None:
    door = Door()
    for _ in range(20):
        door.fail(error=error)
    assert (door.succeed() > 0) is counts


def test_accounts_are_one_however_they_are_spelled_and_what_is_none_is_one() -> None:
    door = Door()
    for spelled in ("ada@example.com", "ADA@example.com") * 5:
        assert door.fail(spelled) == 0
    assert door.fail("Ada@Example.com") == 60
    for number in range(10):
        assert door.fail(f"no address {number}") == 0
    assert door.fail("x" * 100_000) == 60


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::7", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2%eth1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "unix", False),
    ],
)
def test_an_address_is_what_one_customer_has(one: str, other: str, *, same: bool) -> None:
    door = Door(address_burst=1)
    assert door.fail("a@example.com", one) == 0
    assert (door.fail("b@example.com", other) > 0) is same


def test_mail_is_limited_by_mailbox_and_by_address() -> None:
    door = Door(address_burst=5)
    for _ in range(3):
        door.limits.ask("192.0.2.1", "ada@example.com")
    with pytest.raises(TooManyRequests) as caught:
        door.limits.ask("192.0.2.2", "ADA@example.com")
    assert caught.value.retry_after == 60
    for _ in range(2):
        door.limits.ask("192.0.2.1", "not an address")  # nobody's mailbox
    with pytest.raises(TooManyRequests) as caught:
        door.limits.ask("192.0.2.1", "bob@example.com")
    assert caught.value.retry_after == 15


def test_memory_is_bounded_and_full_buckets_need_none() -> None:
    hours = Hours()
    buckets = Buckets(Rate(2, 10), hours.monotonic, size=3)
    for key in "abcd":
        buckets.take(key)
    assert len(buckets) == 3
    assert [buckets.wait(key, 2) for key in "abcd"] == [0, 10, 10, 10]
    hours.wait(seconds=10)
    for key in "bcd":
        buckets.give_back(key)
    assert len(buckets) == 0


def test_a_throttle_lets_a_minutes_worth_through_at_once_and_then_evenly() -> None:
    hours = Hours()
    throttle = Throttle(hours.monotonic, per_minute=4)
    for _ in range(4):
        throttle.take("key")
    with pytest.raises(TooManyRequests) as refused:
        throttle.take("key")
    assert refused.value.retry_after == 15
    throttle.take("another key")
    hours.wait(seconds=15)
    throttle.take("key")
    with pytest.raises(TooManyRequests):
        throttle.take("key")


def test_a_credential_that_was_refused_is_refused_at_once_until_something_is_left() -> None:
    hours = Hours()
    throttle = Throttle(hours.monotonic, per_minute=60)
    for _ in range(60):
        throttle.take("person", "one session")
    throttle.check("one session")
    with pytest.raises(TooManyRequests):
        throttle.take("person", "one session")
    with pytest.raises(TooManyRequests) as refused:
        throttle.check("one session")
    assert refused.value.retry_after == 1
    throttle.check("another session")
    hours.wait(seconds=1)
    throttle.check("one session")
    throttle.take("person", "another session")


def test_what_was_refused_is_remembered_within_bounds() -> None:
    throttle = Throttle(Hours().monotonic, per_minute=1)
    throttle.take("person")
    for at in range(2 * MAX_BUCKETS):
        with pytest.raises(TooManyRequests):
            throttle.take("person", f"session {at}")
    assert len(throttle._refused) <= MAX_BUCKETS
