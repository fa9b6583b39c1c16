"""Where webhooks may be sent: the URLs, and every way to write an address that is not public."""

from __future__ import annotations

import pytest

from promptwire.domain.errors import InvalidInput
from promptwire.domain.reach import Reach, Target, host_of, read_networks

PUBLIC = Reach()
HIDDEN = [
    *("127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
    "0.0.0.0",  # noqa: S104 - nobody binds to it
    *("224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "240.0.0.1"),
    *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::"),
    *("2002:a00:1::", "2001:0:7f00:1::1"),
]


@pytest.mark.parametrize("address", HIDDEN)
def test_an_address_that_is_not_public_is_not_reached(address: str) -> None:
    assert not PUBLIC.allows(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_a_public_address_is_reached(address: str) -> None:
    assert PUBLIC.allows(address)


def test_what_the_operator_names_is_reached_and_nothing_else() -> None:
    reach = Reach(networks=read_networks("10.1.0.0/16, fd00::/8"))
    assert reach.allows("10.1.2.3")
    assert reach.allows("::ffff:10.1.2.3")
    assert reach.allows("fd00::1")
    assert not reach.allows("10.2.0.1")
    assert not reach.allows("127.0.0.1")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "url is required"),
        ("http://example.com/", "url must begin with https://"),
        ("ftp://example.com/", "url must begin with https://"),
        ("example.com", "url must begin with https://"),
        ("https://user:word@example.com/", "url must not hold a user or a password"),
        ("https://example.com/#here", "url must not have a fragment"),
        ("https:///path", "url needs a host"),
        ("https://example.com:99999/", "url is not valid"),
        ("https://[::1/", "url is not valid"),
        ("https://exa mple.com/", "url must have at most 2000 characters, all visible ASCII; encode others"),
        ("https://example.com/\r\nX: y", "url must have at most 2000 characters, all visible ASCII; encode others"),
        (
            "https://example.com/" + "a" * 2000,
            "url must have at most 2000 characters, all visible ASCII; encode others",
        ),
        ("https://127.0.0.1/", "url leads to 127.0.0.1, which is not a public address"),
        ("https://[::ffff:10.0.0.1]/", "url leads to ::ffff:10.0.0.1, which is not a public address"),
    ],
)
def test_a_url_that_will_not_do_is_refused(url: str, message: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        PUBLIC.target(url)
    assert (str(refused.value), refused.value.field) == (message, "url")


def test_a_url_is_read() -> None:
    assert PUBLIC.target("https://Example.com:8443/a/b?c=d") == Target(
        tls=True, host="example.com", port=8443, path="/a/b?c=d", authority="example.com:8443"
    )
    plain = Reach(plain=True)
    assert plain.target("http://[2606:4700::1111]") == Target(
        tls=False, host="2606:4700::1111", port=80, path="/", authority="[2606:4700::1111]"
    )
    assert host_of("https://example.com/secret") == "example.com"
    with pytest.raises(InvalidInput, match="must begin with https:// or http://"):
        plain.target("ftp://example.com")


def test_networks_that_are_none_are_refused() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        read_networks("10.0.0.0/8,nonsense")
