"""How a server meets the world: its address, its mail, who may sign in, and what is set by mistake."""

from __future__ import annotations

import socket
from collections.abc import Collection, Iterator, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from promptwire.domain.diagnosis import Diagnosis, failed, warning, well
from promptwire.domain.errors import InvalidInput
from promptwire.domain.users import SignUp
from promptwire.integrations.smtp import parse_smtp_url
from promptwire.server.mail import make_carrier
from promptwire.settings import ServerSettings
from promptwire.settings.origins import unknown
from promptwire.web.pages import Pages

_SHORT = 32  # characters of a key that somebody made up
_PATIENCE = 3.0  # seconds


def variables(environ: Mapping[str, str], names: Collection[str]) -> Iterator[Diagnosis]:
    """Find settings that are misspelt, and so do nothing."""
    for name, meant in unknown(names, environ):
        remedy = f"did you mean {meant}?" if meant else "remove it: docs/reference/settings.md lists those there are"
        yield warning("settings", f"{name} is no setting, and does nothing", remedy)


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def public_url(settings: ServerSettings) -> Iterator[Diagnosis]:
    """See whether passwords and sessions travel encrypted, and links in mail lead anywhere."""
    about = "public address"
    url = urlsplit(settings.public_url or "")
    if settings.public_url is None and _is_local(settings.host):
        yield well(about, "only this machine can reach the server, or what stands in front of it here")
    elif settings.public_url is None:
        says = f"the server listens on {settings.host}, and does not know by which address browsers reach it"
        yield warning(about, says, "set PROMPTWIRE_PUBLIC_URL, such as https://prompts.example.com")
    elif url.scheme != "https" and not _is_local(url.hostname or ""):
        says = f"{settings.public_url} is not https: passwords, keys and session cookies travel in clear"
        yield failed(about, says, "put a proxy with TLS in front, and set PROMPTWIRE_PUBLIC_URL to https://…")
    else:
        yield well(about, f"browsers know it as {settings.public_url}")


def mail(settings: ServerSettings) -> Iterator[Diagnosis]:
    """See whether mail gets anywhere."""
    try:
        make_carrier(settings)
    except InvalidInput as error:
        yield failed("mail", error.message, "see docs/reference/settings.md")
        return
    if settings.smtp_url is None:
        says = f"no mail server is set: codes and invitations become files in {settings.mail_directory}"
        yield warning("mail", says, "set PROMPTWIRE_SMTP_URL and PROMPTWIRE_MAIL_FROM")
        return
    server = parse_smtp_url(settings.smtp_url.get_secret_value())
    try:
        socket.create_connection((server.host, server.port), _PATIENCE).close()
    except OSError as error:
        says = f"{server.host}:{server.port} cannot be reached: {error.strerror or error}"
        yield failed("mail", says, "look at PROMPTWIRE_SMTP_URL, and at firewalls")
        return
    if settings.mail_from.endswith("@localhost>"):
        says = f"mail is sent from {settings.mail_from}, which others refuse"
        yield warning("mail", says, "set PROMPTWIRE_MAIL_FROM to an address of yours")
    else:
        yield well("mail", f"{server.host}:{server.port} can be reached")


def first_start(settings: ServerSettings) -> Iterator[Diagnosis]:
    """Find presets of the first start that are secrets of long standing, or easily guessed."""
    key = settings.bootstrap_api_key
    if key is not None and len(key.get_secret_value()) < _SHORT:
        says = f"PROMPTWIRE_BOOTSTRAP_API_KEY has fewer than {_SHORT} characters: it can be guessed"
        yield failed(
            "first start", says, "leave it out, or take `openssl rand -hex 32`; regenerate the key that was made"
        )
    elif key is not None or settings.admin_password is not None:
        says = "a password or key of the first start is in the environment still"
        yield warning("first start", says, "take it out once the first start is done: it is not read again")


def sign_in(settings: ServerSettings) -> Iterator[Diagnosis]:
    """See who comes in, and how."""
    if settings.sign_up is SignUp.OPEN and not _is_local(settings.host):
        says = "anybody who can reach the server may register"
        yield warning("sign-in", says, "set PROMPTWIRE_SIGN_UP to invite or closed, unless that is meant")
    issuer = settings.oidc_issuer
    if issuer is not None and urlsplit(issuer).scheme != "https" and not _is_local(urlsplit(issuer).hostname or ""):
        yield failed("sign-in", f"the identity provider {issuer} is not https", "use its https address")
    if issuer is not None and settings.public_url is None:
        says = (
            "with an identity provider, and without PROMPTWIRE_PUBLIC_URL, whoever asks says where it sends people back"
        )
        yield warning("sign-in", says, "set PROMPTWIRE_PUBLIC_URL, and register it with the provider")


def pages(_: ServerSettings) -> Iterator[Diagnosis]:
    """See whether the web interface is there."""
    if Pages().index is None:
        says = "the web interface is not built: browsers see a page that says so"
        yield warning("web interface", says, "make web in a checkout; the wheel of a release has it")
    else:
        yield well("web interface", "it is built")
