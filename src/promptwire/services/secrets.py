"""Secrets that we make up: tokens and passwords."""

from __future__ import annotations

import string
from base64 import b64encode
from secrets import choice, token_bytes, token_hex

from promptwire.domain.codes import ALPHABET, CODE_GROUP, CODE_GROUPS
from promptwire.domain.errors import InvalidInput
from promptwire.domain.users import check_password
from promptwire.domain.webhooks import SECRET_PREFIX

_GROUPS, _GROUP_LENGTH = 4, 5


def new_secret(prefix: str) -> str:
    """Give a new token: the prefix, and 32 random bytes in hexadecimal."""
    return prefix + token_hex(32)


def new_password() -> str:
    """Give a new password that the rules accept, easy to copy: four groups of five letters and digits."""
    alphabet = string.ascii_letters + string.digits
    while True:
        groups = ("".join(choice(alphabet) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
        try:
            return check_password("-".join(groups))
        except InvalidInput:  # no digit among them, say
            continue


def new_code() -> str:
    """Give a new code to be mailed: seven groups of four characters, 140 random bits."""
    return "-".join("".join(choice(ALPHABET) for _ in range(CODE_GROUP)) for _ in range(CODE_GROUPS))


def new_webhook_secret() -> str:
    """Give a new secret that signs webhooks: 32 random bytes, written as the Standard Webhooks specification says."""
    return SECRET_PREFIX + b64encode(token_bytes(32)).decode()
