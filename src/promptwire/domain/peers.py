"""Whose request it is: the address of a client, where proxies of ours stand in front."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from promptwire.domain.reach import Address, Network

_IPV6_NETWORK = 64


def client_address(peer: str, forwarded: Sequence[str], trusted: Sequence[Network]) -> str:
    """Give the address of a client: the right-most in the `X-Forwarded-For` that is none of a trusted proxy.

    Only what a trusted proxy has added is believed; everything left of it the client may have made up.

    Args:
        peer: Who the connection is from.
        forwarded: The values of the headers `X-Forwarded-For`, in their order.
        trusted: The networks of the proxies.
    """
    found = _read(peer)
    if found is None or not _is_in(found, trusted):
        return peer
    for hop in reversed(",".join(forwarded).split(",")):
        address = _read(hop.strip())
        if address is None:
            break
        found = address
        if not _is_in(address, trusted):
            break
    return str(found)


def _read(text: str) -> Address | None:
    """Read an address, with or without a port."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _is_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


@lru_cache(maxsize=10_000)
def network_of(address: str) -> str:
    """Give what one customer of a network has: an IPv4 address, or the first 64 bits of an IPv6 one."""
    parsed = _read(address)
    if parsed is None:
        return address
    if isinstance(parsed, IPv6Address):
        return f"{int(parsed) >> _IPV6_NETWORK:x}::/{_IPV6_NETWORK}"
    return str(parsed)
