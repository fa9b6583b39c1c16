"""The key that signs checkpoints: made once, for its owner only."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from promptwire.domain.errors import InvalidInput
from promptwire.integrations.signing import is_signed, load_key, load_or_make_key


def test_a_key_is_made_where_there_is_none_and_read_from_then_on(tmp_path: Path) -> None:
    file = tmp_path / "data" / "key.pem"
    made = load_or_make_key(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().startswith("-----BEGIN PRIVATE KEY-----")
    content = file.read_bytes()
    assert load_or_make_key(file).public_key == load_key(file).public_key == made.public_key
    assert file.read_bytes() == content


def test_a_signature_is_of_one_message_by_one_key(tmp_path: Path) -> None:
    one, other = load_or_make_key(tmp_path / "one.pem"), load_or_make_key(tmp_path / "other.pem")
    signature = one.sign(b"message")
    assert is_signed(one.public_key, b"message", signature)
    assert not is_signed(one.public_key, b"Message", signature)
    assert not is_signed(other.public_key, b"message", signature)
    assert not is_signed(one.public_key, b"message", signature[:-1])
    assert not is_signed("x", b"message", signature)


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    load_or_make_key(file)
    file.chmod(0o640)
    with pytest.raises(InvalidInput) as error:
        load_or_make_key(file)
    assert str(error.value) == f"the key file {file} is open to others: chmod 600 it, or make another key"


@pytest.mark.parametrize(
    "content", [b"", b"no key", b"\xff", b"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n"]
)
def test_what_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(InvalidInput) as error:
        load_or_make_key(file)
    words = f"the key file {file} holds no Ed25519 private key in PEM without a passphrase"
    assert str(error.value) == words


def test_a_key_that_cannot_be_made_or_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InvalidInput, match=r"cannot be made: (Not a directory|File exists)|cannot be read"):
        load_or_make_key(tmp_path / "file" / "key.pem")
    with pytest.raises(InvalidInput, match="cannot be read: No such file or directory"):
        load_key(tmp_path / "none.pem")
