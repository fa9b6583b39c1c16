"""The first start of a store: who may sign in, what key to use, and a prompt to try it on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import SecretStr

from promptwire.domain.errors import InvalidInput
from promptwire.server.local import open_store, operator
from promptwire.services import bootstrap
from promptwire.settings import ServerSettings
from promptwire.storage.store import SqlStore


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstStart:
    """What was made, with the secrets that are stored nowhere in clear."""

    email: str
    password: str
    key: str
    slug: str
    """The example prompt's."""


def open_for_serving(
    settings: ServerSettings, hash_password: Callable[[str], str]
) -> tuple[SqlStore, FirstStart | None]:
    """Open the store; where nobody is in it yet, make what the first call needs.

    Raises:
        InvalidInput: When the store cannot be opened, or a preset cannot be used; nothing is created then.
    """
    store = open_store(settings, lambda: _complete(settings) if settings.bootstrap == "on" else None)
    try:
        return store, _first_start(store, settings, hash_password)
    except BaseException:
        store.close()
        raise


def _first_start(store: SqlStore, settings: ServerSettings, hash_password: Callable[[str], str]) -> FirstStart | None:
    if settings.bootstrap == "off" or not store.read_now(bootstrap.is_needed):
        return None
    first = _complete(settings)
    password_hash = hash_password(first.password)
    made = store.write_now(lambda tx: bootstrap.start(tx, operator(), first, password_hash))
    if made is None:
        return None
    return FirstStart(email=first.email, password=first.password, key=first.key, slug=made.prompt.slug)


def _complete(settings: ServerSettings) -> bootstrap.FirstCredentials:
    try:
        return bootstrap.complete(
            settings.admin_email, _clear(settings.admin_password), _clear(settings.bootstrap_api_key)
        )
    except InvalidInput as error:
        raise InvalidInput(f"PROMPTWIRE_{(error.field or '').upper()}: {error.message}", error.field) from None


def _clear(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret is not None else None
