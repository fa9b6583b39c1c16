from __future__ import annotations

from importlib.metadata import version

from promptwire.client.version import SDK, VERSION


def test_the_sdk_says_the_version_that_it_has() -> None:
    assert version("promptwire") == VERSION
    assert f"promptwire-python/{VERSION}" == SDK
