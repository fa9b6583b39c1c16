"""Secrets that we make: tokens and passwords."""

from __future__ import annotations

import secrets
import string

from promptwire.domain.credentials import KEY_PREFIX, SESSION_PREFIX

_TOKEN_BYTES = 32
_PASSWORD_LENGTH = 20


def new_session_token() -> str:
    """Give `sess_` and 64 hexadecimal digits."""
    return SESSION_PREFIX + secrets.token_hex(_TOKEN_BYTES)


def new_key() -> str:
    """Give `ak_` and 64 hexadecimal digits."""
    return KEY_PREFIX + secrets.token_hex(_TOKEN_BYTES)


def new_password() -> str:
    """Give a password that the rules for passwords accept, easy to paste anywhere."""
    letters = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(_PASSWORD_LENGTH))
    return f"Pw-{letters}{secrets.randbelow(10)}"
