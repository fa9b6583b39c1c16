"""What is sealed can be read by who knows the secret, and by nobody else."""

from __future__ import annotations

import pytest

from promptwire.integrations.seal import AesSeal

SECRET = "ak_" + "0" * 64


@pytest.mark.parametrize("text", [b"", b"an answer", b"x" * 100_000])
def test_who_knows_the_secret_reads_it(text: bytes) -> None:
    assert AesSeal().open(SECRET, AesSeal().close(SECRET, text)) == text


def test_nobody_else_does() -> None:
    sealed = AesSeal().close(SECRET, b"an answer")
    assert AesSeal().open(SECRET + "0", sealed) is None
    assert AesSeal().open(SECRET, sealed[:-1] + bytes([sealed[-1] ^ 1])) is None
    assert b"answer" not in sealed


def test_the_same_text_is_sealed_in_another_way_each_time() -> None:
    assert AesSeal().close(SECRET, b"an answer") != AesSeal().close(SECRET, b"an answer")
