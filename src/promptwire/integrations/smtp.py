"""Mail through an SMTP server."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from promptwire.domain.errors import InvalidInput
from promptwire.integrations.mail import NotSent, email_of
from promptwire.ports.mail import Message

_TIMEOUT = 20.0  # seconds for each step
_PERMANENT = 500
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """Where mail goes out, and how."""

    host: str
    port: int
    tls: bool
    """Whether the connection is encrypted from its first byte."""
    starttls: bool | None
    """Whether it becomes so; None: where the server offers it."""
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def parse_smtp_url(url: str) -> SmtpServer:
    """Read `smtp://user:password@host:587` or `smtps://host`; `?starttls=always` or `never` settles what is not said.

    A password is only sent over an encrypted connection, unless the URL says never.

    Raises:
        InvalidInput: When it is none; the message shows nothing of it.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _unreadable() from None
    words = {"always": True, "never": False}
    asked = parse_qs(parts.query, keep_blank_values=True)
    starttls = asked.pop("starttls", [""])[0]
    if parts.scheme not in _PORTS or not parts.hostname or asked or parts.path.strip("/"):
        raise _unreadable()
    if (starttls and starttls not in words) or (parts.username is None) != (parts.password is None):
        raise _unreadable()
    tls = parts.scheme == "smtps"
    return SmtpServer(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        tls=tls,
        starttls=False if tls else words.get(starttls, True if parts.username else None),
        user=unquote(parts.username) if parts.username is not None else None,
        password=unquote(parts.password) if parts.password is not None else None,
    )


def _unreadable() -> InvalidInput:
    return InvalidInput(
        "PROMPTWIRE_SMTP_URL: must be smtp://[user:password@]host[:port][?starttls=always|never], or smtps://…",
        "smtp_url",
    )


class SmtpCarrier:
    """Hands each message to a mail server, on a connection of its own."""

    def __init__(self, server: SmtpServer, sender: str) -> None:
        self._server = server
        self._sender = sender

    async def carry(self, message: Message) -> None:
        """Hand a message over.

        Raises:
            NotSent: When the server is not there, or does not take it.
        """
        to = self._server
        client = aiosmtplib.SMTP(
            hostname=to.host,
            port=to.port,
            username=to.user,
            password=to.password,
            use_tls=to.tls,
            start_tls=None if to.tls else to.starttls,
            timeout=_TIMEOUT,
        )
        try:
            async with client:
                await client.send_message(email_of(message, self._sender))
        except (aiosmtplib.SMTPException, OSError) as error:
            raise NotSent(_reason(error), for_good=_is_permanent(error)) from None
        finally:
            client.close()  # also where the greeting or the encryption failed


def _is_permanent(error: Exception) -> bool:
    """Tell whether another try is in vain: the server has refused, not asked to come back."""
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return False  # the operator may be about to mend it
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return all(one.code >= _PERMANENT for one in error.recipients)
    return isinstance(error, aiosmtplib.SMTPResponseException) and error.code >= _PERMANENT


def _reason(error: Exception) -> str:
    """Say what went wrong without the server's words, which may repeat the address."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return f"the recipient was refused ({error.recipients[0].code})"
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"{type(error).__name__} ({error.code})"
    return type(error).__name__
