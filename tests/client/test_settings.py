from __future__ import annotations

from collections.abc import Mapping

import pytest

from promptwire import ConfigurationError, Promptwire
from promptwire.client.settings import Settings


def settings(environ: Mapping[str, str], **given: str) -> Settings:
    both: dict[str, str | None] = {"url": None, "api_key": None}
    return Settings.read(**(both | given), refresh=1, timeout=1, environ=environ)


def test_arguments_go_before_the_environment_and_that_before_the_default() -> None:
    environ = {"PROMPTWIRE_URL": "https://prompts.example/base/", "PROMPTWIRE_API_KEY": "ak_env"}
    assert settings({}).url == "http://127.0.0.1:8000"
    assert settings({}).api_key is None
    assert settings(environ).url == "https://prompts.example/base"
    assert settings(environ).api_key == "ak_env"
    assert settings(environ, url="http://[::1]:9", api_key="ak_1").url == "http://[::1]:9"
    assert settings(environ, api_key="ak_1").api_key == "ak_1"
    assert settings({"PROMPTWIRE_API_KEY": "ak_1\n"}).api_key == "ak_1"
    assert settings({"PROMPTWIRE_API_KEY": " "}).api_key is None


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("localhost:8000", "must begin with http:// or https://"),
        ("ftp://host", "must begin with http:// or https://"),
        ("http://", "name a host"),
        ("http://host:99999", "Port out of range"),
        ("http://host/?a=1", "only scheme, host, port and path"),
        ("http://ho st", "only scheme, host, port and path"),
        ("http://host/a\nb", "only scheme, host, port and path"),
    ],
)
def test_an_address_that_cannot_work_is_refused_at_once(url: str, words: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Promptwire(url=url)
    assert words in str(caught.value)


def test_secrets_are_never_repeated() -> None:
    with pytest.raises(ConfigurationError) as address:
        Promptwire(url="http://ada:s3cret@host")
    with pytest.raises(ConfigurationError) as key:
        Promptwire(api_key="s3cret\r\nX-Evil: 1")
    for shown in (str(address.value), str(key.value), repr(settings({}, api_key="s3cret"))):
        assert "s3cret" not in shown
    with Promptwire(url="http://host", api_key="s3cret") as pw:
        assert repr(pw) == "Promptwire(url='http://host')"


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), 1e9, True, "1"])
def test_times_are_seconds_above_zero(seconds: float) -> None:
    with pytest.raises(ConfigurationError, match="refresh: it must be a number of seconds above 0"):
        Promptwire(refresh=seconds)
    with pytest.raises(ConfigurationError, match="timeout: it must be a number of seconds above 0"):
        Promptwire(timeout=seconds)
