"""Who may come in: so many requests for each credential and address, and so many at work at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from time import monotonic

from promptwire.domain.errors import Overloaded, TooManyRequests
from promptwire.domain.peers import client_address, network_of
from promptwire.domain.reach import Network

_NAMES, _AT_HAND = 100_000, 10_000
_MINUTE = 60.0
UNCOUNTED = frozenset({"/v1/health", "/v1/ready"})
"""Paths that are answered however much there is to do: those who ask decide what becomes of the server."""
STREAM = "/v1/stream"
"""What takes long by its nature, and no work while nothing changes."""


class Share:
    """What one name has had: when its next request would have come if all had come evenly (GCRA).

    That is the same as a token bucket, in one float.
    """

    __slots__ = ("even",)

    def __init__(self) -> None:
        self.even = 0.0


class Meter:
    """Counts by names: so many a minute may come at once, and from then on evenly."""

    def __init__(self, per_minute: int) -> None:
        self._each = _MINUTE / per_minute
        self._shares: dict[str | int, Share] = {}

    def share(self, name: str | int, now: float) -> Share:
        """Give what a name has had; those who may have all again are forgotten, and where that is nobody, everybody."""
        found = self._shares.get(name)
        if found is None:
            if len(self._shares) >= _NAMES:
                self._shares = {name: share for name, share in self._shares.items() if share.even > now}
                if len(self._shares) >= _NAMES:
                    self._shares.clear()
            found = self._shares[name] = Share()
        return found

    def take(self, share: Share, now: float) -> float:
        """Count one; gives 0, or where it is one too many, which is not counted, the seconds to wait."""
        even = share.even
        even = (even if even > now else now) + self._each  # noqa: FURB136 - `max` takes longer than all of this
        if even - now > _MINUTE:
            return even - now - _MINUTE
        share.even = even
        return 0.0

    def give_back(self, share: Share) -> None:
        """Count one less."""
        share.even -= self._each


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
        self._known: dict[tuple[str, int], tuple[Share, Share | None]] = {}
        self._work = Work(rates.at_work)
        self._proxies = rates.proxies

    def address_of(self, peer: str, headers: Sequence[tuple[bytes, bytes]]) -> str:
        """Give the address of a client, behind the proxies that are trusted."""
        if not self._proxies:
            return peer
        forwarded = [value.decode("latin-1") for name, value in headers if name == b"x-forwarded-for"]
        return client_address(peer, forwarded, self._proxies)

    def refusal(self, address: str, authorization: bytes | None) -> TooManyRequests | None:
        """Count a request; gives what to answer where it is one too many, which is not counted."""
        now = monotonic()
        place, key = self._known.get((address, hash(authorization))) or self._meet(address, authorization, now)
        wait = self._addresses.take(place, now)
        if wait:
            return TooManyRequests(ceil(wait))
        if key is not None:
            wait = self._keys.take(key, now)
            if wait:
                self._addresses.give_back(place)
                return TooManyRequests(ceil(wait))
        return None

    def give_back(self, address: str, authorization: bytes | None) -> None:
        """Take back that a request was counted, for it is counted again where it is answered."""
        place, key = self._known.get((address, hash(authorization))) or self._meet(address, authorization, monotonic())
        self._addresses.give_back(place)
        if key is not None:
            self._keys.give_back(key)

    def _meet(self, address: str, authorization: bytes | None, now: float) -> tuple[Share, Share | None]:
        """Find the shares of an address and a credential, which are at hand from then on."""
        if len(self._known) >= _AT_HAND:
            self._known.clear()
        place = self._addresses.share(network_of(address), now)
        key = self._keys.share(hash(authorization), now) if authorization else None
        self._known[address, hash(authorization)] = found = place, key
        return found

    def work(self) -> Work:
        """Be at work, for a block.

        Raises:
            Overloaded: On entering, when too much is.
        """
        return self._work


class Work:
    """What is at work: so many at most."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._now = 0

    def __enter__(self) -> None:
        if self._now >= self._most:
            raise Overloaded
        self._now += 1

    def __exit__(self, *_: object) -> None:
        self._now -= 1
