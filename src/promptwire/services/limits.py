"""How often passwords and codes may be tried, mail be asked for, and requests be made.

The limits are this process's own, and forgotten when it ends: what they slow down is guessing and flooding, and the
codes themselves count their tries in the store.
"""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from math import ceil
from threading import Lock

from promptwire.domain.errors import InvalidCode, InvalidCredentials, SignInFailed, TooManyRequests
from promptwire.domain.peers import network_of
from promptwire.domain.users import email_key, is_email
from promptwire.services.buckets import MAX_BUCKETS, Buckets, Rate

_PER_PAIR = Rate(10, 60)
_PER_ACCOUNT = Rate(50, 30)
_PER_MAILBOX = Rate(3, 60)
_ADDRESS_SECONDS = 15.0
ADDRESS_BURST = 30
"""How much an address may do wrong at once, or ask for."""


_FAILURES = (InvalidCredentials, InvalidCode, SignInFailed, CancelledError)


class Limits:
    """Counts what fails and what is asked for."""

    def __init__(self, clock: Callable[[], float], *, address_burst: int = ADDRESS_BURST) -> None:
        self._addresses = Buckets(Rate(address_burst, _ADDRESS_SECONDS), clock)
        self._accounts = Buckets(_PER_ACCOUNT, clock)
        self._pairs = Buckets(_PER_PAIR, clock)
        self._mailboxes = Buckets(_PER_MAILBOX, clock)

    @contextmanager
    def attempt(self, secret: str, account: str, address: str) -> Iterator[None]:
        """Count a try at somebody's secret if it fails.

        An account that is tried at from everywhere stays open to an address that has done nothing wrong: whoever
        knows the password gets in, and each address has one guess.

        Raises:
            TooManyRequests: When the account or the address has failed too often.
        """
        place = network_of(address)
        account = f"{secret} {account_key(account)}"
        pair = f"{account} {place}"
        wait = max(self._addresses.wait(place), self._pairs.wait(pair))
        if self._accounts.wait(account):
            wait = max(wait, self._pairs.wait_full(pair))
        _check(wait)
        taken = ((self._addresses, place), (self._accounts, account), (self._pairs, pair))
        for buckets, key in taken:  # before the try: many at once count, too
            buckets.take(key)
        try:
            yield
        except _FAILURES:
            raise
        except Exception:
            _give_back(taken)
            raise
        _give_back(taken)
        self._pairs.fill(pair)

    @contextmanager
    def attempt_from(self, address: str) -> Iterator[None]:
        """Count a try from an address if it fails, at something that is nobody's account and cannot be guessed.

        Raises:
            TooManyRequests: When the address has failed too often.
        """
        place = network_of(address)
        _check(self._addresses.wait(place))
        self._addresses.take(place)
        try:
            yield
        except _FAILURES:
            raise
        except Exception:
            _give_back([(self._addresses, place)])
            raise
        _give_back([(self._addresses, place)])

    def ask(self, address: str, mailbox: str | None = None) -> None:
        """Count a request that is answered with mail, or is costly for whoever makes it without an account.

        Raises:
            TooManyRequests: When the address or the mailbox has had too many, whoever it belongs to.
        """
        place = network_of(address)
        mailbox = account_key(mailbox) if mailbox is not None else None
        _check(max(self._addresses.wait(place), self._mailboxes.wait(mailbox) if mailbox else 0))
        self._addresses.take(place)
        if mailbox:
            self._mailboxes.take(mailbox)


class Throttle:
    """Counts requests by whoever makes them: a key, a person, an address, whatever a name is given for.

    So many a minute may come at once, and from then on evenly. Units of work call it in threads of their own.
    """

    def __init__(self, clock: Callable[[], float], *, per_minute: int) -> None:
        self._buckets = Buckets(Rate(per_minute, 60 / per_minute), clock)
        self._lock = Lock()
        self._refused: dict[str, str] = {}

    def take(self, name: str, credential: str = "") -> None:
        """Count a request; a credential that is refused is remembered for `check`.

        Raises:
            TooManyRequests: When nothing is left for now.
        """
        with self._lock:
            wait = self._buckets.wait(name)
            if wait:
                self._refused[credential] = name
                if len(self._refused) > MAX_BUCKETS:
                    self._refused.clear()
            else:
                self._buckets.take(name)
        _check(wait)

    def check(self, credential: str) -> None:
        """Refuse at once, before the store has been asked who it is, a credential that was refused just now.

        Raises:
            TooManyRequests: When nothing is left for it yet.
        """
        with self._lock:
            name = self._refused.get(credential)
            wait = self._buckets.wait(name) if name is not None else 0.0
            if not wait:
                self._refused.pop(credential, None)
        _check(wait)


def _give_back(taken: Iterable[tuple[Buckets, str]]) -> None:
    for buckets, key in taken:
        buckets.give_back(key)


def account_key(email: str) -> str:
    """Give the one form of an account's name; all that is no address is one account, which nobody has."""
    return email_key(email) if is_email(email) else ""


def _check(wait: float) -> None:
    if wait > 0:
        raise TooManyRequests(max(1, ceil(wait)))
