"""How mail leaves this server."""

from __future__ import annotations

from email.utils import parseaddr

from promptwire.domain.errors import InvalidInput
from promptwire.integrations.mail import Carrier
from promptwire.integrations.mail_files import FileCarrier
from promptwire.integrations.smtp import SmtpCarrier, parse_smtp_url
from promptwire.settings import ServerSettings


def make_carrier(settings: ServerSettings) -> Carrier:
    """Give what brings messages to people: an SMTP server if one is set, or files.

    Raises:
        InvalidInput: When a setting cannot be read.
    """
    if "@" not in parseaddr(settings.mail_from)[1] or not settings.mail_from.isprintable():
        raise InvalidInput("PROMPTWIRE_MAIL_FROM: must be an address, such as Promptwire <promptwire@example.com>")
    if settings.smtp_url is None:
        return FileCarrier(settings.mail_directory, settings.mail_from)
    return SmtpCarrier(parse_smtp_url(settings.smtp_url.get_secret_value()), settings.mail_from)
