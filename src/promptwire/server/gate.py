"""Who may come in: so many requests for each credential and address, and so many at work at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from time import monotonic

from promptwire.domain.errors import Overloaded, TooManyRequests
from promptwire.domain.peers import client_address, network_of
from promptwire.domain.reach import Network

_NAMES = 100_000
_MINUTE = 60.0
UNCOUNTED = frozenset({"/v1/health", "/v1/ready"})
"""Paths that are answered however much there is to do: those who ask decide what becomes of the server."""
STREAM = "/v1/stream"
"""What takes long by its nature, and no work while nothing changes."""


class Meter:
    """Counts by names: so many a minute may come at once, and from then on evenly. One float for each name.

    It remembers when each would have come if all had come evenly (GCRA), which is the same as a token bucket.
    """

    def __init__(self, per_minute: int) -> None:
        self._each = _MINUTE / per_minute
        self._even: dict[int, float] = {}

    def take(self, name: int, now: float) -> float:
        """Count one; gives 0, or where it is one too many, which is not counted, the seconds to wait."""
        even = self._even.get(name, 0.0)
        even = max(even, now) + self._each
        if even - now > _MINUTE:
            return even - now - _MINUTE
        if len(self._even) >= _NAMES and name not in self._even:
            self._forget(now)
        self._even[name] = even
        return 0.0

    def give_back(self, name: int) -> None:
        """Count one less."""
        if name in self._even:
            self._even[name] -= self._each

    def _forget(self, now: float) -> None:
        """Forget those who have all they may have; where that is nobody, everybody."""
        self._even = {name: even for name, even in self._even.items() if even > now}
        if len(self._even) >= _NAMES:
            self._even.clear()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How much may come in."""

    per_key: int = 6_000_000
    """Requests a minute."""
    per_address: int = 12_000_000
    at_work: int = 256
    """Requests at once."""
    seconds: float = 60.0
    """For an answer to begin."""
    proxies: Sequence[Network] = ()


class Gate:
    """Lets requests in, or says when to come back. Lives on the event loop's thread."""

    def __init__(self, rates: Rates) -> None:
        self.seconds = rates.seconds
        self._keys = Meter(rates.per_key)
        self._addresses = Meter(rates.per_address)
        self._at_work = rates.at_work
        self._proxies = rates.proxies
        self._working = 0

    def address_of(self, peer: str, headers: Sequence[tuple[bytes, bytes]]) -> str:
        """Give the address of a client, behind the proxies that are trusted."""
        if not self._proxies:
            return peer
        forwarded = [value.decode("latin-1") for name, value in headers if name == b"x-forwarded-for"]
        return client_address(peer, forwarded, self._proxies)

    def refusal(self, address: str, authorization: bytes | None) -> TooManyRequests | None:
        """Count a request; gives what to answer where it is one too many, which is not counted."""
        now = monotonic()
        place = hash(network_of(address))
        wait = self._addresses.take(place, now)
        if wait:
            return TooManyRequests(ceil(wait))
        if authorization:
            wait = self._keys.take(hash(authorization), now)
            if wait:
                self._addresses.give_back(place)
                return TooManyRequests(ceil(wait))
        return None

    def give_back(self, address: str, authorization: bytes | None) -> None:
        """Take back that a request was counted, for it is counted again where it is answered."""
        self._addresses.give_back(hash(network_of(address)))
        if authorization:
            self._keys.give_back(hash(authorization))

    @contextmanager
    def work(self) -> Iterator[None]:
        """Be at work.

        Raises:
            Overloaded: When too much is.
        """
        if self._working >= self._at_work:
            raise Overloaded
        self._working += 1
        try:
            yield
        finally:
            self._working -= 1
