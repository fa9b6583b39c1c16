"""Where webhooks may be sent: nobody may make the server speak to what only the server can see."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias
from urllib.parse import SplitResult, urlsplit

from promptwire.domain.errors import InvalidInput

Network: TypeAlias = IPv4Network | IPv6Network
Address: TypeAlias = IPv4Address | IPv6Address

MAX_URL = 2_000
_TRANSLATED = ip_network("64:ff9b::/96")
"""IPv6 addresses that a translator turns into the IPv4 address in their last 32 bits (RFC 6052)."""
_LOCALLY_TRANSLATED = ip_network("64:ff9b:1::/48")
"""The same, for addresses that only a site knows (RFC 8215)."""
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a request goes, as its URL says."""

    tls: bool
    host: str
    """A name, or an address without brackets."""
    port: int
    path: str
    """With the query."""
    authority: str
    """What the Host header says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What an operator lets webhooks reach beyond public addresses over HTTPS."""

    networks: tuple[Network, ...] = ()
    """Addresses that may be reached though they are not public."""
    plain: bool = False
    """Whether `http://` will do."""

    def allows(self, address: str) -> bool:
        """Tell whether a connection to an address may be made; an address inside an address counts too."""
        found = _meant(ip_address(address.partition("%")[0]))
        if any(found in network for network in self.networks):
            return True
        inner = found.sixtofour if isinstance(found, IPv6Address) else None
        return _is_public(found) and (inner is None or _is_public(inner))

    def target(self, url: str) -> Target:
        """Read the URL of a webhook, which must not say more than where to go.

        Names are not looked up: whom they mean is decided, and judged, when something is sent.

        Raises:
            InvalidInput: When it is no such URL, or can never be reached.
        """
        parts = _split(url)
        if parts.scheme not in _PORTS or (parts.scheme == "http" and not self.plain):
            needed = "https:// or http://" if self.plain else "https://"
            raise _invalid(f"must begin with {needed}")
        if parts.username is not None or parts.password is not None:
            raise _invalid("must not hold a user or a password")
        if "#" in url:
            raise _invalid("must not have a fragment")
        host = _host(parts)
        if _is_address(host) and not self.allows(host):
            raise _invalid(f"leads to {host}, which is not a public address")
        port = parts.port or _PORTS[parts.scheme]
        name = f"[{host}]" if ":" in host else host
        return Target(
            tls=parts.scheme == "https",
            host=host,
            port=port,
            path=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
            authority=name if port == _PORTS[parts.scheme] else f"{name}:{port}",
        )


def host_of(url: str) -> str:
    """Give the host of a URL that was taken as a target."""
    return _host(_split(url))


def read_networks(text: str) -> tuple[Network, ...]:
    """Read networks such as `10.0.0.0/8, fd00::/8`.

    Raises:
        ValueError: When one is none.
    """
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def _split(url: str) -> SplitResult:
    if not url:
        raise InvalidInput("url is required", "url")
    if len(url) > MAX_URL or not all("!" <= char <= "~" for char in url) or "\\" in url:
        raise _invalid(f"must have at most {MAX_URL} characters, all visible ASCII; encode others")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise _invalid("is not valid") from None
    return parts


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").partition("%")[0]
    if not host or any(char in "<>{}|^`\"' " for char in host):
        raise _invalid("needs a host")
    return host


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _meant(address: Address) -> Address:
    """Give the IPv4 address that an IPv6 address is only another spelling of."""
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv6Address) and (address.is_site_local or address in _LOCALLY_TRANSLATED):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _invalid(rule: str) -> InvalidInput:
    return InvalidInput(f"url {rule}", "url")
