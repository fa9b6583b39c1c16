"""The identity provider that the settings name."""

from __future__ import annotations

from urllib.parse import urlsplit

from promptwire.services.single_sign_on import SingleSignOn
from promptwire.settings import ServerSettings


def single_sign_on(settings: ServerSettings) -> SingleSignOn | None:
    """Make what signs people in with the provider; None where none is set."""
    if settings.oidc_issuer is None:
        return None
    from promptwire.integrations.openid import Client, OpenIdProvider  # noqa: PLC0415 - 10 MB that few servers need

    secret = settings.oidc_client_secret
    client = Client(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id or "",
        client_secret=secret.get_secret_value() if secret else None,
        scopes=settings.oidc_scopes,
        groups_claim=settings.oidc_groups_claim,
    )
    rules = tuple(group.rule for group in settings.oidc_groups)
    return SingleSignOn(
        provider=OpenIdProvider(client),
        host=urlsplit(settings.oidc_issuer).hostname or settings.oidc_issuer,
        rules=rules,
        creates=settings.oidc_sign_up == "on",
    )
