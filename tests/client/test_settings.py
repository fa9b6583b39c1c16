from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Unpack

import pytest

from promptwire import ConfigurationError, Promptwire
from promptwire.client.settings import Given, Settings


def settings(environ: Mapping[str, str], **given: Unpack[Given]) -> Settings:
    return Settings.read(given, environ)


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


def test_every_setting_has_a_variable() -> None:
    environ = {
        "PROMPTWIRE_MODE": "poll",
        "PROMPTWIRE_REFRESH": "2.5",
        "PROMPTWIRE_TIMEOUT": "0.5",
        "PROMPTWIRE_MAX_STALE": "30",
        "PROMPTWIRE_GRACE": "0",
        "PROMPTWIRE_STRICT": "on",
        "PROMPTWIRE_CACHE_DIR": "/cache",
        "PROMPTWIRE_BUNDLE": "/app/prompts.bundle",
        "PROMPTWIRE_BUNDLE_KEY": "secret\n",
    }
    read = settings(environ)
    assert (read.mode, read.refresh, read.timeout, read.max_stale, read.grace) == ("poll", 2.5, 0.5, 30.0, 0.0)
    assert (read.strict, read.cache_dir, read.bundle) == (True, Path("/cache"), Path("/app/prompts.bundle"))
    assert read.bundle_key == "secret"
    assert "secret" not in repr(read)


def test_what_is_not_set_has_a_default() -> None:
    read = settings({"HOME": "/home/ada"})
    assert (read.mode, read.refresh, read.timeout, read.max_stale, read.grace) == ("stream", 1.0, 1.0, 60.0, 86400.0)
    assert (read.strict, read.cache_dir, read.bundle) == (False, Path("/home/ada/.cache/promptwire"), None)
    assert settings({"HOME": "/home/ada", "XDG_CACHE_HOME": "/fast"}).cache_dir == Path("/fast/promptwire")
    assert settings({}).cache_dir is None
    assert settings({"AWS_LAMBDA_FUNCTION_NAME": "f"}).mode == "none"


@pytest.mark.parametrize("off", ["off", "OFF", "false", "0", "no"])
def test_the_disk_cache_can_be_switched_off(off: str) -> None:
    assert settings({"HOME": "/h", "PROMPTWIRE_CACHE_DIR": off}).cache_dir is None
    assert settings({"HOME": "/h"}, cache_dir=False).cache_dir is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"mode": "push"}, "mode: it must be 'stream', 'poll' or 'none', not 'push'"),
        ({"strict": "perhaps"}, "strict: it must be on or off, not 'perhaps'"),
        ({"cache_dir": 7}, "cache_dir: it must be a path, or False for none, not 7"),
        ({"grace": -1}, "grace: it must be a number of seconds 0 or more, not -1"),
        ({"bundle_key": "a b"}, "bundle_key: it holds a space"),
    ],
)
def test_what_cannot_work_is_refused_and_named(given: Given, words: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        settings({}, **given)
    assert words in str(caught.value)
    with pytest.raises(ConfigurationError, match=r"timeout: it must be a number of seconds above 0.*not 'soon'"):
        settings({"PROMPTWIRE_TIMEOUT": "soon"})


@pytest.mark.parametrize(
    ("url", "environ", "proxy"),
    [
        ("http://prompts", {}, None),
        ("http://prompts", {"http_proxy": "http://proxy:3128"}, "http://proxy:3128"),
        ("http://prompts", {"http_proxy": "proxy:3128"}, "http://proxy:3128"),
        ("http://prompts", {"HTTP_PROXY": "http://evil"}, None),  # a CGI's request header
        ("https://prompts", {"HTTPS_PROXY": "http://proxy"}, "http://proxy"),
        ("https://prompts", {"http_proxy": "http://proxy"}, None),
        ("https://prompts", {"ALL_PROXY": "http://proxy"}, "http://proxy"),
        ("https://prompts.example.com", {"https_proxy": "http://proxy", "no_proxy": "a, .example.com"}, None),
        ("https://prompts.example.com", {"https_proxy": "http://proxy", "NO_PROXY": "example.com:443"}, None),
        ("https://prompts.example.com", {"https_proxy": "http://proxy", "NO_PROXY": "*"}, None),
        ("https://notexample.com", {"https_proxy": "http://proxy", "NO_PROXY": "example.com"}, "http://proxy"),
    ],
)
def test_the_proxy_is_the_one_of_the_environment(url: str, environ: dict[str, str], proxy: str | None) -> None:
    assert settings(environ, url=url).proxy == proxy
